"""How alike the gradients at pairs of inputs are, against depth (Balduzzi et al. 2017)."""

from collections.abc import Iterator

import numpy as np
import torch

from skipviz import data
from skipviz.charts import Axis, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import each_network, stack_of
from skipviz.engine.model.statistics import freeze_batch_norm
from skipviz.engine.probes.snapshots import gradient_correlation
from skipviz.experiments.parts import Cosines, Variant
from skipviz.language import _
from skipviz.types import Array

Found = dict[str, dict[int, Array]]
"""By variant and number of blocks, (seeds,)."""


def cosines(part: Cosines) -> Iterator[Findings]:
    """Network by network, family by family."""
    found: Found = {}
    for variant, depth, done in each_network(part):
        found.setdefault(variant.name, {})[depth] = mean_cosines(variant, part)
        yield Findings(done, [_panel(part, found)], _values(found) if done == 1 else {})


def mean_cosines(variant: Variant, part: Cosines) -> Array:
    """(seeds,) at the first state, for the same Gaussian inputs in every network."""
    stack = stack_of(variant, part)
    generator = torch.Generator().manual_seed(part.settings.seed)
    shape = (stack.replicas, part.inputs, *data.info(part.settings.data).input_shape)
    x = torch.randn(shape, generator=generator, dtype=torch.float64)
    freeze_batch_norm(stack, x)
    return gradient_correlation(stack, x)[:, 0]


def _values(found: Found) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, by_depth in found.items():
        depths = np.array(list(by_depth), np.float64)
        logs = np.log(np.stack(list(by_depth.values())))
        values[f"{name}.factor"] = np.exp(np.polyfit(depths, logs, 1)[0])
        values[f"{name}.power"] = np.polyfit(np.log(depths), logs, 1)[0]
    return values


def _panel(part: Cosines, found: Found) -> Panel:
    curves = [
        variant.curve(
            list(found[variant.name]), np.stack(list(found[variant.name].values()), axis=1), "dots"
        )
        for variant in part.variants
        if variant.name in found
    ]
    return Panel(
        "cosines",
        _("Cosine of the gradients at two inputs"),
        _(
            "Mean over the pairs of {inputs} Gaussian inputs of 64 features, at the first state, "
            "batch statistics held constant, float64; median and span of {seeds} seeds.",
            inputs=part.inputs,
            seeds=part.seeds,
        ),
        Lines(tuple(curves), Axis(_("blocks"), log=True), Axis(_("cosine"), log=True)),
    )
