"""The network as a chain of parts: single layers, and runs of repeated ones."""

from collections.abc import Iterable, Iterator

from skipviz.export.source.blocks import LAYER, BlockClass, Run
from skipviz.export.source.calls import INDENT, Call, assignment
from skipviz.export.source.cells import Cell, cell
from skipviz.export.source.folding import Folding
from skipviz.export.source.members import Member
from skipviz.export.source.scope import Scope
from skipviz.export.source.text import BODY, definition, module_class, returned
from skipviz.network import Embedding, ResolvedNetwork
from skipviz.text import plural

Part = Cell | Run
SIZE = "channels"  # the argument of a block class: how many come in


class Chain:
    """The classes of one resolved: those of its blocks and that of the whole network."""

    def __init__(self, resolved: ResolvedNetwork) -> None:
        self._resolved = resolved
        self._scope = Scope(resolved.last)
        folding = Folding(resolved)
        self._shared = folding.classes
        self._parts = list(_parts(resolved, folding, self._scope))

    def classes(self) -> Iterator[str]:
        """The source of every class, blocks first."""
        for shared in self._shared:
            argument = SIZE if shared.has_size else ""
            held = (line for m in shared.members(argument) for line in definition(m))
            forward = returned(shared.blocks[0].lines, f"s{shared.period}")
            yield module_class(self._name(shared), _about(shared), held, forward, argument)
        held = (line for part in self._parts for line in self._held(part))
        yield module_class("Network", "The whole network.", held, self._forward())

    def names(self) -> dict[str, str]:
        """What the exported module calls its tensors -> what the built model calls them."""
        ties = self._resolved.ties
        pairs = (pair for part in self._parts for pair in _names(part))
        return {ours: ties.get(theirs, theirs) for ours, theirs in pairs}

    def _name(self, shared: BlockClass) -> str:
        alone = len(self._shared) == 1
        return "Block" if alone else f"Block{self._shared.index(shared) + 1}"

    def _held(self, part: Part) -> Iterator[str]:
        """The lines of the constructor for one part."""
        if isinstance(part, Cell):
            for _, member in part.members:
                yield from definition(member)
        elif part.shared is None:
            one = part.blocks[0].members[0][1].code
            listed = Call("nn.ModuleList", (f"{one} {_times(part)}",))
            yield from assignment(f"self.{part.name}", listed, BODY)
        else:
            yield from assignment(f"self.{part.name}", self._blocks(part, part.shared), BODY)

    def _blocks(self, run: Run, shared: BlockClass) -> Call:
        name = self._name(shared)
        sizes = [block.size for block in run.blocks] if shared.has_size else []
        if len(run.blocks) == 1:
            return Call(name, tuple(sizes))
        if len(set(sizes)) > 1:
            each = f"{name}({SIZE}) for {SIZE} in {_listed(sizes)}"
        else:
            each = f"{Call(name, tuple(sizes[:1]))} {_times(run)}"
        return Call("nn.Sequential", (f"*({each})",))

    def _forward(self) -> list[str]:
        network = self._resolved.network
        lines = [line for part in self._parts for line in self._steps(part)]
        fed = sorted({skip.source for skip in network.skips if skip.is_feedback})
        along = network.time == "positions"
        if not along and not fed and not self._counts_time_steps():
            return returned(lines, "logits")
        states = [self._scope.state(k) for k in fed]
        zeros = [self._zeros(k) for k in fed]
        begins = [f"previous_{s} = {zero}" for s, zero in zip(states, zeros, strict=True)]
        goes_on = [f"{INDENT}previous_{state} = {state}" for state in states]
        if along:
            return self._along_positions(begins, lines, goes_on)
        about = "what the time step before has left; nothing at first"
        if not fed:
            about = "every time step the same; batch norms take in the batch at each"
        return [
            f"# {about}",
            *begins,
            f"for _ in range({network.time_steps}):",
            *(INDENT + line for line in lines),
            *goes_on,
            "return logits",
        ]

    def _along_positions(
        self, begins: list[str], lines: list[str], goes_on: list[str]
    ) -> list[str]:
        """A time step for every position."""
        cut = "unbind(dim=1)" if len(self._resolved.input_shape) > 1 else "split(1, dim=1)"
        every = self._resolved.network.answers_every_step
        return [
            *(["# what the time step before has left; nothing at first"] if begins else []),
            *begins,
            *(["logits_of_steps = []"] if every else []),
            f"positions = x.{cut}",
            "for x in positions:",
            *(INDENT + line for line in lines),
            *([f"{INDENT}logits_of_steps.append(logits)"] if every else []),
            *goes_on,
            "return torch.stack(logits_of_steps, dim=1)" if every else "return logits",
        ]

    def _counts_time_steps(self) -> bool:
        """Whether running statistics move at every one of several."""
        several = self._resolved.network.time_steps > 1
        return several and any(name.endswith("running_mean") for name in self.names())

    def _zeros(self, k: int) -> str:
        shape = ", ".join(map(str, self._resolved.shapes.states[k]))
        tokens = isinstance(self._resolved.network.layers[0], Embedding)
        like = "self.readout.weight" if tokens else "x"
        return f"{like}.new_zeros(len(x), {shape})"

    def _steps(self, part: Part) -> list[str]:
        """The lines of the forward pass for one part."""
        if isinstance(part, Cell):
            return list(part.lines)
        before, after = self._scope.state(part.first - 1), self._scope.state(part.end)
        if part.shared:
            return [f"{after} = self.{part.name}({before})"]
        step = part.blocks[0].lines[0].removeprefix("s1 = ")
        step = step.replace(f"self.{LAYER}(", "layer(").replace("(x", f"({after}")
        return [
            f"{after} = {before}",
            f"for layer in self.{part.name}:",
            f"{INDENT}{after} = {step}",
        ]


def _parts(resolved: ResolvedNetwork, folding: Folding, scope: Scope) -> Iterator[Part]:
    k = 1
    while k <= resolved.last:
        run = folding.runs.get(k)
        yield run or cell(resolved, k, scope)
        k = run.end + 1 if run else k + 1


def _names(part: Part) -> Iterator[tuple[str, str]]:
    if isinstance(part, Cell):
        yield from _named("", part.members)
        return
    for number, block in enumerate(part.blocks):
        lead = part.name if part.shared and len(part.blocks) == 1 else f"{part.name}.{number}"
        yield from _named(f"{lead}.", block.members, listed=part.shared is None)


def _named(
    lead: str, members: Iterable[tuple[str, Member]], listed: bool = False
) -> Iterator[tuple[str, str]]:
    for module, member in members:
        for ours, theirs in member.tensors.items():
            path = [*([] if listed else [member.name]), *([ours] if ours else [])]
            yield lead + ".".join(path), f"{module}.{theirs}"


def _times(run: Run) -> str:
    return f"for _ in range({len(run.blocks)})"


def _listed(sizes: list[int]) -> str:
    """Sizes as a range, where they grow evenly."""
    step = sizes[1] - sizes[0]
    even = list(range(sizes[0], sizes[-1] + 1, step)) if step > 0 else []
    return f"range({sizes[0]}, {sizes[-1] + step}, {step})" if sizes == even else str(tuple(sizes))


def _about(shared: BlockClass) -> str:
    """What a block class stands for in the drawing."""
    spans: list[list[int]] = []
    for block in shared.blocks:
        if spans and spans[-1][1] == block.first - 1:
            spans[-1][1] = block.end
        else:
            spans.append([block.first, block.end])
    places = [f"{first} to {end}" if first != end else str(first) for first, end in spans]
    kinds = plural(shared.period, "layer")
    return f"{kinds} of the drawing, {len(shared.blocks)} times: layers {_enumerated(places)}."


def _enumerated(places: list[str]) -> str:
    if len(places) > 4:
        places = [*places[:3], "so on"]
    return " and ".join(part for part in (", ".join(places[:-1]), places[-1]) if part)
