"""What the skips of a run learn, over its steps: one curve for every skip."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from skipviz.arms import arm_label
from skipviz.figures.style import (
    Spec,
    apart,
    axis,
    depth_colour,
    depth_scale,
    layout,
    log_axis,
    positive_range,
    thinned,
)
from skipviz.figures.training import horizon, marked_step, step_axis
from skipviz.figures.zeros import OF_STEP, Lane, with_strip
from skipviz.language import _, _n
from skipviz.network.learned import LEARNED, learned_by
from skipviz.probes.catalogue import PROBES, probes_of
from skipviz.runs.given import takes_run
from skipviz.runs.recording import Recording
from skipviz.runs.zeros import is_zero
from skipviz.text import kind_text
from skipviz.types import Array, Steps

LABELS = {probe.name: probe.label for probe in PROBES}
GRADIENT = "_gradient"
CURVES = 60  # of one chart
NAMED = 8  # curves that have room for their names at the right
SPREAD = 0.3
POINTS = 6000  # of all curves of a chart together


@takes_run
def learned_curves(
    run: Recording, quantity: str, arm: str, theme: str = "light", gradient: bool = False
) -> go.Figure:
    """One of branch_scale, shortcut_scale, gate and projection of every skip that learns it.

    Against the step, coloured by depth; `gradient` draws the norms of the gradients on a log axis.
    Several seeds: the median. ValueError where no skip that the arm uses learns it.
    """
    name = f"{quantity}{GRADIENT}" if gradient else quantity
    return go.Figure(learned_curves_spec(run, name, arm, theme))


def learned_curves_spec(
    run: Recording, probe: str, arm: str, theme: str = "light", at: int | None = None
) -> Spec:
    """`learned_curves` of a probe, say gate_gradient, as plain data; a line marks row `at`.

    At most `CURVES` skips, evenly chosen, and about `POINTS` points. Exact zeros of a log axis are
    marked below it (`skipviz.figures.zeros`).
    """
    places = skips_drawn(run, probe.removesuffix(GRADIENT), arm)
    if not places:
        raise ValueError(
            _(
                "No skip that {arm} uses has a {quantity}.",
                arm=repr(str(arm_label(arm))),
                quantity=_(LABELS.get(probe, probe)),
            )
        )
    rows = thinned(len(run.row_steps), max(POINTS // len(places), 30))
    seeds = range(run.settings.seeds)
    values = np.median([run.probe(probe, arm, s)[rows][:, places] for s in seeds], axis=0)
    is_log = probe.endswith(GRADIENT)
    low, high = positive_range(values)
    upright = (
        log_axis(theme, _(LABELS[probe]), low, high) if is_log else _linear(probe, theme, values)
    )
    colours = _colours(run, places, theme)
    traces = [
        _curve(run, place, probe, run.row_steps[rows], column, colour, is_log)
        for place, column, colour in zip(places, values.T, colours, strict=True)
    ]
    if len(places) > NAMED:
        _add_colour_bar(traces[0], run, places, theme)
    named = [] if len(places) > NAMED else _names(run, places, values[-1], upright, colours, is_log)
    look = layout(
        theme,
        margin={"l": 64, "r": 64, "t": 8, "b": 44},
        xaxis=step_axis(theme, horizon(run)),
        yaxis=upright,
        shapes=marked_step(run, at, theme),
        annotations=named,
        meta={"step": int(run.row_steps[-1])},
    )
    lanes = _lanes(run, places, run.row_steps[rows], values, colours) if is_log else []
    return with_strip({"data": traces, "layout": look}, lanes, theme)


def learned_quantities(run: Recording) -> dict[str, list[str]]:
    """What the skips learn that some arm uses and the run has measured, and those arms."""
    if "gate" not in {probe.name for probe in probes_of(run.settings.probes)}:
        return {}
    found = {
        quantity: [arm for arm in run.main_arms if skips_learning(run, quantity, arm)]
        for quantity in LEARNED
    }
    return {quantity: arms for quantity, arms in found.items() if arms}


def skips_drawn(run: Recording, quantity: str, arm: str) -> list[int]:
    """The places of the skips whose curves are drawn: of very many some, evenly chosen."""
    used = skips_learning(run, quantity, arm)
    return [used[each] for each in thinned(len(used), CURVES)] if used else []


def skips_learning(run: Recording, quantity: str, arm: str) -> list[int]:
    """The places of the skips that learn a quantity and have a gain in an arm, either way."""
    network = run.drawn
    if network is None:
        return []
    named = {each.name: each for each in run.settings.arms_for(network)}
    pairs = zip(network.skips, named[arm].gains(network), strict=True)
    return [
        place
        for place, (skip, gain) in enumerate(pairs)
        if gain != (0, 0) and quantity in learned_by(skip)
    ]


def _curve(
    run: Recording, place: int, probe: str, steps: Steps, values: Array, colour: str, is_log: bool
) -> Spec:
    name = _name(run, place)
    kind = kind_text(run.drawn.skips[place].kind) if run.drawn else _("skip")
    shown = np.where(values > 0, values, np.nan) if is_log else values
    return {
        "type": "scatter",
        "x": steps,
        "y": shown.astype(np.float32),
        "name": name,
        "mode": "lines" if len(steps) > 1 else "markers",
        "line": {"color": colour, "width": 1.4},
        "marker": {"color": colour},
        "hovertemplate": _(
            "{skip}, {kind}, step {x}<br>{quantity} {y}",
            skip=name,
            kind=kind,
            x="%{x}",
            quantity=_(LABELS[probe]),
            y="%{y:.3g}",
        )
        + "<extra></extra>",
    }


def _linear(probe: str, theme: str, values: Array) -> Spec:
    """From the least to the largest; with 0 where that leaves the curves `SPREAD` of the height."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if high - low >= SPREAD * max(abs(low), abs(high)):
        low, high = min(low, 0.0), max(high, 0.0)
    room = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
    return axis(theme, _(LABELS[probe]), range=[low - room, high + room])


def _colours(run: Recording, places: Sequence[int], theme: str) -> list[str]:
    depths = [run.skips[place][1] for place in places]
    span = max(depths) - min(depths)
    shares = [(depth - min(depths)) / span if span else 0.5 for depth in depths]
    return [depth_colour(share, theme) for share in shares]


def _add_colour_bar(trace: Spec, run: Recording, places: Sequence[int], theme: str) -> None:
    """Of the depths, by markers that cannot be seen: lines bring no bar of their own."""
    depths = [run.skips[place][1] for place in places]
    trace["mode"] = "lines+markers"
    trace["marker"] = {
        "size": 1,
        "opacity": 0,
        "color": np.full(len(trace["x"]), min(depths)),
        "cmin": min(depths),
        "cmax": max(depths),
        "colorscale": depth_scale(theme),
        "showscale": True,
        "colorbar": {
            "thickness": 10,
            "outlinewidth": 0,
            "tickformat": ",d",
            "nticks": 8,
            "xpad": 4,
            "len": 0.9,  # above it the buttons of the chart appear
            "y": 0,
            "yanchor": "bottom",
            "title": {"text": _("ends at<br>layer"), "side": "top", "font": {"size": 11}},
        },
    }


def _names(
    run: Recording,
    places: Sequence[int],
    last: Array,
    upright: Spec,
    colours: list[str],
    is_log: bool,
) -> list[Spec]:
    """Of the skips, at the ends of their curves; one that ends in NaN or in an exact 0 at the foot.

    Names that would overlap are moved apart.
    """
    bottom, top = upright["range"]
    heights = np.log10(np.where(last > 0, last, np.nan)) if is_log else last
    ends = np.nan_to_num((heights - bottom) / (top - bottom), nan=0.0, posinf=1.0, neginf=0.0)
    return [
        {
            "text": _ends(run, place),
            "xref": "paper", "yref": "paper", "x": 1.02, "y": end, "xanchor": "left",
            "yanchor": "middle", "showarrow": False, "font": {"color": colour},
        }
        for place, end, colour in zip(places, apart([float(e) for e in ends]), colours, strict=True)
    ]  # fmt: skip


def _lanes(
    run: Recording, places: Sequence[int], steps: Steps, values: Array, colours: list[str]
) -> list[Lane]:
    """The steps at which curves are exactly 0: a lane a skip; one for all where they are many."""
    if len(places) <= NAMED:
        names = [_name(run, place) for place in places]
        columns = zip(names, is_zero(values).T, colours, strict=True)
        return [
            Lane(n, n, steps[zero], colour, "circle", hover=OF_STEP) for n, zero, colour in columns
        ]
    counts = is_zero(values).sum(axis=1)
    some = counts > 0
    said = [
        _n("{count} skip exactly 0", "{count} skips exactly 0", count)
        for count in counts[some].tolist()
    ]
    title = _("some skips")
    return [Lane("zeros", title, steps[some], colours[0], "circle", said, hover=OF_STEP)]


def _name(run: Recording, place: int) -> str:
    source, target = run.skips[place]
    return _("skip {source} → {target}", source=source, target=target)


def _ends(run: Recording, place: int) -> str:
    source, target = run.skips[place]
    return f"{source} → {target}"
