"""The gradient of every layer at one step: the chart the product is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.figures.style import (
    LABEL_GAP,
    Spec,
    apart,
    arm_style,
    axis,
    called,
    layout,
    log_axis,
    positive_range,
    room_beside,
)
from skipviz.figures.zeros import FEW, OF_LAYER, Lane, dots, log_band, on_log, with_strip, zeros_of
from skipviz.language import _
from skipviz.probes.catalogue import BY_NAME, probes_of
from skipviz.probes.probe import Probe
from skipviz.runs.given import takes_run
from skipviz.runs.recording import OF, Recording, probe_of
from skipviz.runs.zeros import among_seeds, is_zero
from skipviz.types import Array

Layers = NDArray[np.int64]
Kept = Sequence[tuple[str, Recording]]
"""Other runs to lay over, by name."""

ROOM = 0.02  # of a linear axis, beyond the span of its probe
BESIDE = 124  # pixels right of the chart, for the names of its curves
STEADY = 8  # rows before the one that is shown


@takes_run
def gradient_flow(
    run: Recording, at: int = -1, of: str = "weight", theme: str = "light"
) -> go.Figure:
    """|dL/dW_k| (or |dL/ds_k| for of="state") against layer k = 1..N at row `at`, all arms.

    Log axis shared by all arms. Several seeds: the median, in a band from minimum to maximum.
    Exact zeros are marks in a strip below the axis, a lane per arm; NaN leaves a gap. `theme` is
    "light" or "dark".

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> run = sv.train(network, steps=3)
    >>> [curve.name for curve in sv.figures.gradient_flow(run, at=0).data]
    ['skip', 'plain']
    """
    return go.Figure(layer_curves_spec(run, probe_of(of), at, theme))


@takes_run
def layer_curves_spec(
    run: Recording,
    probe: str = "weight_gradient",
    at: int = -1,
    theme: str = "light",
    kept: Kept = (),
    theory: Mapping[str, Array] | None = None,
) -> Spec:
    """Any probe with one value per layer, drawn like `gradient_flow`; as plain data.

    `at` is a row of the run; of a probe of the snapshots the last one until then is shown. `kept`
    are other runs by name, drawn faintly at their last step. `theory` gives what is expected of
    layers 1..N at the initial weights relative to layer N; it is pinned to that layer.
    Plain data take a tenth of the time to make that a figure takes.
    """
    curves = [*_curves(run, probe, at), *_kept_curves(kept, probe)]
    log = BY_NAME[probe].span is None
    expected = _expected(run, probe, theory or {})
    seen = [curve.values.ravel() for curve in [*curves, *_before(run, probe, at)]]
    upright = _upright([*seen, *_above(seen, expected)], BY_NAME[probe], theme)
    floor = 10.0 ** upright["range"][0] if log else 0.0
    traces = [trace for curve in curves for trace in _drawn(curve, floor, theme)]
    deepest = max(run.layers, *(other.layers for __, other in kept), 2)
    look = layout(
        theme,
        margin={"l": 64, "r": BESIDE, "t": 8, "b": 44},
        xaxis=axis(
            theme,
            _("layer (1 = next to the input)"),
            range=[0.6, deepest + 0.4],
            dtick=1 if deepest <= FEW else None,
        ),
        yaxis=upright,
        annotations=_labels(curves, upright["range"], log, theme),
        meta={"step": int(run.row_steps[at])},
    )
    traces += [_dotted(arm, run.label_of(arm), values, theme) for arm, values in expected.items()]
    spec = {"data": traces, "layout": look}
    return with_strip(spec, [_lane(curve, theme) for curve in curves] if log else [], theme)


def _before(run: Recording, probe: str, at: int) -> "list[_Curve]":
    """The steps just before row `at`: an axis that holds them too does not go to and fro while a
    run trains on, and while one looks at it step by step."""
    if BY_NAME[probe].at == "snapshot" or BY_NAME[probe].span is not None:
        return []
    last = at % len(run.row_steps)
    return [each for row in range(max(last - STEADY, 0), last) for each in _curves(run, probe, row)]


def _above(seen: list[Array], expected: Mapping[str, Array]) -> list[Array]:
    """What of theory the axis is to hold besides: what lies higher. Deep down it may lie where no
    measured value can."""
    measured = np.concatenate(seen)
    least = np.min(measured, where=measured > 0, initial=np.inf)
    return [values[values > least] for values in expected.values()]


def _upright(seen: list[Array], probe: Probe, theme: str) -> Spec:
    if probe.span is not None:
        low, high = probe.span
        return axis(theme, _(probe.label), range=[low - ROOM, high + ROOM])
    return log_axis(theme, _(probe.label), *positive_range(np.concatenate(seen)))


@dataclass(frozen=True)
class _Curve:
    """`values` (seeds, layers) of the layers that some arm has a value for."""

    arm: str
    layers: Layers
    values: Array
    label: str
    kept: str = ""

    @property
    def name(self) -> str:
        return f"{self.kept} {self.arm}".strip()

    @property
    def title(self) -> str:
        if not self.kept:
            return self.label
        return _("{run}: {arm}", run=self.kept, arm=self.label)

    @property
    def median(self) -> Array:
        """(layers,) over the seeds."""
        return np.asarray(np.median(self.values, axis=0))


def _curves(run: Recording, probe: str, at: int, kept: str = "") -> list[_Curve]:
    values = _values(run, probe, at)
    if BY_NAME[probe].of_update and not np.isfinite(np.stack(list(values.values()))).any():
        values = _values(run, probe, max(at % len(run.row_steps) - 1, 0))
    layers = _measured(list(values.values()))
    return [
        _Curve(arm, layers, found[:, layers - 1], run.label_of(arm), kept)
        for arm, found in values.items()
    ]


def _kept_curves(kept: Kept, probe: str) -> list[_Curve]:
    """Runs that did not measure the probe are left out."""
    found = []
    for name, run in kept:
        if probe in {each.name for each in probes_of(run.settings.probes)}:
            found += _curves(run, probe, -1, name)
    return found


def _values(run: Recording, probe: str, at: int) -> dict[str, Array]:
    return {arm: _seeds(run, arm, probe, at) for arm in run.main_arms}


def _seeds(run: Recording, arm: str, probe: str, at: int) -> Array:
    """(seeds, layers 1..N)."""
    seeds = range(run.settings.seeds)
    if BY_NAME[probe].at == "snapshot":
        row = snapshot_row(run, at)
        return np.stack([run.snapshot(probe, arm, seed)[row, : run.layers] for seed in seeds])
    return np.stack([run.probe_at(probe, arm, at, seed)[: run.layers] for seed in seeds])


def snapshot_row(run: Recording, at: int) -> int:
    """The row of the last snapshot taken until row `at` of the run."""
    run.require_row(at)
    if not len(run.snapshot_steps()):
        raise ValueError(_("This run has no snapshots, which this figure shows."))
    until = np.searchsorted(run.snapshot_steps(), run.row_steps[at], side="right")
    return max(int(until) - 1, 0)


def _measured(norms: list[Array]) -> Layers:
    """The layers 1..N that some arm has a gradient for: pooling, say, has no weights."""
    known = np.isfinite(np.concatenate(norms)).any(axis=0)
    return np.flatnonzero(known | ~known.any()) + 1


def _drawn(curve: _Curve, floor: float, theme: str) -> list[Spec]:
    """`floor` is the lower end of a log axis, 0 on a linear one."""
    style = arm_style(curve.arm)
    colour = style.colour(theme)
    median = curve.median
    shown = on_log(median) if floor else median
    points = dots(shown, size=5 if curve.kept else 7)
    line = {
        "type": "scatter",
        "x": curve.layers,
        "y": shown,
        "name": curve.name,
        "line": {"color": colour, "dash": style.dash, "width": 1.5 if curve.kept else 2.5},
        "opacity": 0.5 if curve.kept else 1.0,
        "hovertemplate": _(OF_LAYER, curve=curve.title, x="%{x}", y="%{y:.3g}") + "<extra></extra>",
        **points,
        "marker": {"symbol": style.symbol, **points.get("marker", {})},
        **(zeros_of(median, curve.title) if floor else called(curve.title)),
    }
    seeds = _band(curve, floor, colour) if len(curve.values) > 1 and not curve.kept else []
    return [*seeds, line]


def _lane(curve: _Curve, theme: str) -> Lane:
    """The layers that some seed has an exact zero in."""
    style, seeds = arm_style(curve.arm), len(curve.values)
    zeros = is_zero(curve.values).sum(axis=0)
    some = np.flatnonzero(zeros)
    return Lane(
        curve.name,
        curve.title,
        curve.layers[some],
        style.colour(theme),
        style.symbol,
        said=[among_seeds(int(zeros[k]), seeds) for k in some],
        faint=[bool(zeros[k] < seeds) for k in some],
        label=curve.title,
        ink=style.text(theme),
        opacity=0.6 if curve.kept else 1.0,
        hover=OF_LAYER,
    )


def _expected(run: Recording, probe: str, theory: Mapping[str, Array]) -> dict[str, Array]:
    """By arm what theory expects of layers 1..N, on the gradient of the initial weights of N."""
    if probe not in OF.values():
        return {}
    return {
        arm: theory[arm] * np.median(_seeds(run, arm, probe, 0)[:, -1])
        for arm in run.main_arms
        if arm in theory
    }


def _dotted(arm: str, label: str, expected: Array, theme: str) -> Spec:
    hover = _("theory, {arm}, layer {x}: {y}", arm=label, x="%{x}", y="%{y:.3g}")
    return {
        "type": "scatter",
        "x": np.arange(1, len(expected) + 1),
        "y": on_log(expected),
        "name": f"theory {arm}",
        "mode": "lines",
        "line": {"color": arm_style(arm).colour(theme), "dash": "dot", "width": 1},
        "hovertemplate": hover + "<extra></extra>",
        **zeros_of(expected, _("theory, {network}", network=label)),
    }


def _band(curve: _Curve, floor: float, colour: str) -> list[Spec]:
    """From the least to the largest of the seeds."""
    low, high = curve.values.min(axis=0), curve.values.max(axis=0)
    return log_band(curve.layers, low, high, curve.arm, colour, floor, curve.title)


def _labels(curves: list[_Curve], span: list[float], log: bool, theme: str) -> list[Spec]:
    """The arms' names at the ends of their curves, moved apart where they would overlap.

    `span` is the range of the axis, in exponents on a log axis; there a curve that ends in an
    exact zero is named beside its lane. An arm that has failed has no end. Of kept runs only one
    arm is named where there is no room for all, and there they say their name alone.
    """
    bottom, top = span
    crowded = len(curves) > 1 / LABEL_GAP
    if crowded:
        first = {curve.kept: curve.arm for curve in reversed(curves)}
        curves = [each for each in curves if not each.kept or each.arm == first[each.kept]]
    ends = np.array([curve.median[-1] for curve in curves])
    shown = np.flatnonzero(np.isfinite(ends) & ~(log & is_zero(ends)))
    heights = np.log10(ends[shown]) if log else ends[shown]
    places = apart([float((height - bottom) / (top - bottom)) for height in heights])
    names = [_name(curve, crowded) for curve in curves]
    labels = [
        _label(names[each], curves[each].arm, at, theme)
        for each, at in zip(shown, places, strict=True)
    ]
    note = "<br>" + _("(failed)")
    failed = [
        _label(names[each] + note, curves[each].arm, LABEL_GAP * (2 * place + 0.5), theme)
        for place, each in enumerate(np.flatnonzero(~np.isfinite(ends)))
    ]
    return labels + failed


def _name(curve: _Curve, crowded: bool) -> str:
    """What stands beside a curve: of a kept run both names where they find room."""
    if not curve.kept:
        return f"<b>{curve.title}</b>"
    wide = room_beside([{"text": curve.title}], 0) > BESIDE
    return curve.kept if crowded or wide else curve.title


def _label(text: str, arm: str, place: float, theme: str) -> Spec:
    return {
        "text": text,
        "xref": "paper", "yref": "paper", "x": 1.01, "y": place,
        "xanchor": "left", "yanchor": "middle", "showarrow": False,
        "font": {"color": arm_style(arm).text(theme)},
    }  # fmt: skip
