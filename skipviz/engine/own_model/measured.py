"""What was measured of a watched model, read out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from skipviz.engine.own_model.frame_store import FrameStore
from skipviz.own_model.cut import WHOLE
from skipviz.own_model.run import ModelRun, row_of
from skipviz.own_model.saved import frame_of, save_run
from skipviz.own_model.selection import Skips
from skipviz.own_model.structure import Layer, Structure
from skipviz.own_model.unreached import never_reached
from skipviz.text import plural
from skipviz.types import Array, Flags, Steps


class Measured(ABC):
    """The frames of a model; `columns` are the places of its weights in a frame."""

    _store: FrameStore
    columns: dict[str, int]

    @property
    @abstractmethod
    def structure(self) -> Structure:
        """Layers and skips of the model, as data."""

    @property
    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """What has to be known beside the numbers, in sentences."""

    def __repr__(self) -> str:
        made = f"Watch({plural(self.made, 'frame')})"
        return "\n".join([made, repr(self.skips), *self.own_notes])

    def _repr_html_(self) -> str:
        """The skips and the notes, for notebooks."""
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.own_notes)
        return f"{self.skips._repr_html_()}{notes}"

    @property
    def own_notes(self) -> tuple[str, ...]:
        """The notes but for those of the structure, which stand beside its skips anyway."""
        return tuple(note for note in self.notes if note not in self.structure.notes)

    @property
    def skips(self) -> Skips:
        """The skips, chosen by `watch.skips["layer3.*"]`; a table and a drawing in a notebook.

        >>> import skipviz as sv
        >>> import torch
        >>> from skipviz.engine.own_model.examples import residual_mlp
        >>> model = residual_mlp()
        >>> with sv.watch(model) as watch:
        ...     model(torch.randn(4, 8)).mean().backward()
        >>> [(skip.kind, skip.source, skip.target, skip.span) for skip in watch.skips["1"]]
        [('add', '0', '1', 2)]
        """
        return Skips(self.structure)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The modules with weights of two or more dimensions, by depth."""
        return self.structure.layers

    @property
    def made(self) -> int:
        """Backward passes so far."""
        return self._store.made

    def gradient_norms(self, arm: str | None = None) -> Array:
        """(steps, layers) float64: |dL/dW| of `watch.layers`, a row per backward pass.

        The norm over all weights of a layer that have two or more dimensions. Exactly 0 where no
        gradient came, NaN where the weights are not trained. `arm` keeps the rows of one arm, by
        its name in `arms()` ("skip" is the model as it is); KeyError where no frame is of it.

        >>> import skipviz as sv
        >>> import torch
        >>> from skipviz.engine.own_model.examples import residual_mlp
        >>> model = residual_mlp()
        >>> with sv.watch(model) as watch:
        ...     for _ in range(3):
        ...         model(torch.randn(4, 8)).square().mean().backward()
        >>> watch.gradient_norms().shape
        (3, 8)
        """
        return self._of_layers(self._store.column("norms", arm))

    def latest_norms(self) -> Array:
        """(layers,) of the last backward pass, without reading those before; NaN before any."""
        if not self.made:
            return np.full(len(self.layers), np.nan)
        found: Array = self._of_layers(self._store.latest()[None])[0]
        return found

    @property
    def latest_arm(self) -> str:
        """The arm of the last backward pass; "skip" before any."""
        return self._store.latest_arm() if self.made else WHOLE

    def latest_shares(self) -> Array:
        """(skips,) of the last backward pass; NaN where they were not measured in it."""
        found: Array = self._wide(self._store.latest_shares()[None])[0]
        return found

    def _of_layers(self, norms: Array) -> Array:
        """(rows, layers) out of (rows, weights)."""
        return by_layer(norms, self.columns, self.layers)

    def weight_norms(self) -> Array:
        """(steps, weights) float64, in the order of `columns`."""
        return self._store.column("norms")

    def steps(self, arm: str | None = None) -> Steps:
        """The number of the backward pass of each row of `gradient_norms`."""
        return self._store.steps(arm)

    def arms(self) -> tuple[str, ...]:
        """The arm of each row of `gradient_norms`."""
        return self._store.arm_names()

    def skipped(self, arm: str | None = None) -> Flags:
        """(rows,) whether the GradScaler left out the step that the frame was for."""
        return np.asarray(self._store.column("skipped", arm) > 0)

    def recorded(self, arm: str | None = None) -> Flags:
        """(rows,) whether the model was recorded in the forward pass before: new ways were met."""
        return np.asarray(self._store.column("recorded", arm) > 0)

    def shares(self, arm: str | None = None) -> Array:
        """(measured steps, skips): the signed share of each skip in its source's gradient.

        <g, dL/ds> / |dL/ds|², where s is the source, dL/ds the gradient that arrives there in all
        and g what of it came through the skip: the shares of all that reads s add up to 1. Of a
        projection it is what came through the projection, of a gated skip what came by its product
        with s. A shared skip has one share over all its uses. NaN where it was not measured: a
        skip that leaves by one of several pieces, or from an input that needs no gradient.

        >>> import skipviz as sv
        >>> import torch
        >>> from skipviz.engine.own_model.examples import residual_mlp
        >>> model = residual_mlp()
        >>> with sv.watch(model, shares_every=1) as watch:
        ...     model(torch.randn(4, 8)).square().mean().backward()
        >>> watch.shares().shape
        (1, 3)
        """
        return self._wide(self._store.shares(arm)[1])

    def share_steps(self, arm: str | None = None) -> Steps:
        """The number of the backward pass of each row of `shares`."""
        return self._store.shares(arm)[0]

    def _wide(self, shares: Array) -> Array:
        found = np.full((len(shares), len(self.structure.skips)), np.nan)
        found[:, : shares.shape[1]] = shares
        return found

    def dead_layers(self, arm: str) -> tuple[str, ...]:
        """Layers whose last gradient in an arm is exactly 0, and in the whole model was not.

        Those of projections and gates are left out: without their skip they have nothing to do.
        """
        mine, whole = self.gradient_norms(arm), self.gradient_norms(WHOLE)
        if arm == WHOLE or not len(mine) or not len(whole):
            return ()
        dead = (mine[-1] == 0) & (whole > 0).any(axis=0) & self.structure.remains
        return tuple(
            layer.name for layer, is_dead in zip(self.layers, dead, strict=True) if is_dead
        )

    def unreached_layers(self) -> tuple[str, ...]:
        """Layers whose gradient was exactly 0 in every frame of the whole model, of two or more:
        in the first one alone a scale that starts at 0 does that."""
        return never_reached(self.gradient_norms(WHOLE), self.structure)

    def run(self, arm: str = WHOLE) -> ModelRun:
        """The frames of one arm as a run, for every figure, verdict and report. Loss is NaN."""
        run = ModelRun(self.structure, (arm,), steps=self._store.made, notes=self.notes)
        norms, seconds = row_of(self.gradient_norms(arm)), self._store.column("seconds", arm)
        share_steps, shares = self.share_steps(arm).tolist(), self.shares(arm)
        at = {step: place for place, step in enumerate(share_steps)}
        for row, step in enumerate(self.steps(arm).tolist()):
            snapshot = {"skip_share": shares[at[step]][None, None]} if step in at else None
            run.extend([frame_of(step, float(seconds[row]), np.full(1, np.nan), norms[None, row],
                                 snapshot=snapshot)])  # fmt: skip
        return run

    def save(self, path: str | Path, arm: str = WHOLE) -> None:
        """Write structure and frames of one arm as JSON: no weights, no pickle.

        `sv.load_run` reads it.
        """
        save_run(self.run(arm), path)


def by_layer(norms: Array, columns: Mapping[str, int], layers: Sequence[Layer]) -> Array:
    """(rows, layers) out of (rows, weights)."""
    found = np.zeros((len(norms), len(layers)))
    for place, layer in enumerate(layers if len(norms) else ()):
        mine = [norms[:, columns[name]] for name in layer.weights]
        found[:, place] = np.hypot.reduce(np.stack(mine), axis=0)  # whose squares fit
    return found
