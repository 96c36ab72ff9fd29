"""The recording of a model nobody drew: what every figure, verdict and report takes. Numpy only."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from skipviz.data import DataInfo
from skipviz.language import N_, _, _n
from skipviz.markup import table
from skipviz.own_model.cut import WHOLE, Cut, Weights, label_text, who_text
from skipviz.own_model.drawing import drawing
from skipviz.own_model.selection import Skips
from skipviz.own_model.structure import Structure
from skipviz.runs.brief import colour_text
from skipviz.runs.frame import Frame
from skipviz.runs.painted import painted
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import verdict
from skipviz.settings import MAX_STEPS, Settings
from skipviz.text import layer_count_text, number_text
from skipviz.types import Array, Ends

WITHOUT_ONE = "without "
"""What the names of the arms of leave-one-out begin with."""
_FIRST_SMALLEST = float(np.finfo(np.float32).smallest_subnormal)


def data_info(model: str) -> DataInfo:
    """What is known of data that a user's own loop brings: nothing but their name."""
    return DataInfo(
        "own model", f"{model}, batches of its own", (), 1, 0.0, "the user's own loop", "Own",
        task="regression", things=N_("batches"),
    )  # fmt: skip


class ModelRun(Recording):
    """A model of one's own in one arm or several, a row per step.

    Layer k = 1..N is `structure.layers[k - 1]`, a module with weights of two or more dimensions;
    it has no readout apart from these, whose column (N + 1) is NaN. `loss` is what the loop came
    to (NaN where nobody told it); there is no accuracy and no test split.
    """

    def __init__(
        self,
        structure: Structure,
        arms: Sequence[str],
        frames: Iterable[Frame] = (),
        steps: int = 0,
        notes: Sequence[str] = (),
        weights: Weights = "each trained",
        cut: Cut = None,
    ) -> None:
        """`weights` are those at which the arms are measured, `cut` the skips that the arms other
        than "skip" concern."""
        settings = Settings(data="own model", steps=min(steps, MAX_STEPS), probes="minimal")
        super().__init__(settings, data_info(structure.model), tuple(arms))
        self.structure = structure
        self.notes = tuple(notes)
        self.weights = weights
        self.cut = cut
        self.left_out: frozenset[int] = frozenset()
        self.extend(frames)

    @property
    def main_arms(self) -> tuple[str, ...]:
        """The arms but those of leave-one-out."""
        found = tuple(arm for arm in self.arms if not arm.startswith(WITHOUT_ONE))
        return found or self.arms[:4]

    @property
    def tells_loss(self) -> bool:
        """Whether the loop told its loss."""
        return any(bool(np.isfinite(self.loss(arm)).any()) for arm in self.arms)

    @property
    def beside_training(self) -> bool:
        """Whether the arm "skip" alone is trained, and the others are measured at its weights."""
        return self.weights == "beside training"

    def trains(self, arm: str) -> bool:
        """Whether this arm is trained, to weights of its own."""
        return self.weights == "each trained" or (self.beside_training and arm == WHOLE)

    def who_text(self, arm: str) -> str | None:
        """How a sentence about an arm begins, where its name alone does not say it."""
        return who_text(arm, self.structure, self.cut, self.weights)

    def label_of(self, arm: str) -> str:
        """An arm's name as people read it."""
        return label_text(arm, self.structure, self.cut)

    def layer_text(self, layer: int) -> str:
        """3 (h.0.mlp); 1 (module 0), where a name alone would read as a number."""
        name = self.structure.layers[layer - 1].name
        if name[:1].isdigit():
            return _("{layer} (module {name})", layer=layer, name=name)
        return f"{layer} ({name})"

    @property
    def layers(self) -> int:
        """N: the modules with weights."""
        return len(self.structure.layers)

    def behind_skips(self, arm: str) -> frozenset[int]:
        """The layers of projections that the arm cuts."""
        if arm == WHOLE or arm.startswith(WITHOUT_ONE):
            return frozenset()
        cut = [skip for skip in self.structure.skips if self.cut is None or skip.index in self.cut]
        projections = [skip for skip in cut if skip.kind.startswith("projection")]
        own = {name for skip in projections for name in skip.own_layers}
        return frozenset(k for k, name in enumerate(self.layer_names, 1) if name in own)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Of layers 1..N."""
        return tuple(layer.name for layer in self.structure.layers)

    @property
    def skips(self) -> tuple[Ends, ...]:
        """(depth it starts from, depth it ends at) of every skip."""
        return tuple((skip.from_depth, skip.to_depth) for skip in self.structure.skips)

    @property
    def own_skips(self) -> Skips:
        """The skips by module, kind and line."""
        return Skips(self.structure)

    @property
    def weighted_layers(self) -> list[int]:
        """Those of 1..N whose weights are trained, but for those that row left out that
        `together` has chosen."""
        layers = enumerate(self.structure.layers, 1)
        return [k for k, layer in layers if layer.trained and k not in self.left_out]

    @property
    def frozen_layers(self) -> list[int]:
        """Those of 1..N whose weights are not trained."""
        return [k for k, layer in enumerate(self.structure.layers, 1) if not layer.trained]

    @property
    def state_sizes(self) -> Array:
        """(N,) of 1: states are not measured here."""
        return np.ones(self.layers)

    def shares(self, arm: str) -> Array:
        """(snapshots, skips): the signed share of each skip in the gradient of its source.

        NaN where it was not measured. `snapshot_steps()` are the steps of the rows.
        """
        self._place(arm, 0)
        if not self.has("skip_share"):
            return np.empty((0, len(self.structure.skips)))
        return self.snapshot("skip_share", arm)

    def together(self, at: int = -1) -> "ModelRun":
        """Row `at` alone, with all that were measured until then, each arm as it was last.

        Of a run whose arms are trained it is that row. One loop makes its passes in turns: then a
        row has what the last pass of every arm showed.
        """
        self.require_row(at)
        at %= len(self.row_steps)
        places = {arm: self._last_measured(arm, at) for arm in self.arms}
        arms = {arm: row for arm, row in places.items() if row >= 0} or {self.arms[0]: at}
        found = ModelRun(self.structure, tuple(arms), steps=self.settings.steps, notes=self.notes,
                         weights=self.weights, cut=self.cut)  # fmt: skip
        row = {name: self._rows.at(name, at) for name in ("seconds", "probe_seconds")}
        for name in ("loss", "accuracy", "weight_gradient"):
            each = [self._rows.at(name, row)[self.arms.index(arm)] for arm, row in arms.items()]
            row[name] = np.stack(each)
        found._rows.append(int(self.row_steps[at]), row)
        found.failures = tuple(each for each in self.failures if each.arm in arms)
        found._made = self._made
        found.left_out = self._left_out(found)
        return found

    def _left_out(self, row: "ModelRun") -> frozenset[int]:
        """The layers that did not run in some arm, in a row of arms that are trained: their
        gradient is NaN though the arm has not broken down and its loss is a number."""
        if self.weights != "each trained":
            return frozenset()
        step = int(row.row_steps[0])
        broke = {each.arm for each in self.failures if each.step <= step}
        sound = [arm for arm in row.arms if arm not in broke and np.isfinite(row.loss(arm)[0])]
        norms = [row.gradient_norms(arm)[0] for arm in sound]
        return frozenset(np.flatnonzero(np.isnan(norms).any(axis=0)) + 1) if norms else frozenset()

    def _last_measured(self, arm: str, at: int) -> int:
        """The row to look at for row `at`; -1 where nothing was measured yet."""
        if np.isfinite(self.probe_at("weight_gradient", arm, at)).any():
            return at
        if self.weights == "each trained":
            return at
        known = np.isfinite(self.probe("weight_gradient", arm)[: at + 1]).any(axis=1)
        if not known.any():  # what was NaN from the start on shows at the end alone
            return at if at == len(self.row_steps) - 1 and self.beside_training else -1
        return at if self.beside_training else int(np.flatnonzero(known)[-1])

    def continuing(self, before: "ModelRun") -> Self:
        """This run, which has no rows yet, after those of a run that had other arms beside "skip",
        of which nothing is known here."""
        for mine, theirs in ((self._rows, before._rows), (self._snapshots, before._snapshots)):
            columns = {name: self._widened(theirs.column(name)) for name in theirs.names}
            if columns:
                mine.take_over(theirs.steps, columns)
        self.failures = tuple(each for each in before.failures if each.arm == WHOLE)
        self._made = before._made
        return self

    def _widened(self, column: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        if column.ndim < 2:  # one number for all arms
            return column
        wide = np.full((len(column), len(self.arms), *column.shape[2:]), np.nan, column.dtype)
        wide[:, 0] = column[:, 0]
        return wide

    def without_one(self) -> dict[str, float]:
        """What the loss of the last step rises by without each skip, by the name of its arm.

        The mean over the last tenth of the steps, against that of the arm "skip".
        """
        rows = max(1, len(self.row_steps) // 10)
        whole = float(np.mean(self.loss("skip")[-rows:])) if "skip" in self.arms else np.nan
        single = [arm for arm in self.arms if arm.startswith(WITHOUT_ONE)]
        return {arm: float(np.mean(self.loss(arm)[-rows:])) - whole for arm in single}

    def summary(self) -> dict[str, object]:
        """The last loss of every arm, and the verdict.

        >>> import skipviz as sv
        >>> import torch
        >>> from skipviz.engine.own_model.examples import residual_mlp
        >>> data = [torch.randn(4, 8) for _ in range(3)]
        >>> run = sv.compare(residual_mlp(), lambda net, x: net(x).square().mean(), data, steps=3)
        >>> sorted(run.summary()), list(run.summary()["arms"])
        (['arms', 'device', 'notes', 'verdict'], ['skip', 'plain'])
        """
        return {
            "arms": {arm: {"loss": float(self.loss(arm)[-1])} for arm in self.arms},
            "device": self.device,
            "notes": list(self.notes),
            "verdict": str(verdict(self.together())),
        }

    def __getattr__(self, name: str) -> NoReturn:
        """AttributeError, which says how such a run is saved: a file knows its run."""
        if name == "save":
            raise AttributeError(
                _("The run of a model of your own is saved by sv.save_run(run, path).")
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        still = self.frozen()
        lines = [f"ModelRun({self._about})"]
        if still.steps:
            lines += [f"  {' | '.join(row)}" for row in still._rows_of_arms()]
            lines.append(f"  {verdict(still.together())}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        """The verdict, the drawing in the gradients of the first arm, and its arms."""
        still = self.frozen()
        if not still.steps:
            return f"<p>{escape(self._about)}</p>{drawing(self.structure)}"
        last = still.together()
        arm = last.main_arms[0]
        paints = painted(last).arms[arm]
        key = colour_text(last, arm)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            f"<p><b>{escape(str(verdict(last)))}</b></p>{drawing(self.structure, paints)}"
            f"<p>{escape(key)}</p>{table((_('arm'), _('loss')), still._rows_of_arms())}{notes}"
            f"<p>{escape(self._about)}</p>"
        )

    @property
    def _about(self) -> str:
        return _(
            "{skips}, {layers}, {steps}",
            skips=Skips(self.structure).headline,
            layers=layer_count_text(self.layers),
            steps=_n("{count} step", "{count} steps", self.steps),
        )

    def _rows_of_arms(self) -> list[tuple[str, str]]:
        return [
            (self.label_of(arm), number_text(float(self.loss(arm)[-1]))) for arm in self.main_arms
        ]


def row_of(norms: Array) -> Array:
    """(.., layers) float64 norms as rows hold them: float32, in which no gradient becomes 0."""
    small = (norms > 0) & (norms < _FIRST_SMALLEST)
    return np.where(small, _FIRST_SMALLEST, norms)
