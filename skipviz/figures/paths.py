"""The paths of a network by length, and the gradient that comes down them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from skipviz.figures.log_colours import log_colours_of
from skipviz.figures.style import (
    LEGEND,
    SHARE_TICKS,
    Spec,
    arm_style,
    axis,
    decade_ticks,
    grid,
    ink,
    layout,
    positive_range,
    whole_ticks,
)
from skipviz.language import N_, _, _n
from skipviz.paths import PathGradients, Spread, is_binomial
from skipviz.runs.zeros import ZERO
from skipviz.text import percent_text, percent_texts
from skipviz.types import Array

SAMPLED = {"light": "#9A7400", "dark": "#E8C35A"}
NEGATIVE = {"light": "#B4467E", "dark": "#E08AB8"}
FEW_BARS = 40
FEWEST = 5  # places that an axis has between its ends
_BY_LAYERS = N_("layers passed {x}: {count}, {share}")
_BY_SKIPS = N_("skips taken {x}: {count}, {share}")


def lengths_spec(counts: Mapping[int, int], found: Spread, theme: str = "light") -> Spec:
    """The share of the paths of every length, the central 95 % marked.

    Dots: the binomial distribution, where the counts are exactly that.
    """
    lengths, shares = _shares(counts)
    modules = is_binomial(counts)
    dots = _dots(lengths, shares, f"C({modules}, i) / 2^{modules}", theme) if modules else []
    look = layout(
        theme,
        margin={"l": 56, "r": 12, "t": 26, "b": 44},
        xaxis=axis(theme, _("layers passed"), **_along(lengths)),
        yaxis=axis(theme, _("share of the paths"), tickformat=SHARE_TICKS, rangemode="tozero"),
        shapes=[_band(found.low, found.high, theme)],
        annotations=[_band_label(found, theme)],
        bargap=_gap(len(lengths)),
    )
    return {"data": [_bars(lengths, shares, counts, _BY_LAYERS, theme), *dots], "layout": look}


def skips_taken_spec(counts: Mapping[int, int], theme: str = "light") -> Spec:
    """The share of the paths that take each number of skips."""
    numbers, shares = _shares(counts)
    look = layout(
        theme,
        margin={"l": 56, "r": 12, "t": 8, "b": 44},
        xaxis=axis(theme, _("skips taken"), **_along(numbers)),
        yaxis=axis(theme, _("share of the paths"), tickformat=SHARE_TICKS, rangemode="tozero"),
        bargap=_gap(len(numbers)),
    )
    return {"data": [_bars(numbers, shares, counts, _BY_SKIPS, theme)], "layout": look}


def gradient_by_length_spec(found: PathGradients, theme: str = "light") -> Spec:
    """Where the paths are and where the gradient is, each as a share of its sum over lengths."""
    counts = dict(zip(found.lengths, found.counts, strict=True))
    lengths, shares = _shares(counts)
    bars = _bars(lengths, shares, counts, _BY_LAYERS, theme) | {
        "name": _("share of the paths"), "marker": {"color": _faint(theme)}, "showlegend": True,
    }  # fmt: skip
    exact = _line(
        _("norm of the sum (exact)"), lengths, found.exact, arm_style("skip").colour(theme)
    )
    lines = [exact | {"line": exact["line"] | {"dash": "solid"}}]
    if not np.isnan(found.single).any():
        name = _("count × mean single norm (sampled)")
        lines.append(_line(name, lengths, found.estimate, _pick(SAMPLED, theme)))
    look = layout(
        theme,
        margin={"l": 56, "r": 12, "t": 44, "b": 44},
        xaxis=axis(theme, _("layers passed"), **_along(lengths)),
        yaxis=axis(theme, _("share"), tickformat=SHARE_TICKS, rangemode="tozero"),
        showlegend=True,
        legend=LEGEND | {"font": {"size": 12}},
        bargap=_gap(len(lengths)),
    )
    return {"data": [bars, *lines], "layout": look}


def cancellation_spec(found: PathGradients, theme: str = "light") -> Spec:
    """The signed share of every length in the whole gradient; they add up to 1."""
    positive = found.shares >= 0
    colours = [arm_style("skip").colour(theme) if up else _pick(NEGATIVE, theme) for up in positive]
    bars = {
        "type": "bar", "x": np.array(found.lengths), "y": found.shares, "name": _("signed share"),
        "marker": {"color": colours}, **_width(found.lengths),
        "hovertext": percent_texts(found.shares),
        "hovertemplate": _("layers passed {x}: {y} of the gradient", x="%{x}", y="%{hovertext}")
        + "<extra></extra>",
    }  # fmt: skip
    look = layout(
        theme,
        margin={"l": 56, "r": 12, "t": 8, "b": 44},
        xaxis=axis(theme, _("layers passed"), **_along(found.lengths)),
        yaxis=axis(
            theme,
            _("signed share"),
            tickformat=SHARE_TICKS,
            zeroline=True,
            zerolinecolor=ink(theme),
        ),
        bargap=_gap(len(found.lengths)),
    )
    return {"data": [bars], "layout": look}


def by_skips_spec(found: PathGradients, theme: str = "light") -> Spec:
    """Of every state, the norm of what took 0, 1, 2, .. skips; log colour."""
    norms = found.by_skips.T
    low, high = positive_range(norms, decades=1)
    low = max(low, high * 1e-12)
    ticks = decade_ticks(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))), most=5)
    heat = {
        "type": "heatmap", "name": _("by skips taken"),
        "x": np.arange(norms.shape[1]), "y": np.arange(norms.shape[0]),
        "customdata": _hovers(norms, found.skip_shares.T),
        "hovertemplate": _(
            "state {state}, skips taken {count}: {said}",
            state="%{x}", count="%{y}", said="%{customdata}",
        )
        + "<extra></extra>",
        **log_colours_of(norms, low, high, ticks),
    }  # fmt: skip
    look = layout(
        theme,
        margin={"l": 56, "r": 8, "t": 8, "b": 44},
        xaxis=axis(theme, _("state (0 = input)"), showgrid=False, **whole_ticks(norms.shape[1])),
        yaxis=axis(theme, _("skips taken"), showgrid=False, **whole_ticks(norms.shape[0])),
    )
    return {"data": [heat], "layout": look}


def _shares(counts: Mapping[int, int]) -> tuple[list[int], Array]:
    """All numbers from the smallest to the largest, and the share of the paths of each."""
    paths = sum(counts.values())
    numbers = sorted(counts)
    return numbers, np.array([float(Fraction(counts[n], paths)) for n in numbers])


def _bars(
    numbers: list[int], shares: Array, counts: Mapping[int, int], unit: str, theme: str
) -> Spec:
    return {
        "type": "bar", "x": numbers, "y": shares, "name": _("paths"),
        "marker": {"color": arm_style("skip").colour(theme)}, **_width(numbers),
        "customdata": [_paths_text(counts[n]) for n in numbers],
        "hovertext": percent_texts(shares),
        "hovertemplate": _(unit, x="%{x}", count="%{customdata}", share="%{hovertext}")
        + "<extra></extra>",
    }  # fmt: skip


def _paths_text(count: int) -> str:
    """All digits where they can be read, else the first ones."""
    text = f"{count:,}"
    short = text if len(text) <= 40 else f"{text[0]}.{text[2:5]} × 10^{len(str(count)) - 1}"
    return _n("{number} path", "{number} paths", count, number=short)


def _dots(lengths: list[int], shares: Array, name: str, theme: str) -> list[Spec]:
    marker = {"color": ink(theme), "size": 5, "symbol": "circle-open", "line": {"width": 1.5}}
    return [
        {
            "type": "scatter", "mode": "markers", "x": lengths, "y": shares, "name": name,
            "marker": marker, "hoverinfo": "skip",
        }
    ]  # fmt: skip


def _line(name: str, lengths: list[int], shares: Array, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": lengths,
        "y": shares,
        "name": name,
        "line": {"color": colour, "dash": "dot", "width": 2.5},
        "marker": {"size": 5},
        "hovertext": percent_texts(shares),
        "hovertemplate": _("{name}, layers passed {x}: {y}", name=name, x="%{x}", y="%{hovertext}")
        + "<extra></extra>",
    }


def _band(low: int, high: int, theme: str) -> Spec:
    return {
        "type": "rect", "xref": "x", "x0": low - 0.5, "x1": high + 0.5, "yref": "paper", "y0": 0,
        "y1": 1, "fillcolor": grid(theme), "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _band_label(found: Spread, theme: str) -> Spec:
    return {
        "text": _("{share} of the paths", share=percent_text(found.inside))
        if found.outside
        else _("all paths"),
        "xref": "x",
        "x": (found.low + found.high) / 2,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11, "color": ink(theme)},
    }


def _along(numbers: Sequence[int]) -> Spec:
    """Never less than a few bars wide, so that a single one is no wall; none is below 0."""
    missing = max(0, FEWEST - (numbers[-1] - numbers[0]))
    low = max(0.0, numbers[0] - missing / 2)
    high = max(numbers[-1], low + FEWEST)
    return {"range": [low - 0.6, high + 0.6], "showgrid": False, **whole_ticks(high - low + 1)}


def _width(numbers: Sequence[int]) -> Spec:
    """Where there is room for single layers a bar stands at one, however far away the next is."""
    return {"width": 0.8} if numbers[-1] - numbers[0] < FEWEST else {}


def _gap(bars: int) -> float:
    return 0.2 if bars <= FEW_BARS else 0.02


def _faint(theme: str) -> str:
    return "rgba(255,255,255,0.22)" if theme == "dark" else "rgba(27,31,46,0.18)"


def _pick(colours: Mapping[str, str], theme: str) -> str:
    return colours["dark" if theme == "dark" else "light"]


def _hovers(norms: Array, shares: Array) -> list[list[str]]:
    return [
        [_hover(float(n), float(s)) for n, s in zip(a, b, strict=True)]
        for a, b in zip(norms, shares, strict=True)
    ]


def _hover(norm: float, share: float) -> str:
    if np.isnan(norm):
        return _("none")
    if norm == 0:
        return _(ZERO)
    return _("norm {norm}, share {share}", norm=format(norm, ".2g"), share=format(share, ".1%"))
