"""Gradients of initial weights against the depth of the network, beside mean field theory."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from skipviz import data, theory
from skipviz.arms import arm_named
from skipviz.charts import Axis, Curve, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import layer_norms
from skipviz.experiments.parts import OverDepth, Variant
from skipviz.language import _
from skipviz.types import Array

Ratios = dict[str, dict[int, Array]]
"""Per variant and depth, (seeds,)."""


def over_depth(part: OverDepth) -> Iterator[Findings]:
    """The gradient at the first state relative to the last, family by family."""
    found: Ratios = {}
    expected: dict[str, dict[int, float]] = {}
    total = sum(map(len, part.by_depth.values()))
    done = 0
    for variant in part.variants:
        for depth, network in part.by_depth[variant.name].items():
            drawn = replace(variant, network=network)
            norms = layer_norms(drawn, part, part.samples)["state"]
            found.setdefault(variant.name, {})[depth] = norms[:, 0] / norms[:, -1]
            expected.setdefault(variant.name, {})[depth] = _predicted(drawn, part)
            done += 1
            values = _values(found, expected) if done == total else {}
            yield Findings(done / total, [_panel(part, found, expected)], values)


def _predicted(variant: Variant, part: OverDepth) -> float:
    info = data.info(part.settings.data)
    arm = arm_named(variant.arm)
    prediction = theory.predict(variant.network, info.input_shape, info.outputs, arm)
    return float(prediction.state_gradients[1])


def _values(found: Ratios, expected: Mapping[str, Mapping[int, float]]) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, by_depth in found.items():
        depths = np.array(list(by_depth), np.float64)
        logs = np.log(np.stack(list(by_depth.values()), axis=1))
        values |= {f"{name}.at_{depth}": ratios for depth, ratios in by_depth.items()}
        values[f"{name}.r2_depth"] = np.array([fit(depths, row) for row in logs])
        values[f"{name}.r2_root"] = np.array([fit(np.sqrt(depths), row) for row in logs])
        values[f"{name}.r2_lead"] = np.array([lead(depths, row) for row in logs])
        values[f"{name}.deepest"] = by_depth[max(by_depth)]
        predicted = np.log(list(expected[name].values()))
        values[f"{name}.off"] = np.full(len(logs), np.abs(np.median(logs, 0) - predicted).max())
    return values


def lead(depths: Array, logs: Array) -> float:
    """R² of a power law of the depth less that of an exponential."""
    return fit(np.log(depths), logs) - fit(depths, logs)


def fit(x: Array, y: Array) -> float:
    """R² of the straight line of least squares; 1 for values that are all the same."""
    spread = float(((y - y.mean()) ** 2).sum())
    if spread == 0:
        return 1.0
    residuals = y - np.polyval(np.polyfit(x, y, 1), x)
    return 1.0 - float((residuals**2).sum()) / spread


def _panel(part: OverDepth, found: Ratios, expected: Mapping[str, Mapping[int, float]]) -> Panel:
    curves: list[Curve] = []
    for variant in part.variants:
        if variant.name in found:
            depths = np.array(list(found[variant.name]), np.float64)
            ratios = np.stack(list(found[variant.name].values()), axis=1)
            predicted = np.array(list(expected[variant.name].values()))
            name, label = f"{variant.name} theory", _("theory, {network}", network=variant.label)
            curves.append(Curve(label, depths, predicted, mode="theory", name=name))
            curves.append(variant.curve(depths, ratios, "dots"))
    return Panel(
        "over_depth",
        _("What comes of the gradient over so many layers"),
        _(
            "|∂L/∂s₁| over |∂L/∂sₙ| at the initial weights, float64, batch of {samples}. Dots: "
            "measured, median and span of {seeds} seeds. Lines: mean field theory.",
            samples=part.samples,
            seeds=part.seeds,
        ),
        Lines(
            tuple(curves),
            Axis(_("layers in between"), from_zero=True),
            Axis("|∂L/∂s₁| / |∂L/∂sₙ|", log=True),
        ),
    )
