"""How alike the gradients at neighbouring inputs are (Balduzzi et al. 2017)."""

from collections.abc import Iterator

import numpy as np
import torch

from skipviz.charts import Axis, Curve, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import stack_of
from skipviz.engine.model.stack import Stack
from skipviz.engine.model.statistics import freeze_batch_norm
from skipviz.experiments.parts import Shattering
from skipviz.language import _
from skipviz.types import Array

REACH = 2.0
LAG = 5
FLAT = 1e-9  # relative deviation below which a gradient counts as the same everywhere


def shattering(part: Shattering) -> Iterator[Findings]:
    """The autocorrelation of dy/dx, network by network."""
    curves: list[Curve] = []
    values: dict[str, Array] = {}
    lags = np.arange(part.lags + 1)
    for place, variant in enumerate(part.variants, start=1):
        found = autocorrelation(input_gradients(stack_of(variant, part), part.points), part.lags)
        curves.append(variant.curve(lags, found))
        values[f"{variant.name}.lag5"] = found[:, LAG]
        below = found < 0.5
        values[f"{variant.name}.half"] = np.where(below.any(1), below.argmax(1), part.lags).astype(
            float
        )
        yield Findings(place / len(part.variants), [_panel(part, curves)], values)


def input_gradients(stack: Stack, points: int) -> Array:
    """(replicas, points): dy/dx at places of [-2, 2], batch statistics held as they are there."""
    x = torch.linspace(-REACH, REACH, points, dtype=torch.float64).view(1, points, 1)
    x = x.repeat(stack.replicas, 1, 1)
    freeze_batch_norm(stack, x)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(stack.states(x)[-1].sum(), x)
    found: Array = gradient.squeeze(2).numpy()
    return found


def autocorrelation(gradients: Array, lags: int) -> Array:
    """(replicas, points) -> (replicas, lags + 1), of the deviations from the mean; 1 at lag 0.

    1 at every lag for a gradient that is the same everywhere.
    """
    centred = gradients - gradients.mean(1, keepdims=True)
    flat = np.abs(centred).max(1) <= FLAT * np.abs(gradients).max(1)
    power = np.where(flat, 1.0, (centred**2).sum(1))
    products = [
        (centred[:, : centred.shape[1] - lag] * centred[:, lag:]).sum(1) / power
        for lag in range(lags + 1)
    ]
    return np.where(flat[:, None], 1.0, np.stack(products, axis=1))


def _panel(part: Shattering, curves: list[Curve]) -> Panel:
    return Panel(
        "autocorrelation",
        _("Autocorrelation of dy/dx between neighbouring inputs"),
        _(
            "{points} inputs in [−2, 2], batch statistics held constant, float64; median and span "
            "of {seeds} seeds.",
            points=part.points,
            seeds=part.seeds,
        ),
        Lines(
            tuple(curves), Axis(_("lag, in inputs")), Axis(_("autocorrelation"), span=(-0.2, 1.0))
        ),
    )
