"""Runs of layers that repeat, so that a deep network can be drawn as a few blocks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from skipviz.network.naming import attended
from skipviz.network.network import Network

LEAST_TIMES = 3
LEAST_LAYERS = 6
LONGEST = 64  # layers of a block


class Arc(NamedTuple):
    """A skip, or an entry of what a layer reads by wiring."""

    source: int
    target: int
    options: object

    def shifted(self, by: int) -> "Arc":
        """As it would be `by` layers closer to the input."""
        return Arc(self.source - by, self.target - by, self.options)


@dataclass(frozen=True)
class Block:
    """Layers `first`, `first` + 1, .. in which `length` layers stand `times` times in a row."""

    first: int
    length: int
    times: int

    @property
    def last(self) -> int:
        """The last layer of the last repetition."""
        return self.first + self.length * self.times - 1

    @property
    def repeated(self) -> range:
        """All layers but those of the first repetition."""
        return range(self.first + self.length, self.last + 1)


def repeated_blocks(network: Network) -> list[Block]:
    """The blocks of a network from the input on, none in another, each as long as it can be.

    Repetitions have the same layers, and the skips that leave them are the same, shifted; so is
    what reads them by wiring. What leads into a repetition from elsewhere leads into the one before
    as well; else the run ends.
    """
    search = _Search(network)
    found: list[Block] = []
    at = 1
    while at <= network.depth:
        block = search.largest(at)
        if block is not None:
            found.append(block)
        at = block.last + 1 if block is not None else at + 1
    return found


class _Search:
    def __init__(self, network: Network) -> None:
        arcs = list(_arcs(network))
        self._arriving: defaultdict[int, list[Arc]] = defaultdict(list)
        for arc in arcs:
            self._arriving[arc.target].append(arc)
        self._shifts = {*arcs}
        looks = _looks(network, arcs)
        lengths = range(1, min(LONGEST, network.depth // LEAST_TIMES) + 1)
        self._repeats = {length: _repeats(looks, length) for length in lengths}

    def largest(self, first: int) -> Block | None:
        """The block that covers most from `first` on; of several the shortest."""
        best: Block | None = None
        for length, repeats in self._repeats.items():
            block = Block(first, length, repeats[first - 1] // length + 1)
            if _covers(block) > max(_covers(best), LEAST_LAYERS - 1):
                block = self._undisturbed(block)
                if block.times >= LEAST_TIMES and _covers(block) >= LEAST_LAYERS:
                    best = block if _covers(block) > _covers(best) else best
        return best

    def _undisturbed(self, block: Block) -> Block:
        """The block up to where a skip from outside it leads into it on its own."""
        for k in block.repeated:
            if any(self._disturbs(arc, block) for arc in self._arriving[k]):
                return Block(block.first, block.length, (k - block.first) // block.length)
        return block

    def _disturbs(self, arc: Arc, block: Block) -> bool:
        outside = not block.first <= arc.source <= block.last
        return outside and arc.shifted(block.length) not in self._shifts


def _covers(block: Block | None) -> int:
    return 0 if block is None else block.length * block.times


def _looks(network: Network, arcs: Sequence[Arc]) -> list[int]:
    """A number for each layer, the same for layers with the same options and arcs that leave."""
    leaving: defaultdict[int, list[tuple[int, object]]] = defaultdict(list)
    for arc in arcs:
        leaving[arc.source].append((arc.target - arc.source, arc.options))
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault((*_own(network, k), frozenset(leaving[k])), len(numbers))
        for k in range(1, network.depth + 1)
    ]


def _own(network: Network, k: int) -> tuple[object, object]:
    """Layer k, and what it is made from as seen from it."""
    layer = network.layers[k - 1]
    named = attended(layer)
    if named:
        layer = layer.model_copy(update=dict.fromkeys(named))
    at = tuple((field, k - state) for field, state in named.items())
    if layer.reads is None:
        return layer, at
    seen = tuple((k - entry.state, entry.activation) for entry in layer.reads.entries)
    return layer.model_copy(update={"reads": None}), (seen, layer.reads.combine, at)


def _repeats(looks: Sequence[int], length: int) -> list[int]:
    """For each place how many layers from there on look like the one `length` further on."""
    found = [0] * (len(looks) + 1)
    for place in range(len(looks) - length - 1, -1, -1):
        same = looks[place] == looks[place + length]
        found[place] = found[place + 1] + 1 if same else 0
    return found


def _arcs(network: Network) -> Iterator[Arc]:
    for skip in network.skips:
        yield Arc(*skip.ends, skip.model_copy(update={"source": 0, "target": 1}))
    for k, reads in enumerate(network.wiring, start=1):
        for place, entry in enumerate(reads.entries if reads else ()):
            yield Arc(entry.state, k, (place, entry.activation))
    for k, states in network.attended.items():
        for field, state in states.items():
            yield Arc(state, k, field)
