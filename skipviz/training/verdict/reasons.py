"""Why layers get a gradient of exactly 0: told from the drawing, the arm and what is measured.

The gradient reaches a layer along the ways from the readout back to it. A scale of 0 closes a
branch, weights of 0 let nothing through, a layer whose units are all flat passes nothing on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from skipviz.arms import Arm
from skipviz.network import AnySkip, Network
from skipviz.training.recording import Recording

Why = Literal["learned scale", "fixed scale", "zero init", "flat units", "underflow", "unknown"]
TINY = 1e-35  # float32 ends at 1.4e-45; the norms of a layer add up some thousand entries


@dataclass(frozen=True)
class Zeros:
    """Layers at exactly 0 for one reason; `flat` are the layers all of whose units are."""

    layers: tuple[int, ...]
    why: Why
    flat: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Ways:
    """The ways a gradient can take through a network in one arm."""

    network: Network
    arm: Arm

    def reached(self, walls: frozenset[int], learned: bool) -> set[int]:
        """The layers whose own branch h_k some way from the readout reaches.

        `walls` are layers that pass nothing on; `learned` counts scales that only start at 0.
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
                states.add(k - 1)
        return branches - walls

    def _skips(self) -> list[tuple[AnySkip, float]]:
        gains = self.arm.gains(self.network)
        drawn = zip(self.network.skips, gains, strict=True)
        return [(skip, b) for skip, (_, b) in drawn if not skip.is_feedback]


def zeros_of(run: Recording, arm: str, at: int, seed: int, layers: Sequence[int]) -> list[Zeros]:
    """The layers of `layers`, all at exactly 0 at row `at` of a seed, by reason."""
    network = run.drawn
    if network is None:
        return [Zeros(tuple(layers), "unknown")]
    ways = _Ways(network, next(a for a in run.settings.arms_for(network) if a.name == arm))
    zero_init = [k for k in range(1, run.layers + 1) if network.style(k).init.scheme == "zero"]
    flat, silent = _flat_layers(run, arm, at, seed), _readers_of_nothing(run, arm, at, seed)
    left, found = set(layers), []
    for why, walls in _reasons(zero_init, flat, begun=run.row_steps[at] > 0):
        reached = ways.reached(frozenset(walls), why == "learned scale")
        after = {k for k in silent if walls and k > min(walls)}
        mine = {k for k in left if k not in reached or k in after}
        if mine:
            found.append(
                Zeros(tuple(sorted(mine)), why, tuple(walls) if why == "flat units" else ())
            )
        left -= mine
    if left:
        why = "underflow" if _has_tiny(run, arm, at, seed) else "unknown"
        found.append(Zeros(tuple(sorted(left)), why))
    return found


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
    return scale is not None and scale.value == 0 and (learned or scale.learned == "no")


def _flat_layers(run: Recording, arm: str, at: int, seed: int) -> list[int]:
    """Layers of which every unit was flat for the whole batch, at the last snapshot before."""
    steps = run.snapshot_steps()
    past = np.flatnonzero(steps <= run.row_steps[at])
    if not len(past) or not run.has("dead"):
        return []
    dead = run.snapshot("dead", arm, seed)[past[-1], : run.layers]
    return [int(k) + 1 for k in np.flatnonzero(dead == 1)]


def _readers_of_nothing(run: Recording, arm: str, at: int, seed: int) -> set[int]:
    """Layers k whose input s_(k-1) is exactly 0 for the whole batch."""
    if not run.has("state_rms"):
        return set()
    sizes = run.probe("state_rms", arm, seed)[at, : run.layers - 1]
    return {int(k) + 2 for k in np.flatnonzero(sizes == 0)}


def _has_tiny(run: Recording, arm: str, at: int, seed: int) -> bool:
    norms = run.gradient_norms(arm, seed=seed)[at, [k - 1 for k in run.weighted_layers]]
    return bool(((norms > 0) & (norms < TINY)).any())
