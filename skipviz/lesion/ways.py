"""How a layer can be deleted, and what of the network is left then. No torch.

A layer that some way leads around, by a skip or by wiring, hands on nothing of its own, and that
way stays: the identity of a residual module is kept. What then reads nothing but the deleted layer
hands on nothing either, so that what is left are exactly the paths that avoid it. Where wiring
combines its state with others it is left out: nothing is added, a product goes without the factor,
concatenated channels are 0. A layer that nothing bridges is replaced by the identity, as Veit et
al. 2016 do with VGG; that needs a state of the same shape as what it reads.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from skipviz.arms import Arm
from skipviz.language import _
from skipviz.network import AnySkip, Network, ResolvedNetwork
from skipviz.network.sizes import shape_text
from skipviz.types import Ends

Way = Literal["silent", "bypassed", "impossible"]


@dataclass(frozen=True)
class Cut:
    """Layers and skips to be deleted together."""

    layers: frozenset[int] = frozenset()
    skips: frozenset[Ends] = frozenset()


@dataclass(frozen=True)
class Effect:
    """What a cut comes to; see `engine.model.lesions.Deleted`. `gains` are one pair per skip."""

    silent: frozenset[int]
    dead: frozenset[int]
    bypassed: frozenset[int]
    gains: tuple[tuple[float, float], ...]


def way_to_delete(resolved: ResolvedNetwork, arm: Arm, k: int) -> Way:
    """How layer k (1..N) is deleted in an arm."""
    network = resolved.network
    if _is_bridged(network, arm.gains(network), k):
        return "silent"
    sizes = resolved.shapes.layers[k - 1]
    return "bypassed" if sizes.source == sizes.state else "impossible"


def why_not(resolved: ResolvedNetwork, k: int) -> str:
    """Why layer k cannot be deleted where nothing bridges it."""
    sizes = resolved.shapes.layers[k - 1]
    before, after = shape_text(sizes.source), shape_text(sizes.state)
    return _(
        "Layer {layer} takes a state of shape {before} to one of {after} and nothing leads around "
        "it, so neither nothing nor the identity can stand in for it.",
        layer=k,
        before=before,
        after=after,
    )


def effect(resolved: ResolvedNetwork, arm: Arm, cut: Cut) -> Effect:
    """What is left out when all of a cut is deleted; ValueError for a layer that cannot be."""
    network = resolved.network
    ways = {k: way_to_delete(resolved, arm, k) for k in cut.layers}
    if impossible := [k for k, way in ways.items() if way == "impossible"]:
        raise ValueError(why_not(resolved, impossible[0]))
    gains = tuple(
        (0.0, 0.0) if skip.ends in cut.skips else gain
        for skip, gain in zip(network.skips, arm.gains(network), strict=True)
    )
    silent = {k for k, way in ways.items() if way == "silent"}
    dead, starved = _spread(network, _joining(network, gains), silent)
    bypassed = frozenset(k for k, way in ways.items() if way == "bypassed")
    return Effect(frozenset(silent | starved), frozenset(dead), bypassed, gains)


def _is_bridged(network: Network, gains: Sequence[tuple[float, float]], k: int) -> bool:
    """Whether some way within a time step leads to the readout without layer k."""
    forward = _joining(network, gains, feedback=False)
    dead, __ = _spread(network, forward, {k})
    last = network.depth + 1
    others = any(skip.source not in dead for skip in forward[last])
    return others or not dead.issuperset(network.reads_of(last).states)


def _spread(
    network: Network, joining: Mapping[int, Sequence[AnySkip]], silent: Collection[int]
) -> tuple[set[int], set[int]]:
    """The states that nothing reaches any more, and the layers that read nothing else.

    `joining` are the skips that carry something, by target.
    """
    dead: set[int] = set()
    starved: set[int] = set()
    if not silent:
        return dead, starved
    for k in range(1, network.depth + 1):
        sources = network.sources_of(k)
        if sources and dead.issuperset(sources):
            starved.add(k)
        joined = any(s.is_feedback or s.source not in dead for s in joining[k])
        if (k in silent or k in starved) and not joined:
            dead.add(k)
    return dead, starved


def _joining(
    network: Network, gains: Sequence[tuple[float, float]], feedback: bool = True
) -> Mapping[int, Sequence[AnySkip]]:
    """By target the skips that carry something; without `feedback` those of one time step."""
    found: defaultdict[int, list[AnySkip]] = defaultdict(list)
    for skip, (forward, __) in zip(network.skips, gains, strict=True):
        if forward and (feedback or not skip.is_feedback):
            found[skip.target].append(skip)
    return found
