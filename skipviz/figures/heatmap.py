"""Layers against steps: how the gradient of every layer went over the whole run."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from skipviz.figures.gradient import snapshot_row
from skipviz.figures.log_colours import block_colours
from skipviz.figures.style import Spec, axis, called, decade_ticks, layout, line_at, positive_range
from skipviz.language import N_, _
from skipviz.runs.given import takes_run
from skipviz.runs.recording import OF, Recording
from skipviz.runs.zeros import is_zero
from skipviz.types import Array, Steps

COLUMNS = 400
ZERO_LEVEL, LOWEST, HIGHEST, UNKNOWN = 0, 1, 254, 255
"""Levels of a byte: exact zeros, the ends of the scale, NaN and infinities."""
STEP, TIME_STEP = N_("step"), N_("time step")
_HOVERS = {
    STEP: N_("{arm}, layer {layer}, step {x}{said}"),
    TIME_STEP: N_("{arm}, layer {layer}, time step {x}{said}"),
}
"""What is said of a cell; `said` is empty, or what is no number of it."""
TICKS = 5  # beside a panel
GAP = 0.06  # of the height, between two panels
RARE = 0.02  # share of the values at either end that may lie beyond the colours by a decade


@takes_run
def gradient_heatmap(run: Recording, of: str = "weight", theme: str = "light") -> go.Figure:
    """log10 of the gradient, layers × steps, a panel per arm on ONE shared colour scale.

    `of` is "weight" for |dL/dW_k| or "state" for |dL/ds_k|, `theme` "light" or "dark". Exact
    zeros have a colour of their own. Long runs are thinned to 400 steps or fewer, and values to a
    byte each for the browser.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> run = sv.train(network, steps=3)
    >>> [panel.type for panel in sv.figures.gradient_heatmap(run).data]
    ['heatmap', 'heatmap']
    """
    return go.Figure(layer_heatmap_spec(run, OF[of], theme))


@takes_run
def layer_heatmap_spec(
    run: Recording, probe: str = "weight_gradient", theme: str = "light", at: int | None = None
) -> Spec:
    """Any probe of every step, drawn like `gradient_heatmap`; a line marks row `at`."""
    columns, rows = even_columns(run.row_steps, COLUMNS)
    norms = {arm: _of_rows(run.probe(probe, arm)[:, : run.layers], rows) for arm in run.main_arms}
    labels = {arm: run.label_of(arm) for arm in run.main_arms}
    marks = [] if at is None else [_mark(int(run.row_steps[at]), len(norms))]
    drawn = _maps(norms, columns, STEP, theme, labels)
    drawn["layout"] |= {"shapes": marks}
    drawn["layout"]["meta"]["step"] = int(run.row_steps[-1])
    return drawn


def even_rows(steps: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many rows, the first among them, with equal numbers of steps between them.

    Plotly draws columns of equal width as a picture of one pixel each, in a tenth of the time. The
    newest rows are left out where they do not fit in.
    """
    rows = np.arange(0, len(steps), -(-len(steps) // most))
    gaps = np.diff(steps[rows])
    return rows[: 1 + int(np.argmin(np.append(gaps == gaps[:1], False)))]


def even_columns(steps: Steps, most: int) -> tuple[Steps, Steps]:
    """The steps of at most so many columns of equal width, and the row of each, -1 without one.

    Of a run that lacks some steps (what was sent while it was followed too slowly) these columns
    are there all the same, and nothing is known of them.
    """
    rows = even_rows(steps, most)
    if len(rows) < 2 or len(steps) - rows[-1] <= rows[1] + 1:  # the newest may be left out
        return steps[rows], rows
    apart = int(np.diff(steps[:-1]).min())
    width = apart * -(-int(steps[-1] - steps[0]) // (apart * (most - 1)))
    columns = np.arange(steps[0], steps[-1] + 1, width)
    places = np.searchsorted(steps, columns)
    return columns, np.where(steps[places] == columns, places, -1)


def _of_rows(values: Array, rows: NDArray[np.int64]) -> Array:
    """(layers, columns) of (rows, layers); NaN where a column has no row."""
    return np.where(rows < 0, np.nan, values[rows].T)


def over_time_spec(
    run: Recording, at: int = -1, theme: str = "light", probe: str = "gradient_over_time"
) -> Spec:
    """|dL/ds_k^t| of networks with several time steps: layers × time, a panel per arm.

    Or any probe with these axes. The last snapshot until row `at`, the first seed.
    """
    row = snapshot_row(run, at)
    norms = {arm: run.snapshot(probe, arm)[row, : run.layers] for arm in run.main_arms}
    labels = {arm: run.label_of(arm) for arm in run.main_arms}
    steps = next(iter(norms.values())).shape[1]
    drawn = _maps(norms, np.arange(1, steps + 1), TIME_STEP, theme, labels)
    drawn["layout"]["meta"]["step"] = int(run.row_steps[at])
    return drawn


def _maps(
    norms: dict[str, Array],
    columns: NDArray[np.int64],
    unit: str,
    theme: str,
    labels: Mapping[str, str],
) -> Spec:
    """A panel per arm of (layers, columns), one log scale for all."""
    low, high = _shared_range(np.concatenate([n.ravel() for n in norms.values()]))
    levels = {arm: _quantised(values, low, high) for arm, values in norms.items()}
    panels = [
        _panel(arm, labels[arm], place, columns, found, unit)
        for place, (arm, found) in enumerate(levels.items(), start=1)
    ]
    domains = _domains(len(norms))
    look = layout(
        theme,
        annotations=[
            _name(labels[arm], end) for arm, (__, end) in zip(norms, domains, strict=True)
        ],
        coloraxis=_colour_axis(low, high, np.concatenate([n.ravel() for n in levels.values()])),
        meta={"levels": [low, high]},
        **_axes(domains, unit, theme, len(columns), len(next(iter(norms.values())))),
    )
    return {"data": panels, "layout": look}


def _shared_range(values: Array) -> tuple[float, float]:
    """What the colours stretch over: all but a few values far off, which would leave
    the others one colour."""
    low, high = positive_range(values)
    shown = values[np.isfinite(values) & (values > 0)]
    if not len(shown):
        return low, high
    rare_low, rare_high = np.quantile(shown, [RARE, 1 - RARE])
    return positive_range(np.clip(shown, max(low, rare_low / 10), min(high, rare_high * 10)))


def _domains(panels: int) -> list[list[float]]:
    """Equal parts of the height, the first panel on top."""
    height = (1 - GAP * (panels - 1)) / panels
    return [
        [max(0.0, 1 - (place + 1) * height - place * GAP), 1 - place * (height + GAP)]
        for place in range(panels)
    ]


def _axes(domains: list[list[float]], unit: str, theme: str, columns: int, layers: int) -> Spec:
    axes: Spec = {}
    ticks = {"dtick": 1} if layers <= TICKS else {"nticks": TICKS}  # no layer 1.5
    for place, domain in enumerate(domains, start=1):
        last = place == len(domains)
        axes[f"yaxis{place}"] = axis(theme, "", domain=domain, anchor=f"x{place}", **ticks)
        follows = {"matches": "x"} if place > 1 else {}
        axes[f"xaxis{place}"] = axis(
            theme, _(unit) if last else "", anchor=f"y{place}", showgrid=False, showticklabels=last,
            tickformat=",d", nticks=min(columns, 8), **follows,
        )  # fmt: skip
    return axes


def _mark(step: int, panels: int) -> Spec:
    """The step that the other charts show."""
    return line_at(f"x{panels}", step, "#ffffff", width=1.5) | {"opacity": 1}


def _panel(
    arm: str,
    label: str,
    place: int,
    columns: NDArray[np.int64],
    levels: NDArray[np.uint8],
    unit: str,
) -> Spec:
    """levels (layers, columns). Hover says which are exactly 0 and which are not known."""
    said, texts = _said(levels)
    return {
        "type": "heatmap",
        "x": columns,
        "y": np.arange(1, len(levels) + 1),
        "z": levels,
        "name": arm,
        **called(label),
        "coloraxis": "coloraxis",
        "xaxis": f"x{place}",
        "yaxis": f"y{place}",
        "hovertemplate": _(_HOVERS[unit], arm=label, layer="%{y}", x="%{x}", said=said)
        + "<extra></extra>",
        **texts,
    }


def _said(levels: NDArray[np.uint8]) -> tuple[str, Spec]:
    """The end of the hover text, and the words of each cell where they differ; they make a long
    run three times as large to send."""
    words = {ZERO_LEVEL: str(_(": exactly 0")), UNKNOWN: str(_(": none"))}
    kinds = {words.get(level, "") for level in np.unique(levels).tolist()}
    if len(kinds) == 1:
        return kinds.pop(), {}
    return "%{text}", {"text": [[words.get(level, "") for level in row] for row in levels.tolist()]}


def _quantised(norms: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Level 1 (low) to 254 (high) on a log scale; 0 for exact zeros, 255 for NaN and infinities."""
    floor = np.log10(low)
    span = max(np.log10(high) - floor, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = LOWEST + (np.log10(norms) - floor) / span * (HIGHEST - LOWEST)
    level = np.nan_to_num(np.round(np.clip(level, LOWEST, HIGHEST)), nan=UNKNOWN)
    known = np.where(np.isfinite(norms), level, UNKNOWN)
    return np.where(is_zero(norms), ZERO_LEVEL, known).astype(np.uint8)


def _colour_axis(low: float, high: float, levels: NDArray[np.uint8]) -> Spec:
    """The colour bar with powers of ten at the right levels, and what is beside them."""
    bottom, top = np.log10(low), np.log10(high)
    ticks = decade_ticks(int(np.ceil(bottom)), int(np.floor(top)), most=5)
    if not np.isin(levels, [ZERO_LEVEL, UNKNOWN], invert=True).any():
        ticks = {"tickvals": [], "ticktext": []}
    places = (np.log10(ticks["tickvals"]) - bottom) / max(top - bottom, 1e-9)
    ticks["tickvals"] = (LOWEST + places * (HIGHEST - LOWEST)).tolist()
    zero, unknown = bool((levels == ZERO_LEVEL).any()), bool((levels == UNKNOWN).any())
    return block_colours(LOWEST - 0.5, HIGHEST + 0.5, ticks, zero, unknown)


def _name(label: str, top: float) -> Spec:
    return {
        "text": f"<b>{label}</b>", "font": {"color": "#ffffff", "size": 12},
        "bgcolor": "rgba(20,24,34,0.55)", "borderpad": 2, "showarrow": False,
        "xref": "paper", "yref": "paper", "x": 0.005, "y": top - 0.01,
        "xanchor": "left", "yanchor": "top",
    }  # fmt: skip
