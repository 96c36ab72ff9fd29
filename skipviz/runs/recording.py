"""The series of a training, whatever the model: frames, compactly. Numpy only.

What is drawn or said of a training reads it from here and needs no network, so that models nobody
drew can be shown as well (`Run` is the recording of a drawn network).
"""

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from skipviz.data import DataInfo
from skipviz.language import N_, _, _n
from skipviz.probes.catalogue import PROBES, require_measured
from skipviz.runs.frame import ConstantChannels, Failure, Frame
from skipviz.runs.frames import Frames
from skipviz.runs.rows import SNAPSHOT_BYTES, STEP_BYTES, Rows
from skipviz.runs.subject import Subject
from skipviz.runs.tidy import tidy
from skipviz.settings import Settings
from skipviz.text import listed_or, value_text
from skipviz.types import Array, Steps

if TYPE_CHECKING:
    import pandas as pd

OF = {"weight": "weight_gradient", "state": "state_gradient"}
OF_SKIPS = {probe.name for probe in PROBES if "skips" in probe.axes}
SPLITS = ("batch", "train", "test")
_OF_A_STEP = ("seconds", "probe_seconds", "loss", "accuracy")


class Recording(Subject):
    """An arm set trained once. `loss` and `accuracy` per step are those of the batch.

    Rows of `loss`, `accuracy`, `gradient_norms` and `probe` belong to the steps of `row_steps`.
    A learning rate changed by hand on the way is noted in `settings`, so that these repeat the run.
    They are kept as float32; a recording that outgrows `STEP_BYTES` keeps evenly spaced steps only
    (skipviz.runs.rows). Frames come in from one thread and may be read from any; to draw
    several series that fit together, read them from `frozen()`.
    """

    def __init__(self, settings: Settings, info: DataInfo, arms: tuple[str, ...]) -> None:
        """`info` of the data the arms were trained on."""
        self.settings = settings
        self.info = info
        self.arms = arms
        self.failures: tuple[Failure, ...] = ()
        self.constant: tuple[ConstantChannels, ...] = ()
        self.device = "cpu"
        self._predicted: NDArray[np.int16] | None = None
        self._made = 0
        self._rows = Rows(STEP_BYTES)
        self._evaluations = Rows(SNAPSHOT_BYTES)
        self._snapshots = Rows(SNAPSHOT_BYTES)

    def extend(self, frames: Iterable[Frame]) -> None:
        """Take in further frames, in order of step."""
        for frame in frames:
            self._take(frame)

    def frozen(self) -> Self:
        """What is measured so far, as a recording that does not grow."""
        _ = self.main_arms, self.weighted_layers, self.state_sizes  # found once for all copies
        still = copy(self)
        still._rows, still._evaluations = self._rows.frozen(), self._evaluations.frozen()
        still._snapshots = self._snapshots.frozen()
        return still

    @property
    def distinct_arms(self) -> tuple[str, ...]:
        """All arms; of a network without skips the one that stands for them."""
        return self.arms if self.skips else self.main_arms

    @property
    def steps(self) -> int:
        """Frames there were so far."""
        return self._made

    @property
    def bytes(self) -> int:
        """Memory that its numbers take."""
        return sum(rows.bytes for rows in (self._rows, self._evaluations, self._snapshots))

    @property
    def frames(self) -> Frames:
        """The frames that are kept, one per row."""
        frozen = self.frozen()
        return Frames(
            frozen._rows,
            frozen._evaluations,
            frozen._snapshots,
            self.failures,
            self.device,
            self.constant,
        )

    @property
    def row_steps(self) -> Steps:
        """The number of updates made before each row of the series."""
        return self._rows.steps.copy()

    def gradient_norms(
        self, arm: str, of: str = "weight", seed: int = 0, readout: bool = False
    ) -> Array:
        """(rows, layers): |dL/dW_k| (`of="weight"`) or |dL/ds_k| (`of="state"`), k = 1..N.

        L is the mean loss of the batch, the norm that of the whole tensor (for a state: over the
        batch too). `seed` counts within the run; `readout` adds layer N + 1 as a last column.
        ValueError, here and below, for an arm, a seed or a split that there is not.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> run = sv.train(network, steps=3)
        >>> run.gradient_norms("plain", of="state").shape
        (4, 3)
        """
        return self.probe(probe_of(of), arm, seed)[:, : self.layers + readout]

    def probe(self, name: str, arm: str, seed: int = 0) -> Array:
        """(rows, layers 1..N+1) of one probe of every step, float64; (rows, skips) of what skips
        learn, in the order of `skips`. KeyError when it was not measured.
        """
        place = self._place(arm, seed)
        if not len(self._rows):
            return np.empty((0, len(self.skips) if name in OF_SKIPS else self.layers + 1))
        require_measured(name, self._rows.names)
        return self._rows.column(name)[:, *place].astype(np.float64)

    def probe_at(self, name: str, arm: str, at: int, seed: int = 0) -> Array:
        """Row `at` of `probe`, without reading those before it; IndexError where there is none."""
        self.require_row(at)
        require_measured(name, self._rows.names)
        return np.asarray(self._rows.at(name, at)[*self._place(arm, seed)], np.float64)

    def require_row(self, at: int) -> None:
        """IndexError where there is no row `at`, counted from the end where it is negative."""
        rows = len(self._rows)
        if not isinstance(at, int | np.integer) or not -rows <= at < rows:
            raise IndexError(
                _n(
                    "This run has {count} row so far; there is no row {at}.",
                    "This run has {count} rows so far; there is no row {at}.",
                    rows,
                    at=value_text(at),
                )
            )

    def median_at(self, name: str, arm: str, at: int) -> Array:
        """Row `at` of `probe`, the median of the seeds that have it; NaN where most have not."""
        seeds = range(self.settings.seeds)
        values = np.stack([self.probe_at(name, arm, at, seed) for seed in seeds])
        known = 2 * (~np.isnan(values)).sum(axis=0) >= len(seeds)
        return np.where(known, np.nanmedian(np.where(known, values, 0), axis=0), np.nan)

    def has(self, probe: str) -> bool:
        """Whether a probe of every step or of the snapshots was measured."""
        return probe in self._rows.names or probe in self._snapshots.names

    def snapshot_steps(self) -> Steps:
        """The steps of the rows of `snapshot`."""
        return self._snapshots.steps.copy()

    def snapshot(self, name: str, arm: str, seed: int = 0) -> Array:
        """(rows, layers 1..N+1[, bins]) of one probe of the snapshots; KeyError when not taken."""
        place = self._place(arm, seed)
        if not len(self._snapshots):
            return np.empty((0, self.layers + 1))
        require_measured(name, self._snapshots.names)
        return self._snapshots.column(name)[:, *place].astype(np.float64)

    def loss(self, arm: str, split: str = "batch", seed: int = 0) -> Array:
        """(rows,) batch loss; or of the whole "train" or "test" split at `evaluation_steps`.

        The cross-entropy in nats, or in regression the mean squared error; averaged over samples.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> run = sv.train(network, steps=3)
        >>> run.loss("skip").shape, run.loss("skip", "test").shape
        ((4,), (2,))
        """
        return self._series("loss", arm, split, seed)

    def accuracy(self, arm: str, split: str = "batch", seed: int = 0) -> Array:
        """(rows,) batch accuracy (R² in regression); or of a whole split at `evaluation_steps`.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> run = sv.train(network, steps=3)
        >>> run.accuracy("skip", "test").shape, run.evaluation_steps()
        ((2,), array([0, 3]))
        """
        return self._series("accuracy", arm, split, seed)

    def to_pandas(self, *quantities: str) -> "pd.DataFrame":
        """A tidy table, a row per number: step, arm, seed, layer, skip, quantity, value.

        `quantity` is loss or accuracy (of the batch), train_loss and so on (of whole splits), or a
        probe; with `quantities` only those. `layer` is 1..N+1, the readout last, and missing for
        what is of no layer; `skip` is "2 → 6", missing likewise. Values are NaN where a quantity
        does not apply or was not finite. Series with a further axis (bins, time steps) are left
        out: `snapshot` has them. ValueError for a quantity that was not measured.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> frame = sv.train(network, steps=3).to_pandas("weight_gradient", "skip_share")
        >>> frame.groupby(["quantity", "arm"], observed=True).size().tolist()
        [16, 16, 2, 2]
        """
        still = self.frozen()
        series = (still._rows, still._evaluations, still._snapshots)
        skips = [f"{source} → {target}" for source, target in self.skips]
        return tidy(series, self.arms, self.settings.seed, skips, quantities or None)

    def predicted(self, arm: str, seed: int = 0) -> NDArray[np.int16] | None:
        """(samples,) class of each of the first test samples at the last evaluation, -1 for NaN.

        None where samples have no class of their own, and of a recording that was stored.
        """
        found = self._predicted
        return None if found is None else found[self._place(arm, seed)]

    def evaluation_steps(self) -> Steps:
        """The number of updates made before each evaluation of the whole splits."""
        return self._evaluations.steps.copy()

    def seconds(self) -> Array:
        """(rows,) seconds of computing since the start, pauses left out."""
        return self._times("seconds")

    def probe_share(self) -> float:
        """The measured share of the computing time that the probes took; NaN before any frame.

        The gradients of states come out of the same backward pass as those of weights and are
        not counted (about 2 % of a step).
        """
        seconds, probing = self._times("seconds"), self._times("probe_seconds")
        return float(probing[-1] / seconds[-1]) if len(seconds) and seconds[-1] else np.nan

    def _take(self, frame: Frame) -> None:
        self.failures += frame.failures
        self.constant += frame.constant
        self.device = frame.device
        if frame.changed_rate is not None:
            self.settings = self.settings.with_rate_from(frame.step, frame.changed_rate)
        row = {name: getattr(frame, name) for name in _OF_A_STEP}
        self._rows.append(frame.step, {**row, **frame.probes})
        if frame.evaluation is not None:
            self._predicted = frame.evaluation.predicted  # of the last one alone
            self._evaluations.append(frame.step, frame.evaluation.means)
        if frame.snapshot is not None:
            self._snapshots.append(frame.step, frame.snapshot)
        self._made += 1

    def _series(self, name: str, arm: str, split: str, seed: int) -> Array:
        place = self._place(arm, seed)
        if split not in SPLITS:
            raise ValueError(
                _(
                    "{quantity} is that of {known}, not of {split}.",
                    quantity=_(_SERIES[name]),
                    known=listed_or(SPLITS),
                    split=repr(split),
                )
            )
        rows = self._rows if split == "batch" else self._evaluations
        if not len(rows):
            return np.empty(0)
        name = name if split == "batch" else f"{split}_{name}"
        return rows.column(name)[:, *place].astype(np.float64)

    def _place(self, arm: str, seed: int) -> tuple[int, int]:
        """Where an arm and a seed stand in a row; seeds count from the end where negative."""
        if arm not in self.arms:
            known = ", ".join(self.arms)
            raise ValueError(
                _("This run has no arm {arm}. Known are {known}.", arm=repr(arm), known=known)
            )
        seeds = self.settings.seeds
        if not -seeds <= seed < seeds:
            known = "0" if seeds == 1 else _("{first} to {last}", first=0, last=seeds - 1)
            raise ValueError(
                _(
                    "This run has no seed {seed}. Seeds count within it: {known}.",
                    seed=seed,
                    known=known,
                )
            )
        return self.arms.index(arm), seed

    def _times(self, name: str) -> Array:
        return self._rows.column(name).astype(np.float64) if len(self._rows) else np.empty(0)


def probe_of(of: str) -> str:
    """The probe of a gradient by what it is of; ValueError where there is none."""
    if of not in OF:
        raise ValueError(
            _("Gradients are those of {known}, not of {of}.", known=listed_or(OF), of=repr(of))
        )
    return OF[of]


_SERIES = {"loss": N_("Loss"), "accuracy": N_("Accuracy")}
