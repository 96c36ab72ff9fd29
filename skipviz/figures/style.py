"""The visual language of every chart: one style per arm, one scale for gradients."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz.colours import CIVIDIS, between
from skipviz.colours import positive_range as positive_range  # charts ask for it here
from skipviz.language import _
from skipviz.text import columns_of, in_two_lines, superscript
from skipviz.types import Array

Spec = dict[str, Any]
"""Part of a plotly figure as plain data."""


LABEL_GAP = 0.095  # of the axis, between two labels at the right edge
FEW_TICKS = 12  # whole numbers that each get a tick
SAME_END = 0.02  # of the axis, between ends that cannot be told apart
_BESIDE = 8  # letters in a line of the name of a level
_LETTER = 6  # pixels of one, at most

LEGEND: Spec = {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
"""In a row above the chart."""

SHARE_TICKS = "~%"
"""Of an axis of shares: as many digits as its ticks need to differ, for all of it may be tiny."""


@dataclass(frozen=True)
class ArmStyle:
    """Colour-blind safe (Okabe and Ito 2008), told apart by the dash and by the symbol as well."""

    light: str
    dark: str
    dash: str
    symbol: str = "circle"
    ink: str = ""

    def colour(self, theme: str) -> str:
        """Of lines and marks, for the light or the dark theme."""
        return self.dark if theme == "dark" else self.light

    def text(self, theme: str) -> str:
        """Of words, at 4.5 to 1 on the page (WCAG 1.4.3): `ink`, where light is too pale for it."""
        return self.ink if self.ink and theme != "dark" else self.colour(theme)


_ARMS = {
    "skip": ArmStyle("#0072B2", "#56B4E9", "solid"),
    "plain": ArmStyle("#D55E00", "#F0803C", "dash", "square", ink="#B84E00"),
    "gradient_only": ArmStyle("#009E73", "#2CC79B", "dot", "diamond", ink="#007F5C"),
    "forward_only": ArmStyle("#8A5FB0", "#B892DA", "dashdot", "triangle-up"),
    "another": ArmStyle("#B0487F", "#E08BB8", "longdashdot", "star"),
}
_OTHER = ArmStyle("#7A8191", "#A6ADBB", "longdash", "hexagon", ink="#686F7F")

_DEPTHS = {"light": (0.0, 0.72), "dark": (0.5, 1.0)}
"""The part of cividis that can be told from the ground of each theme."""


def arm_style(arm: str) -> ArmStyle:
    """The style of a standard arm, or of "another" network; anything else is grey."""
    return _ARMS.get(arm, _OTHER)


def ink(theme: str) -> str:
    """Text colour."""
    return "#E8EAF0" if theme == "dark" else "#1B1F2E"


def grid(theme: str) -> str:
    """Colour of grid lines, quiet in both themes."""
    return "rgba(255,255,255,0.10)" if theme == "dark" else "rgba(27,31,46,0.10)"


def faint(colour: str) -> str:
    """A colour to fill a band with."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def called(label: str) -> Spec:
    """What a trace is called in the table and the CSV of its chart, where that is not its name."""
    return {"meta": {"label": label}}


def band(
    x: Any, low: Array, high: Array, name: str, colour: str, label: str = "", **more: Any
) -> list[Spec]:
    """The traces of a band from `low` to `high` along `x`; `more` is put into both."""
    lowest = called(_("{label} minimum", label=label or name))
    highest = called(_("{label} maximum", label=label or name))
    edge: Spec = {
        "type": "scatter", "x": x, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip",
        "showlegend": False, **more,
    }  # fmt: skip
    return [
        edge | {"y": low, "name": f"{name} minimum"} | lowest,
        edge
        | {"y": high, "name": f"{name} maximum", "fill": "tonexty", "fillcolor": faint(colour)}
        | highest,
    ]


def colour_scale() -> list[list[Any]]:
    """Cividis as plotly takes it."""
    return [[i / (len(CIVIDIS) - 1), colour] for i, colour in enumerate(CIVIDIS)]


def layout(theme: str, **more: Any) -> Spec:
    """What all charts share. `uirevision` keeps the reader's zoom when the data change."""
    return {
        "template": None,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": ink(theme), "size": 13},
        "margin": {"l": 64, "r": 16, "t": 8, "b": 44},
        "showlegend": False,
        "hovermode": "closest",
        "uirevision": "keep",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": grid(theme), "activecolor": ink(theme)},
    } | more


def axis(theme: str, title: str, **more: Any) -> Spec:
    """One axis with quiet lines."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": 12}},
        "gridcolor": grid(theme),
        "zeroline": False,
        "linecolor": grid(theme),
        "automargin": False,
    } | more


def log_axis(theme: str, title: str, low: float, high: float) -> Spec:
    """A log axis over whole decades around [low, high], ticks at powers of ten."""
    bottom, top = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    return axis(
        theme, title, type="log", range=[bottom - 0.2, top + 0.2], **decade_ticks(bottom, top)
    )


def whole_ticks(values: float) -> Spec:
    """Of an axis of so many whole numbers: no layer 1.5 where there are few of them."""
    return {"dtick": 1} if values <= FEW_TICKS else {"nticks": FEW_TICKS}


def line_at(axis: str, at: float, colour: str, **line: Any) -> Spec:
    """A thin line across the whole chart at a value of an axis: "x", "y", "y2", .."""
    along, across = ("x", "y") if axis.startswith("x") else ("y", "x")
    return {
        "type": "line", "opacity": 0.7, "line": {"color": colour, "width": 1, **line},
        f"{along}ref": axis, f"{along}0": at, f"{along}1": at,
        f"{across}ref": "paper", f"{across}0": 0, f"{across}1": 1,
    }  # fmt: skip


def level_name(text: str, at: float, axis: str = "y") -> Spec:
    """What a level line stands for, right of its end, where no curve is: `room_beside` says how
    wide the margin has to be. On a log axis `at` is the exponent."""
    return {
        "text": in_two_lines(text, _BESIDE), "xref": "paper", "x": 1.01, "xanchor": "left",
        "yref": axis, "y": at, "yanchor": "middle", "align": "left", "showarrow": False,
        "font": {"size": 11},
    }  # fmt: skip


def room_beside(names: Sequence[Spec], least: int) -> int:
    """The margin for names beside a chart, in pixels; `least` where there are none."""
    lines = [line for name in names for line in str(name["text"]).split("<br>")]
    return max([least, *(8 + _LETTER * columns_of(line) for line in lines)])


def decade_ticks(bottom: int, top: int, most: int = 8) -> Spec:
    """At most `most` ticks at powers of ten between 10**bottom and 10**top."""
    step = max(1, int(np.ceil((top - bottom) / most)))
    exponents = list(range(bottom, top + 1, step))
    return {
        "tickvals": [10.0**exponent for exponent in exponents],
        "ticktext": [f"10{superscript(exponent)}" for exponent in exponents],
    }


def thinned(rows: int, most: int) -> NDArray[np.int64]:
    """Indices of at most so many rows, evenly spaced, the first and the last among them."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))


def apart(places: list[float], gap: float = LABEL_GAP) -> list[float]:
    """The same places, each at least a gap above the next lower one, none above the top: names of
    two lines ask for a larger gap, and stay as much below it."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, dtype=np.float64)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    overflow = max(0.0, float(moved.max(initial=0.0)) - 1.0 + gap - LABEL_GAP)
    return [float(place) for place in moved - overflow]


def as_before(places: list[float], along: list[float]) -> list[float]:
    """The places of names at the ends of curves: of ends that are as good as one point, in the
    order of the curves before it, by their heights `along` the chart."""
    moved, rest = list(places), sorted(range(len(places)), key=places.__getitem__)
    while rest:
        one = [k for k in rest if places[k] - places[rest[0]] <= SAME_END]
        by_height = sorted(one, key=along.__getitem__)
        for k, place in zip(by_height, [places[k] for k in one], strict=True):
            moved[k] = place
        rest = rest[len(one) :]
    return moved


def depth_scale(theme: str) -> list[list[Any]]:
    """Cividis for lines, without the end that the page's ground would swallow."""
    first, last = _DEPTHS["dark" if theme == "dark" else "light"]
    shares = np.linspace(0, 1, len(CIVIDIS))
    return [[float(s), between((first + s * (last - first)) * (len(CIVIDIS) - 1))] for s in shares]


def depth_colour(share: float, theme: str) -> str:
    """The colour of a line at this share of the depth, 0 next to the input."""
    first, last = _DEPTHS["dark" if theme == "dark" else "light"]
    return between((first + share * (last - first)) * (len(CIVIDIS) - 1))
