"""The gradient of every layer and the share of every skip, as scalars of TensorBoard."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, Self

import numpy as np

from skipviz.engine.own_model.watch import Watch
from skipviz.language import _
from skipviz.own_model.cut import WHOLE
from skipviz.own_model.structure import Skip


class TensorBoardWriter:
    """To be handed to a watch: `sv.watch(model, on_frame=TensorBoardWriter("runs/1"))`.

    Writes `gradient/<layer>`, and `share/<source>_to_<target>` where shares were measured. The step
    is the number of the backward pass. Frames of another arm than the whole model are
    `gradient_<arm>/..`. What is NaN (weights that are not trained, shares that are not defined)
    is not written.
    """

    def __init__(self, target: Any, every: int = 1) -> None:
        """`target` is a folder, or a SummaryWriter (anything with `add_scalar(tag, value, step)`);
        gradients are written in every `every`-th frame, shares whenever they were measured."""
        if every < 1:
            raise ValueError(_("every counts frames from 1 on; it cannot be {every}.", every=every))
        self._made = isinstance(target, str | Path)
        self._board = _summary_writer(target) if self._made else target
        self._every = every

    def __call__(self, watch: Watch) -> None:
        """Write the frame that a watch has just taken."""
        step, arm = watch.made - 1, watch.latest_arm
        group = "" if arm == WHOLE else f"_{arm}"
        if step % self._every == 0:
            for layer, norm in zip(watch.layers, watch.latest_norms(), strict=True):
                self._write(f"gradient{group}/{layer.name}", norm, step)
        shares = watch.latest_shares()
        if np.isfinite(shares).any():
            for name, share in zip(_names(watch.structure.skips), shares, strict=True):
                self._write(f"share{group}/{name}", share, step)

    def close(self) -> None:
        """Write what is left, where the folder was given; a SummaryWriter is its maker's."""
        if self._made:
            self._board.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, tag: str, value: float, step: int) -> None:
        if not np.isnan(value):
            self._board.add_scalar(_tag(tag), float(value), step)


def _names(skips: tuple[Skip, ...]) -> list[str]:
    """One for each: those of one name are numbered."""
    met: Counter[str] = Counter()
    found = []
    for skip in skips:
        name = f"{skip.source}_to_{skip.target or 'model'}"
        met[name] += 1
        found.append(f"{name}_{met[name]}" if met[name] > 1 else name)
    return found


def _tag(text: str) -> str:
    """With the characters that TensorBoard takes."""
    return re.sub(r"[^-/\w.]", "_", text)


def _summary_writer(folder: str | Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ImportError(
            _("TensorBoardWriter needs tensorboard: pip install 'skipviz[tensorboard]'.")
        ) from error
    return SummaryWriter(str(folder))
