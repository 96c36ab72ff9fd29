"""What is measured of one arm of a run up to one step, over its sound seeds."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from operator import itemgetter

import numpy as np

from skipviz.arms import Arm
from skipviz.network import Network
from skipviz.runs.frame import Failure
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import states
from skipviz.runs.verdict.judging import (
    BESIDE_READOUT,
    STARVED,
    Gradients,
    Growth,
    Growths,
    Learned,
    shares_of,
)
from skipviz.runs.verdict.starts import has_batch_norm, start_loss, start_score
from skipviz.types import Array


class Evidence:
    """What is measured of an arm up to row `at`; the first axis of arrays are its sound seeds."""

    def __init__(self, run: Recording, arm: str, at: int = -1) -> None:
        run.require_row(at)
        self.run = run
        self.arm = arm
        self.at = at % len(run.row_steps)
        self.step = int(run.row_steps[self.at])
        self.failures: tuple[Failure, ...] = tuple(
            failure for failure in run.failures if failure.arm == arm and failure.step <= self.step
        )
        broken = {failure.seed - run.settings.seed for failure in self.failures}
        self.seeds = [s for s in range(run.settings.seeds) if s not in broken and self._sound(s)]

    @cached_property
    def evaluated(self) -> int | None:
        """The last evaluation after the start."""
        steps = self.run.evaluation_steps()
        past = np.flatnonzero((steps > 0) & (steps <= self.step))
        return int(past[-1]) if len(past) else None

    @property
    def failed(self) -> bool:
        """Whether most of its seeds have."""
        return 2 * len(self.seeds) < self.run.settings.seeds

    @cached_property
    def shares(self) -> Array:
        """(seeds, layers with weights): |dL/dW_k| as shares of the largest."""
        return shares_of(np.array([self._norms(seed) for seed in self.seeds]))

    @cached_property
    def gradients(self) -> Gradients:
        """The median of the shares of all seeds."""
        return Gradients(tuple(self.run.weighted_layers), np.median(self.shares, axis=0))

    @cached_property
    def cut_off(self) -> frozenset[int]:
        """The layers that get no gradient in this arm whatever the weights: only skips that it does
        without lead on from them."""
        network = self.run.drawn
        if network is None or not network.is_wired:
            return frozenset()
        return frozenset(self.arm_in(network).cut_off(network))

    @property
    def update_is_another(self) -> bool:
        """Whether it is not by the gradient of the arm's own loss: a skip carries one thing up and
        another down."""
        network = self.run.drawn
        if network is None:
            return self.arm in ("gradient_only", "forward_only")
        drawn = zip(network.skips, self.arm_in(network).gains(network), strict=True)
        return any(f != b and self._learns_below(network, skip.source) for skip, (f, b) in drawn)

    def _learns_below(self, network: Network, state: int) -> bool:
        """Whether a state depends on anything that is learned: the input does not."""
        weighted = any(k <= state for k in self.run.weighted_layers)
        return weighted or any(skip.target <= state for skip in network.skips)

    def arm_in(self, network: Network) -> Arm:
        """The arm, with what its skips carry in a network."""
        arms = self.run.settings.arms_for(network)
        return next(arm for arm in arms if arm.name == self.arm)

    @property
    def connected(self) -> Gradients:
        """The same without the layers that are cut off."""
        kept = [place for place, k in enumerate(self.gradients.layers) if k not in self.cut_off]
        layers = tuple(self.gradients.layers[place] for place in kept)
        return Gradients(layers, self.gradients.shares[kept])

    @property
    def starved_counts(self) -> list[int]:
        """How many layers are, in every seed."""
        starved = (self.shares > 0) & (self.shares < STARVED)
        return [int(count) for count in starved.sum(1)]

    @property
    def first_losses(self) -> list[float]:
        """Of the first batch."""
        return [float(self.run.loss(self.arm, seed=seed)[0]) for seed in self.seeds]

    @property
    def start_losses(self) -> list[float]:
        """Of the training split at the start."""
        return [start_loss(self.run, self.arm, seed) for seed in self.seeds]

    @cached_property
    def growths(self) -> Growths:
        """From end to end, in every seed."""
        return Growths(
            [self._gradient_growth(seed) for seed in self.seeds],
            [states.state_growth(self.run, self.arm, self.at, s) for s in self.seeds],
        )

    @property
    def short_beside_readout(self) -> bool:
        """Whether all layers get next to nothing of what the readout's weights do."""
        if self.run.drawn is None:
            return False
        return median_of(self.largest) < BESIDE_READOUT * median_of(self.of_readout)

    @property
    def of_readout(self) -> list[float]:
        """|dL/dW| of the readout of every seed."""
        norms = [self.run.probe_at("weight_gradient", self.arm, self.at, s) for s in self.seeds]
        return [float(each[-1]) for each in norms]

    @cached_property
    def largest(self) -> list[float]:
        """The largest |dL/dW_k| of every seed."""
        return [float(self._norms(seed).max()) for seed in self.seeds]

    def handed_down(self, top: int) -> Array:
        """(N,) what of dL/ds_top is left of it at every state, as `states.handed_down` says: the
        median of the seeds, NaN where that is not measured."""
        if not self.run.has("state_gradient"):
            return np.full(self.run.layers, np.nan)
        seeds = [states.handed_down(self.run, self.arm, self.at, s, top) for s in self.seeds]
        found: Array = np.median(seeds, axis=0)
        return found

    @cached_property
    def time_growths(self) -> list[float]:
        """|dL/ds| of all layers at the first time step over that at the last, in every seed; none
        where there is one time step, or they were not measured at this row."""
        there = np.flatnonzero(self.run.snapshot_steps() == self.step)
        drawn = self.run.drawn
        if drawn is None or not drawn.runs_over_time or not len(there):
            return []
        if not self.run.has("gradient_over_time"):
            return []
        found = [
            self.run.snapshot("gradient_over_time", self.arm, seed)[there[-1], : self.run.layers]
            for seed in self.seeds
        ]
        norms = [np.sqrt(np.nansum(each**2, axis=0)) for each in found]
        return [states.ratio(each[0], each[-1]) for each in norms]

    @property
    def growth(self) -> Growth:
        """Medians of these."""
        return Growth(*map(median_of, self.growths))

    @cached_property
    def learned(self) -> Learned:
        """Medians over the seeds."""
        return self._learned(median_of)

    @cached_property
    def learned_by_seed(self) -> dict[int, Learned]:
        """The same of each seed that is sound."""
        return {seed: self._learned(itemgetter(k)) for k, seed in enumerate(self.seeds)}

    def _learned(self, of_seeds: Callable[[list[float]], float]) -> Learned:
        return Learned(
            steps=0 if self.evaluated is None else int(self.run.evaluation_steps()[self.evaluated]),
            start_loss=of_seeds(self.start_losses),
            train_loss=of_seeds(self.over_seeds("loss", "train")),
            train_score=of_seeds(self.over_seeds("accuracy", "train")),
            test_score=of_seeds(self.over_seeds("accuracy", "test")),
            chance=self.run.info.chance,
            guessing=self.run.info.guessing,
            normed=has_batch_norm(self.run.drawn),
            batch_loss=of_seeds(self.batch_losses),
            start_score=of_seeds([start_score(self.run, self.arm, seed) for seed in self.seeds]),
        )

    @property
    def batch_losses(self) -> list[float]:
        """At the last evaluation after the start; NaN before it."""
        if self.evaluated is None:
            return [np.nan] * len(self.seeds)
        step = self.run.evaluation_steps()[self.evaluated]
        row = int(np.searchsorted(self.run.row_steps, step, side="right")) - 1
        return [float(self.run.loss(self.arm, seed=seed)[row]) for seed in self.seeds]

    def over_seeds(self, quantity: str, split: str) -> list[float]:
        """Loss or accuracy on a split at the last evaluation after the start; NaN before it."""
        if self.evaluated is None:
            return [np.nan] * len(self.seeds)
        read = self.run.loss if quantity == "loss" else self.run.accuracy
        return [float(read(self.arm, split, seed)[self.evaluated]) for seed in self.seeds]

    @property
    def ratio(self) -> float:
        """|dL/dW_1| / |dL/dW_N| of the layers with weights that are not cut off."""
        kept = [k not in self.cut_off for k in self.gradients.layers]
        rows = self.shares[:, kept]
        return median_of(states.ratio(row[0], row[-1]) for row in rows if len(row))

    @property
    def batch_loss(self) -> float:
        """That of the seeds that are sound, of all where most are not."""
        seeds = range(self.run.settings.seeds) if self.failed else self.seeds
        return median_of(float(self.run.loss(self.arm, seed=seed)[self.at]) for seed in seeds)

    @property
    def test_score(self) -> float:
        """At the last evaluation, that of the start included."""
        there = self.run.evaluation_steps() <= self.step
        if not there.any():
            return np.nan
        read = self.run.accuracy
        return median_of(float(read(self.arm, "test", s)[there][-1]) for s in self.seeds)

    def equals(self, other: "Evidence") -> bool:
        """Whether all that was measured of both arms is the same to the bit, in every seed."""
        return self.seeds == other.seeds and all(
            np.array_equal(mine, theirs, equal_nan=True)
            for seed in self.seeds
            for mine, theirs in zip(self._numbers(seed), other._numbers(seed), strict=True)
        )

    def _numbers(self, seed: int) -> Iterator[Array]:
        """The series of one seed, those that are read fastest first."""
        done = self.run.evaluation_steps() <= self.step
        for read in (self.run.loss, self.run.accuracy):
            yield read(self.arm, seed=seed)[: self.at + 1]
            yield from (read(self.arm, split, seed)[done] for split in ("train", "test"))
        for probe in ("weight_gradient", "state_gradient", "state_rms"):
            if self.run.has(probe):
                yield self.run.probe(probe, self.arm, seed)[: self.at + 1]

    def _sound(self, seed: int) -> bool:
        """Whether its gradients, its batch and its last evaluation are numbers.

        A split can overflow where a batch does not.
        """
        known = self.run.tells_loss
        losses = [self.run.loss(self.arm, seed=seed)[self.at]] if known else []
        if self.evaluated is not None:
            losses.append(self.run.loss(self.arm, "train", seed)[self.evaluated])
        return bool(np.isfinite([*self._norms(seed), *losses]).all())

    def _norms(self, seed: int) -> Array:
        """Of the weights of every layer that has any; of shared ones over all their uses."""
        weighted = [k - 1 for k in self.run.weighted_layers]
        shared = self.run.has("shared_gradient")
        probe = "shared_gradient" if shared else "weight_gradient"
        return self.run.probe_at(probe, self.arm, self.at, seed)[weighted]

    def _gradient_growth(self, seed: int) -> float:
        if not self.run.has("state_gradient") or {1, self.run.layers} & self.cut_off:
            return np.nan
        return states.gradient_growth(self.run, self.arm, self.at, seed)


def median_of(values: Iterable[float]) -> float:
    """NaN of none."""
    known = list(values)
    return float(np.median(known)) if known else np.nan
