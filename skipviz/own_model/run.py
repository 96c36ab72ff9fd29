"""The recording of a model nobody drew: what every figure, verdict and report takes. Numpy only."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from skipviz.arms import arm_label
from skipviz.data import DataInfo
from skipviz.markup import table
from skipviz.own_model.drawing import drawing
from skipviz.own_model.selection import Skips
from skipviz.own_model.structure import Structure
from skipviz.runs.frame import Frame
from skipviz.runs.painted import painted
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import verdict
from skipviz.settings import MAX_STEPS, Settings
from skipviz.text import number_text, plural
from skipviz.types import Array, Ends

WITHOUT_ONE = "without "
"""What the names of the arms of leave-one-out begin with."""
_FIRST_SMALLEST = float(np.finfo(np.float32).smallest_subnormal)


def data_info(model: str) -> DataInfo:
    """What is known of data that a user's own loop brings: nothing but their name."""
    return DataInfo(
        "own model", f"{model}, batches of its own", (), 1, 0.0, "the user's own loop", "Own",
        task="regression", things="batches",
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
    ) -> None:
        settings = Settings(data="own model", steps=min(steps, MAX_STEPS), probes="minimal")
        super().__init__(settings, data_info(structure.model), tuple(arms))
        self.structure = structure
        self.notes = tuple(notes)
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

    def layer_text(self, layer: int) -> str:
        """3 (h.0.mlp)."""
        return f"{layer} ({self.structure.layers[layer - 1].name})"

    @property
    def layers(self) -> int:
        """N: the modules with weights."""
        return len(self.structure.layers)

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
        """Those of 1..N whose weights are trained."""
        return [k for k, layer in enumerate(self.structure.layers, 1) if layer.trained]

    @property
    def state_sizes(self) -> Array:
        """(N,) of 1: states are not measured here."""
        return np.ones(self.layers)

    def shares(self, arm: str) -> Array:
        """(snapshots, skips): the signed share of each skip in the gradient of its source.

        NaN where it was not measured. `snapshot_steps()` are the steps of the rows.
        """
        if not self.has("skip_share"):
            return np.empty((0, len(self.structure.skips)))
        return self.snapshot("skip_share", arm)

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
            "verdict": str(verdict(self)),
        }

    def __repr__(self) -> str:
        still = self.frozen()
        lines = [f"ModelRun({self._about})"]
        if still.steps:
            lines += [f"  {' | '.join(row)}" for row in still._rows_of_arms()]
            lines.append(f"  {verdict(still)}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        """The verdict, the drawing in the gradients of the first arm, and its arms."""
        still = self.frozen()
        if not still.steps:
            return f"<p>{escape(self._about)}</p>{drawing(self.structure)}"
        arm = still.main_arms[0]
        paints = painted(still).arms[arm]
        key = f"Colour: log |∂L/∂W| of each layer, {arm_label(arm)}; dark is small."
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            f"<p><b>{escape(str(verdict(still)))}</b></p>{drawing(self.structure, paints)}"
            f"<p>{escape(key)}</p>{table(('arm', 'loss'), still._rows_of_arms())}{notes}"
            f"<p>{escape(self._about)}</p>"
        )

    @property
    def _about(self) -> str:
        steps = plural(self.steps, "step")
        return f"{Skips(self.structure).headline}, {plural(self.layers, 'layer')}, {steps}"

    def _rows_of_arms(self) -> list[tuple[str, str]]:
        return [(arm_label(arm), number_text(float(self.loss(arm)[-1]))) for arm in self.main_arms]


def row_of(norms: Array) -> Array:
    """(.., layers) float64 norms as rows hold them: float32, in which no gradient becomes 0."""
    small = (norms > 0) & (norms < _FIRST_SMALLEST)
    return np.where(small, _FIRST_SMALLEST, norms)
