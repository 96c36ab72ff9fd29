"""Which layers of a drawing repeat, and so become the blocks of one class or one loop."""

from math import inf
from typing import Any

from skipviz.export.source.blocks import Block, BlockClass, Run
from skipviz.export.source.cells import cell
from skipviz.export.source.scope import Scope
from skipviz.network import ResolvedNetwork
from skipviz.network.sizes import channels

LONGEST_PERIOD = 16


class Folding:
    """The runs of a resolved, by their first layer, and the classes they need."""

    def __init__(self, resolved: ResolvedNetwork) -> None:
        self._resolved = resolved
        self._depth = resolved.network.depth
        self._signs = [_sign(resolved, k) for k in range(1, self._depth + 1)]
        ties = resolved.network.ties
        self._sharing = {*ties, *ties.values()}
        self._furthest_reader = _furthest_readers(resolved)
        self._lowest_source = _lowest_sources(resolved)
        self.classes: list[BlockClass] = []
        self.runs: dict[int, Run] = {}
        first = 1
        while first <= self._depth:
            run = self._run_at(first)
            if run:
                self.runs[first] = run
            first = run.end + 1 if run else first + 1

    def _run_at(self, first: int) -> Run | None:
        """The run that covers most layers from here on, if one is worth it."""
        best: list[Block] = []
        for period in range(1, min(LONGEST_PERIOD, (self._depth - first + 1) // 2) + 1):
            blocks = self._repeated(first, period)
            if _is_worth_it(blocks) and (not best or blocks[-1].end > best[-1].end):
                best = blocks
            if best and best[-1].end == self._depth:
                break
        if not best:
            return self._one_more(first)
        return Run(tuple(best), None if best[0].is_plain else self._class_of(best))

    def _one_more(self, first: int) -> Run | None:
        """A single block of a class there is already."""
        for shared in self.classes:
            block = self._block(first, shared.period)
            if block and shared.add(block):
                return Run((block,), shared)
        return None

    def _repeated(self, first: int, period: int) -> list[Block]:
        """Equal blocks of this many layers from here on."""
        block = self._block(first, period) if self._looks_repeated(first, period) else None
        if block is None:
            return []
        shared = BlockClass(block)
        while self._furthest_reader[block.end] <= block.end + period:
            block = self._block(block.end + 1, period)
            if block is None or not shared.add(block):
                break
        return shared.blocks

    def _looks_repeated(self, first: int, period: int) -> bool:
        ours = self._signs[first - 1 : first - 1 + period]
        return ours == self._signs[first - 1 + period : first - 1 + 2 * period]

    def _block(self, first: int, period: int) -> Block | None:
        """The layers from `first` on as a block; None where skips cross its border, or layers share
        weights, which they find by their names.
        """
        end = first + period - 1
        inside = range(first, end + 1)
        if end > self._depth or any(self._lowest_source[k] < first - 1 for k in inside):
            return None
        if any(self._furthest_reader[k] > end for k in inside[:-1]):
            return None
        if not self._sharing.isdisjoint(inside):
            return None
        scope = Scope(self._resolved.last, first - 1)
        cells = tuple(cell(self._resolved, k, scope) for k in inside)
        return Block(first, cells, channels(self._resolved.shapes.states[first - 1]))

    def _class_of(self, blocks: list[Block]) -> BlockClass:
        """The class of these blocks, perhaps one there is already."""
        for shared in self.classes:
            if shared.period == blocks[0].period and shared.add_all(blocks):
                return shared
        new = BlockClass(*blocks)
        self.classes.append(new)
        return new


def _is_worth_it(blocks: list[Block]) -> bool:
    return len(blocks) > 2 or (len(blocks) == 2 and blocks[0].period > 1)


def _sign(resolved: ResolvedNetwork, k: int) -> tuple[Any, ...]:
    """What layers that repeat have in common, at a glance."""
    skips = [(k - skip.source, skip.kind) for skip, _ in resolved.skips_into.get(k, [])]
    reads = resolved.network.reads_of(k)
    attended = [(name, k - state) for name, state in resolved.network.attended_by(k).items()]
    read = [(k - entry.state, entry.activation) for entry in reads.entries]
    wired = read, reads.combine, attended
    return resolved.network.layers[k - 1].kind, resolved.network.style(k), skips, wired


def _furthest_readers(resolved: ResolvedNetwork) -> list[float]:
    """The last layer that reads s_k, infinite where the next time step does."""
    reader: list[float] = [0.0] * (resolved.last + 1)
    for k in range(1, resolved.last + 1):
        for state in _named(resolved, k):
            reader[state] = k
    for skip in resolved.network.skips:
        target = inf if skip.is_feedback else skip.target
        reader[skip.source] = max(reader[skip.source], target)
    return reader


def _named(resolved: ResolvedNetwork, k: int) -> tuple[int, ...]:
    """The states whose variables the code of layer k has: latents have the one before."""
    return resolved.network.sources_of(k) or resolved.network.reads_of(k).states


def _lowest_sources(resolved: ResolvedNetwork) -> list[float]:
    """The first state layer k reads, minus infinity for one of the time step before."""
    layers = range(1, resolved.last + 1)
    source: list[float] = [-1, *(min(_named(resolved, k)) for k in layers)]
    for skip in resolved.network.skips:
        lowest = -inf if skip.is_feedback else skip.source
        source[skip.target] = min(source[skip.target], lowest)
    return source
