"""Classes and functions as lines of Python."""

from collections.abc import Iterable, Iterator

from skipviz.export.source.calls import INDENT, assignment
from skipviz.export.source.members import Member

BODY = 2 * INDENT


def module_class(
    name: str, about: str, held: Iterable[str], forward: Iterable[str], argument: str = ""
) -> str:
    """An nn.Module; `argument` is the name of an int its constructor takes, if any."""
    signature = f"self, {argument}: int" if argument else "self"
    lines = [
        f"class {name}(nn.Module):",
        f'{INDENT}"""{about}"""',
        "",
        f"{INDENT}def __init__({signature}) -> None:",
        f"{BODY}super().__init__()",
        *held,
        "",
        f"{INDENT}def forward(self, x: Tensor) -> Tensor:",
        *(BODY + line for line in forward),
    ]
    return "\n".join(lines)


def definition(member: Member) -> Iterator[str]:
    """The lines in a constructor that make a member."""
    yield from assignment(f"self.{member.name}", member.code, BODY)
    yield from (f"{BODY}{call}" for call in (*member.after, *member.shared))


def returned(lines: Iterable[str], result: str) -> list[str]:
    """The lines and a return; `result` is what the last line has set."""
    *before, last = lines
    lead = f"{result} = "
    if last.startswith(lead):
        return [*before, f"return {last.removeprefix(lead)}"]
    return [*before, last, f"return {result}"]
