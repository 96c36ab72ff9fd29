"""How a layer can be deleted, and what of the network is left then. No torch.

A layer bridged by a skip hands on nothing of its own, and the skip stays: the identity of a
residual module is kept. What then reads nothing but the deleted layer hands on nothing either, so
that what is left are exactly the paths that avoid it. A layer that nothing bridges is replaced by
the identity, as Veit et al. 2016 do with VGG; that needs a state of the same shape.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from skipviz.arms import Arm
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
    live = _forward_skips(network, arm.gains(network))
    if any(skip.source < k <= skip.target for skip in live):
        return "silent"
    sizes = resolved.shapes.layers[k - 1]
    return "bypassed" if sizes.source == sizes.state else "impossible"


def why_not(resolved: ResolvedNetwork, k: int) -> str:
    """Why layer k cannot be deleted where nothing bridges it."""
    sizes = resolved.shapes.layers[k - 1]
    before, after = shape_text(sizes.source), shape_text(sizes.state)
    return (
        f"Layer {k} takes a state of shape {before} to one of {after} and no skip leads around "
        f"it, so neither nothing nor the identity can stand in for it."
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
    dead, starved = _spread(network, gains, silent)
    bypassed = frozenset(k for k, way in ways.items() if way == "bypassed")
    return Effect(frozenset(silent | starved), frozenset(dead), bypassed, gains)


def _spread(
    network: Network, gains: Sequence[tuple[float, float]], silent: Collection[int]
) -> tuple[set[int], set[int]]:
    """The states that nothing reaches any more, and the layers that read one of them."""
    joining = _joining(network, gains)
    dead: set[int] = set()
    starved: set[int] = set()
    if not silent:
        return dead, starved
    for k in range(1, network.depth + 1):
        if k - 1 in dead:
            starved.add(k)
        joined = any(s.is_feedback or s.source not in dead for s in joining[k])
        if (k in silent or k in starved) and not joined:
            dead.add(k)
    return dead, starved


def _joining(
    network: Network, gains: Sequence[tuple[float, float]]
) -> Mapping[int, Sequence[AnySkip]]:
    found: defaultdict[int, list[AnySkip]] = defaultdict(list)
    for skip, (forward, _) in zip(network.skips, gains, strict=True):
        if forward:
            found[skip.target].append(skip)
    return found


def _forward_skips(network: Network, gains: Sequence[tuple[float, float]]) -> list[AnySkip]:
    skips = zip(network.skips, gains, strict=True)
    return [skip for skip, (forward, _) in skips if forward and not skip.is_feedback]
