"""Calls as data, so that equal ones can be recognised, and their layout on the page."""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 100
INDENT = "    "


@dataclass(frozen=True)
class Call:
    """`callee(arguments)`. An int stands for a size, which repeated blocks may differ in."""

    callee: str
    arguments: tuple["Call | str | int", ...] = ()

    def __str__(self) -> str:
        return f"{self.callee}({', '.join(map(str, self.arguments))})"


def call(callee: str, *arguments: Call | str | int, **options: object) -> Call:
    """A call with positional arguments and those keyword arguments that are not None."""
    named = [f"{name}={value!r}" for name, value in options.items() if value is not None]
    return Call(callee, (*arguments, *named))


def pieces(code: Call | str | int) -> Iterator[str | int]:
    """What a call consists of: its sizes as ints, all else as text."""
    if not isinstance(code, Call):
        yield code
        return
    yield f"{code.callee}("
    for argument in code.arguments:
        yield from pieces(argument)
        yield ","
    yield ")"


def with_sizes(code: Call, sizes: Iterator[str | int]) -> Call:
    """The same call with its sizes replaced one by one, in the order of `pieces`."""
    return Call(code.callee, tuple(_replaced(argument, sizes) for argument in code.arguments))


def _replaced(code: Call | str | int, sizes: Iterator[str | int]) -> Call | str | int:
    if isinstance(code, Call):
        return with_sizes(code, sizes)
    return next(sizes) if isinstance(code, int) else code


def assignment(target: str, code: Call | str, indent: str) -> list[str]:
    """The lines of `target = code`, laid out like ruff does."""
    return laid_out(f"{indent}{target} = ", code, "", indent)


def laid_out(lead: str, code: Call | str | int, tail: str, indent: str) -> list[str]:
    """On one line; else all arguments on the next; else an argument a line."""
    line = f"{lead}{code}{tail}"
    if len(line) <= WIDTH or not isinstance(code, Call) or not code.arguments:
        return [line]
    inner = indent + INDENT
    together = inner + ", ".join(map(str, code.arguments))
    if len(together) <= WIDTH:
        body = [together]
    else:
        body = [line for each in code.arguments for line in laid_out(inner, each, ",", inner)]
    return [f"{lead}{code.callee}(", *body, f"{indent}){tail}"]


def unless(usual: int, value: int) -> int | None:
    """An option of a call, left out where it is what torch takes anyway."""
    return None if value == usual else value
