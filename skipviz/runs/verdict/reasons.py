"""Why layers get a gradient of exactly 0: told from the drawing, the arm and what is measured.

The gradient reaches a layer along the ways from the readout back to it. Where by wiring none leads
there, and no skip that lets gradient through in this arm, the layer is cut off. A scale of 0 closes
a branch, weights of 0 let nothing through, a layer whose units are all flat passes nothing on.
Weights of 0 take nothing from their own layer, unless they leave its units where they are flat.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from skipviz.arms import Arm
from skipviz.network import AnySkip, Network, Reads
from skipviz.network.wiring import NOT_THROUGH_ZERO
from skipviz.runs.recording import Recording
from skipviz.types import Array

Why = Literal[
    "cut off",
    "learned scale",
    "fixed scale",
    "zero init",
    "zero units",
    "flat units",
    "underflow",
    "unknown",
]
_SCALES = ("learned scale", "fixed scale")
TINY = 1e-35  # float32 ends at 1.4e-45; the norms of a layer add up some thousand entries


@dataclass(frozen=True)
class Zeros:
    """Layers at exactly 0 for one reason; `flat` are the layers all of whose units are.

    `scales` are the places of the skips whose scale of 0 it is.
    """

    layers: tuple[int, ...]
    why: Why
    flat: tuple[int, ...] = ()
    scales: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Ways:
    """The ways a gradient can take through a network in one arm."""

    network: Network
    arm: Arm

    def reached(self, walls: frozenset[int], learned: bool) -> set[int]:
        """The layers whose own branch h_k some way from the readout reaches.

        `walls` are layers that pass nothing on, but may get something; `learned` counts scales that
        only start at 0.
        """
        states, branches = {self.network.depth + 1}, set()
        for k in range(self.network.depth + 1, 0, -1):
            if k not in states:
                continue
            here = [(skip, b) for skip, b in self._skips() if skip.target == k]
            states |= {skip.source for skip, b in here if b and _shortcut_scale(skip)}
            if any(b == 1 and _closes(skip, learned) for skip, b in here):
                continue
            branches.add(k)
            if k not in walls:
                states.update(self.network.sources_of(k))
        return branches

    def closed(self, learned: bool) -> tuple[int, ...]:
        """The places of the skips whose scale of 0 closes a branch: of the learned or the fixed."""
        gains = self.arm.gains(self.network)
        drawn = enumerate(zip(self.network.skips, gains, strict=True))
        found = [(place, skip) for place, (skip, (_, b)) in drawn if b == 1]
        return tuple(p for p, skip in found if _closes(skip, True) and _learns(skip) == learned)

    def _skips(self) -> list[tuple[AnySkip, float]]:
        gains = self.arm.gains(self.network)
        drawn = zip(self.network.skips, gains, strict=True)
        return [(skip, b) for skip, (_, b) in drawn if not skip.is_feedback]


def zeros_of(run: Recording, arm: str, at: int, seed: int, layers: Sequence[int]) -> list[Zeros]:
    """The layers of `layers`, all at exactly 0 at row `at` of a seed, by reason."""
    network = run.drawn
    if network is None:
        return _of_model(run, arm, layers)
    ways = _Ways(network, next(a for a in run.settings.arms_for(network) if a.name == arm))
    zero_init = _still_at_zero(run, network, arm, at, seed)
    flat, silent = (
        _flat_layers(run, network, arm, at, seed),
        _readers_of_nothing(run, network, arm, at, seed),
    )
    cut = {*ways.arm.cut_off(network)}.intersection(layers)
    found = [Zeros(tuple(sorted(cut)), "cut off")] if cut else []
    left = set(layers) - cut
    for why, walls in _reasons(zero_init, flat, begun=run.row_steps[at] > 0):
        reached = ways.reached(frozenset(walls), why == "learned scale")
        if why == "flat units":  # which get nothing themselves; weights of 0 would
            reached -= set(walls)
        after = {k for k in silent if walls and k > min(walls)}
        mine = {k for k in left if k not in reached or k in after}
        if mine:
            found.append(
                Zeros(
                    tuple(sorted(mine)),
                    why,
                    flat=tuple(walls) if why == "flat units" else (),
                    scales=ways.closed(why == "learned scale") if why in _SCALES else (),
                )
            )
        left -= mine
        if why == "zero init":
            off = left.intersection(zero_init, flat)
            found += [Zeros(tuple(sorted(off)), "zero units")] if off else []
            left -= off
    if left:
        why = "underflow" if _has_tiny(run, arm, at, seed) else "unknown"
        found.append(Zeros(tuple(sorted(left)), why))
    return found


def _of_model(run: Recording, arm: str, layers: Sequence[int]) -> list[Zeros]:
    """Of a model that nobody drew it is known which layers are there for a skip alone."""
    cut = tuple(k for k in layers if k in run.behind_skips(arm))
    left = tuple(k for k in layers if k not in cut)
    found = [Zeros(cut, "cut off")] if cut else []
    return [*found, *([Zeros(left, "unknown")] if left else [])]


def _reasons(
    zero_init: Sequence[int], flat: Sequence[int], begun: bool
) -> Iterator[tuple[Why, Sequence[int]]]:
    """Each with the layers that pass nothing on, those that can be told for certain first."""
    yield "fixed scale", ()
    if not begun:  # a learned scale has moved after the first update
        yield "learned scale", ()
    yield "zero init", zero_init
    yield "flat units", flat


def _shortcut_scale(skip: AnySkip) -> float:
    """The value it starts with; 1 for kinds that have none."""
    scale = getattr(skip, "shortcut_scale", None)
    return 1.0 if scale is None else float(scale.value)


def _closes(skip: AnySkip, learned: bool) -> bool:
    """Whether the branch it joins is multiplied by 0, for good or (`learned`) only at first."""
    scale = getattr(skip, "branch_scale", None)
    return scale is not None and scale.value == 0 and (learned or not _learns(skip))


def _learns(skip: AnySkip) -> bool:
    scale = getattr(skip, "branch_scale", None)
    return scale is not None and scale.learned != "no"


def _still_at_zero(run: Recording, network: Network, arm: str, at: int, seed: int) -> list[int]:
    """Layers, N + 1 among them, whose weights started at 0 and have had no gradient since."""
    inits = [network.style(k).init for k in range(1, network.depth + 1)]
    inits.append(network.readout.init or network.defaults.init)
    started = [k for k, init in enumerate(inits, 1) if init.scheme == "zero" or init.gain == 0]
    before = run.gradient_norms(arm, seed=seed, readout=True)[:at]
    return [k for k in started if not (before[:, k - 1] > 0).any()]


def _flat_layers(run: Recording, network: Network, arm: str, at: int, seed: int) -> list[int]:
    """Layers of which every unit is flat for the whole batch.

    Flat is a slope below 1 %, not 0: weights before their activation get something where the
    gradient passes.
    """
    row = at % len(run.row_steps)
    norms, sizes = run.gradient_norms(arm, seed=seed), _row(run, "state_rms", arm, at, seed)
    relu = {k for k in range(1, run.layers + 1) if network.style(k).activation == "relu"}
    off = {k for k in relu if len(sizes) and sizes[k - 1] == 0 and _acts_last(network, k)}
    joined = {skip.target for skip in network.skips}
    since, flat = _flat_at_snapshot(run, arm, row, seed)
    if since < row:  # a layer may have come back
        flat = {k for k in flat if not norms[since : row + 1, k - 1].any()}
        flat = {k for k in flat if k in off or k not in relu or k in joined or not len(sizes)}
    passes = {k for k in flat if norms[row, k - 1] > 0 and _acts_last(network, k)}
    return sorted(off | flat - passes)


def _flat_at_snapshot(run: Recording, arm: str, row: int, seed: int) -> tuple[int, set[int]]:
    """The row of the last snapshot before, and the layers that were flat there."""
    steps = run.snapshot_steps()
    past = np.flatnonzero(steps <= run.row_steps[row])
    if not len(past) or not run.has("dead"):
        return row, set()
    dead = run.snapshot("dead", arm, seed)[past[-1], : run.layers]
    flat = {int(k) + 1 for k in np.flatnonzero(dead == 1)}
    return int(np.searchsorted(run.row_steps, steps[past[-1]])), flat


def _acts_last(network: Network, k: int) -> bool:
    """Whether the activation comes after all weights of the layer."""
    return network.style(k).order == "post" and network.layers[k - 1].kind != "feed_forward"


def _readers_of_nothing(run: Recording, network: Network, arm: str, at: int, seed: int) -> set[int]:
    """Layers that read nothing but states that are exactly 0 for the whole batch."""
    if not run.has("state_rms"):
        return set()
    sizes = run.probe("state_rms", arm, seed)[at, : run.layers]
    zero = {int(k) + 1 for k in np.flatnonzero(sizes == 0)}
    layers = [k for k in range(1, run.layers + 1) if network.sources_of(k)]
    alone = [k for k in layers if zero.issuperset(network.attended_by(k).values())]
    return {k for k in alone if _reads_nothing(network.reads_of(k), zero)}


def _reads_nothing(reads: Reads, zero: set[int]) -> bool:
    """Whether what is read is 0 where these states are."""
    none = [e.state in zero and e.activation not in NOT_THROUGH_ZERO for e in reads.entries]
    return any(none) if reads.combine == "multiply" else all(none)


def _has_tiny(run: Recording, arm: str, at: int, seed: int) -> bool:
    """Whether a gradient, or what it is a product of, is about to end or has ended on the way."""
    norms = run.gradient_norms(arm, seed=seed)[at, [k - 1 for k in run.weighted_layers]]
    rows = [norms, *(_row(run, name, arm, at, seed) for name in ("state_gradient", "state_rms"))]
    return any(((row > 0) & (row < TINY)).any() for row in rows)


def _row(run: Recording, name: str, arm: str, at: int, seed: int) -> Array:
    return run.probe_at(name, arm, at, seed) if run.has(name) else np.zeros(0)
