"""The drawn network as a graph: networkx views, exact path counts, what deleting something does.

A path runs from the input to the readout. Its length is the number of layers 1..N whose op it
passes through; the readout's own map is not counted. A layer that reads several states by wiring,
or attends to one, is passed on the way from each of them; where a skip joins it, a path gets there
either through the layer or by the skip. With feedback skips the paths run through the network
unrolled over its time steps, from the input of any step to the readout of the last, or of any where
the logits of all steps count. Where each step reads a position of a sequence, `time_steps` says how
many there are; else the network does. Counts are
integers of any size, found by dynamic programming: for every time step one addition of counts per
layer and per skip.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import zip_longest
from typing import Any

from skipviz.language import _
from skipviz.network import AnySkip, Network, NetworkError, Problem
from skipviz.network.given import takes_network
from skipviz.types import Ends

Counts = list[int]
"""Counts[j]: paths of length j, or with j skips."""


@dataclass(frozen=True)
class Lesion:
    """Paths before and after something is deleted."""

    before: int
    after: int

    @property
    def share(self) -> Fraction:
        """The share of the paths that remains (all of none, where there were none)."""
        return Fraction(self.after, self.before) if self.before else Fraction(1)


@takes_network
def view(network: Network) -> Any:
    """A networkx.DiGraph of one time step, without parallel edges.

    Nodes: `s0` .. the states, `z1` .. what an op gives, `u1` .. what the activation reads. Layer k
    is the edge s(k-1) -> z(k), or one from each state that it reads, with kind "layer";
    z(k) -> u(k) -> s(k) have kind "inside"; a skip has its own kind and `ends`, and leads to s(q)
    or, inside the activation, to u(q). Every edge has a `length` (1 for layers 1..N, else 0) and a
    `delay` (1 for feedback skips, else 0).
    """
    import networkx as nx  # here, because it takes longer to load than all of skipviz

    graph = nx.DiGraph()
    for k in range(1, network.depth + 2):
        for state in network.sources_of(k):
            length = int(k <= network.depth)
            graph.add_edge(f"s{state}", f"z{k}", kind="layer", length=length, delay=0)
        graph.add_edge(f"z{k}", f"u{k}", kind="inside", length=0, delay=0)
        graph.add_edge(f"u{k}", f"s{k}", kind="inside", length=0, delay=0)
    for skip in network.skips:
        end = f"{'s' if skip.join == 'output' else 'u'}{skip.target}"
        how = {"kind": skip.kind, "ends": skip.ends, "delay": int(skip.is_feedback)}
        graph.add_edge(f"s{skip.source}", end, length=0, **how)
    return graph


@takes_network
def count_paths(network: Network, time_steps: int | None = None) -> int:
    """The number of paths from the input to the readout.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> sv.graph.count_paths(network)
    2
    """
    return sum(_paths(network, time_steps, layer_length=0, skip_length=0))


@takes_network
def path_lengths(network: Network, time_steps: int | None = None) -> dict[int, int]:
    """{length: number of paths}, length in layers; lengths without a path are left out.

    The unravelled view of Veit et al. 2016; the integers are exact, however large.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> sv.graph.path_lengths(network)
    {1: 1, 3: 1}
    """
    return _table(_paths(network, time_steps, layer_length=1, skip_length=0))


@takes_network
def skips_taken(network: Network, time_steps: int | None = None) -> dict[int, int]:
    """{number of skips on the path: number of paths}.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> sv.graph.skips_taken(network)
    {0: 1, 1: 1}
    """
    return _table(_paths(network, time_steps, layer_length=0, skip_length=1))


@takes_network
def counts_of_states(network: Network, time_steps: int | None = None) -> list[list[Counts]]:
    """By time step and state 0..N+1: how many paths lead there, by their length in layers."""
    return _of_states(network, time_steps, layer_length=1, skip_length=0)


@takes_network
def lesion(
    network: Network,
    layers: Collection[int] = (),
    skips: Collection[Ends] = (),
    time_steps: int | None = None,
) -> Lesion:
    """The paths that remain when layers stop passing anything on and skips are cut.

    A deleted layer k loses the edges to z_k; the skips around it stay, as in the lesions
    of Veit et al. 2016. NetworkError when there is no such layer or skip.
    """
    missing = [k for k in layers if not 1 <= k <= network.depth]
    if missing:
        raise NetworkError(
            [Problem(_("There is no layer {layer} to delete.", layer=k)) for k in missing]
        )
    for ends in skips:
        network.skip(*ends)
    cut = _paths(network, time_steps, 0, 0, frozenset(layers), frozenset(skips))
    return Lesion(before=count_paths(network, time_steps), after=sum(cut))


def _paths(
    network: Network,
    time_steps: int | None,
    layer_length: int,
    skip_length: int,
    cut_layers: Collection[int] = (),
    cut_skips: Collection[Ends] = (),
) -> Counts:
    """Paths to the readouts that count by length, when a layer and a skip are this long."""
    found = _of_states(network, time_steps, layer_length, skip_length, cut_layers, cut_skips)
    counted = found if network.answers_every_step else found[-1:]
    return reduce(_sum, (states[-1] for states in counted))


def _of_states(
    network: Network,
    time_steps: int | None,
    layer_length: int,
    skip_length: int,
    cut_layers: Collection[int] = (),
    cut_skips: Collection[Ends] = (),
) -> list[list[Counts]]:
    """Paths to every state, by time step and number of the state."""
    ending: defaultdict[int, list[AnySkip]] = defaultdict(list)
    for skip in network.skips:
        if skip.ends not in cut_skips:
            ending[skip.target].append(skip)
    steps: list[list[Counts]] = []
    for __ in range(_steps(network, time_steps)):
        before = steps[-1] if steps else [[]] * (network.depth + 2)
        now: list[Counts] = [[1]]
        for k in range(1, network.depth + 2):
            is_layer = k <= network.depth
            here: Counts = []
            for state in () if k in cut_layers else network.sources_of(k):
                here = _sum(here, _longer(now[state], layer_length * is_layer))
            for skip in ending[k]:
                read = before if skip.is_feedback else now
                here = _sum(here, _longer(read[skip.source], skip_length))
            now.append(here)
        steps.append(now)
    return steps


def _steps(network: Network, said: int | None) -> int:
    if network.time == "repeat":
        return network.time_steps
    if said is None:
        message = _(
            "This network runs as many time steps as its data has positions: say how many, as in "
            "time_steps=12."
        )
        raise NetworkError([Problem(message)])
    return said


def _longer(counts: Counts, length: int) -> Counts:
    return [0] * length + counts


def _sum(one: Counts, other: Counts) -> Counts:
    return [a + b for a, b in zip_longest(one, other, fillvalue=0)]


def _table(counts: Sequence[int]) -> dict[int, int]:
    return {length: count for length, count in enumerate(counts) if count}
