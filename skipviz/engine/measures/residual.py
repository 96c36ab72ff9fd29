"""What the branches of a residual network add to what comes past them."""

from collections.abc import Iterator

import numpy as np
import torch

from skipviz import data
from skipviz.charts import Axis, Curve, Lines, Number
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.training.trainer import Trainer
from skipviz.language import _
from skipviz.measures.results import Result
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.text import number_text
from skipviz.types import Array

EVERY = 10  # steps


def sizes(network: Network, settings: Settings) -> Iterator[Result]:
    """|F(x)| / |x| of every block at the first weights and now, F(x) = s_q - s_p."""
    trainer = Trainer(network, minimal(settings, arms=("skip",)))
    first: Array | None = None
    while not trainer.finished:
        step = trainer.step().step
        if step % EVERY == 0 or step == settings.steps:
            now = _ratios(trainer)
            first = now if first is None else first
            yield _result(first, now, step, settings.steps)


@torch.no_grad()
def _ratios(trainer: Trainer) -> Array:
    """One per skip, on the first samples of the train split."""
    stack = trainer.stack
    x = torch.from_numpy(data.load(trainer.settings.data).train_x[None, :64])
    with stack.fork_rng():
        states = stack.states(x)
    ends = [skip.ends for skip in stack.network.skips]
    return np.array([float((states[q] - states[p]).norm() / states[p].norm()) for p, q in ends])


def _result(first: Array, now: Array, step: int, steps: int) -> Result:
    blocks = np.arange(1, len(now) + 1, dtype=np.float64)
    return Result(
        verdict=_(
            "After {step} of {steps} steps a branch adds {times} times the size of what comes past "
            "it, in the median block.",
            step=step,
            steps=steps,
            times=number_text(float(np.median(now))),
        ),
        note=_("|F(x)| / |x|, F(x) = y − x, over 64 digits."),
        figure=Lines(
            (
                Curve(_("first weights"), blocks, first, "plain"),
                Curve(_("after {steps} steps", steps=step), blocks, now, "skip"),
            ),
            Axis(_("block")),
            Axis("|F(x)| / |x|", log=True),
        ),
        numbers=(
            Number(_("first block"), number_text(float(now[0]))),
            Number(_("last block"), number_text(float(now[-1]))),
        ),
        values=(("median", float(np.median(now))),),
    )
