"""Paths drawn at random, every path of a length as likely as any other."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from skipviz.graph import Counts, counts_of_states
from skipviz.language import _n
from skipviz.network import AnySkip, Network

State = tuple[int, int]
"""Time step 0..T-1 and number 0..N+1 of a state."""


@dataclass(frozen=True)
class Hop:
    """One edge of a path, against its direction: from the state at its end to that at its start.

    `skip` is the place of the skip in the network, None for the layer itself, which then reads the
    state as its entry `entry`.
    """

    end: State
    start: State
    skip: int | None
    entry: int = 0


Path = tuple[Hop, ...]
"""From the readout down to the input."""


class PathSampler:
    """Draws paths by their length, in layers 1..N, from exact counts of all of them."""

    def __init__(self, network: Network, time_steps: int | None = None) -> None:
        """`time_steps` as in `skipviz.graph`."""
        self._network = network
        self._counts = counts_of_states(network, time_steps)
        last = len(self._counts) - 1
        times = range(last + 1) if network.answers_every_step else (last,)
        self._ends: list[State] = [(time, network.depth + 1) for time in times]
        self._ending: defaultdict[int, list[tuple[int, AnySkip]]] = defaultdict(list)
        for place, skip in enumerate(network.skips):
            self._ending[skip.target].append((place, skip))

    @property
    def lengths(self) -> dict[int, int]:
        """{length: number of paths}."""
        found: Counter[int] = Counter()
        for time, k in self._ends:
            found.update(dict(enumerate(self._counts[time][k])))
        return {length: count for length, count in sorted(found.items()) if count}

    def draw(self, length: int, random: Random) -> Path:
        """A path of this length; ValueError when there is none."""
        if length not in self.lengths:
            raise ValueError(
                _n("No path passes {count} layer.", "No path passes {count} layers.", length)
            )
        paths = [self._paths(end, length) for end in self._ends]
        at = self._ends[_one_of(paths, random)]
        path: list[Hop] = []
        while at[1] > 0:
            ways = self._ways(at, length)
            hop, length, __ = ways[_one_of([paths for *__, paths in ways], random)]
            path.append(hop)
            at = hop.start
        return tuple(path)

    def _ways(self, end: State, length: int) -> list[tuple[Hop, int, int]]:
        """Every edge into a state, with the length left beyond it and the paths that have it."""
        time, k = end
        below = length - (k <= self._network.depth)
        states = enumerate(self._network.sources_of(k))
        ways = [(Hop(end, (time, state), None, entry), below) for entry, state in states]
        for place, skip in self._ending[k]:
            start = (time - skip.is_feedback, skip.source)
            if start[0] >= 0:
                ways.append((Hop(end, start, place), length))
        return [(hop, left, self._paths(hop.start, left)) for hop, left in ways]

    def _paths(self, state: State, length: int) -> int:
        counts: Counts = self._counts[state[0]][state[1]]
        return counts[length] if 0 <= length < len(counts) else 0


def _one_of(paths: Sequence[int], random: Random) -> int:
    """Which of several, each as likely as it has paths."""
    if len(paths) == 1:
        return 0
    chosen = random.randrange(sum(paths))
    for place, count in enumerate(paths):
        chosen -= count
        if chosen < 0:
            return place
    raise AssertionError("the counts add up to the number drawn from")
