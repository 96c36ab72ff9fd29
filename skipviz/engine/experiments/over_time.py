"""The gradient of networks with a feedback skip, over their time steps."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from skipviz.charts import Axis, Curve, Heat, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import stack_of
from skipviz.engine.probes.passes import first_batch, forward_backward
from skipviz.engine.probes.snapshots import factor_back, gradient_over_time
from skipviz.experiments.parts import OverTime, Variant
from skipviz.language import _
from skipviz.types import Array


def over_time(part: OverTime) -> Iterator[Findings]:
    """|dL/ds_k^t|, network by network."""
    curves: list[Curve] = []
    values: dict[str, Array] = {}
    for place, variant in enumerate(part.variants, start=1):
        stack = stack_of(variant, part)
        made = forward_backward(stack, *first_batch(stack, part.settings.data, part.samples))
        norms = gradient_over_time(stack, made)[:, : variant.network.depth]
        (skip,) = variant.network.skips
        steps = np.arange(1, norms.shape[2] + 1)
        at_source = norms[:, skip.source - 1]
        values[f"{variant.name}.factor"] = factor_back(at_source)
        values[f"{variant.name}.first"] = _first_step(variant, part, made.x)
        curves.append(variant.curve(steps, at_source))
        panels: list[Panel] = [_panel(part, curves, skip.source)]
        if place == len(part.variants):
            panels.append(_heat(variant, np.median(norms, axis=0)))
        yield Findings(place / len(part.variants), panels, values)


@torch.no_grad()
def _first_step(variant: Variant, part: OverTime, x: Tensor) -> Array:
    """(seeds,): the largest difference of any state at t = 1 to the network without the skip."""
    with_skip = stack_of(variant, part)
    without = stack_of(replace(variant, arm="plain"), part)
    pairs = zip(with_skip.unrolled(x)[0], without.unrolled(x)[0], strict=True)
    moved: Array = np.stack([(a - b).abs().flatten(1).amax(1).numpy() for a, b in pairs])
    return np.asarray(moved.max(0), np.float64)


def _panel(part: OverTime, curves: list[Curve], state: int) -> Panel:
    return Panel(
        "over_time",
        _("The gradient of state {state} at every time step", state=state),
        _(
            "|∂L/∂s| at the initial weights, float64, the first {samples} samples; the loss is "
            "taken at the last step. Median and span of {seeds} seeds.",
            samples=part.samples,
            seeds=part.seeds,
        ),
        Lines(tuple(curves), Axis(_("time step")), Axis("|∂L/∂s|", log=True)),
    )


def _heat(variant: Variant, norms: Array) -> Panel:
    return Panel(
        "layers_over_time",
        _("Layers × time steps, {network}", network=variant.label),
        _("log |∂L/∂s|, median of the seeds; empty where the loss does not depend on a state."),
        Heat(norms, Axis(_("time step")), Axis(_("layer"))),
    )
