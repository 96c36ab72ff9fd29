"""The curves of a chart as SVG of any size, before the chart library is there.

Lines keep their width when the drawing is stretched; words stand beside it as HTML.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from skipviz.figures.style import Spec

SIDE = 1000  # of the drawing, in units of its own
_DASHES = {  # as plotly.js has them, for lines of at most 3 pixels
    "dash": "9 9", "dot": "3 3", "dashdot": "9 3 3 3", "longdash": "15 15",
    "longdashdot": "15 3 3 3",
}  # fmt: skip
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MOST_TICKS = 6


def curve_html(light: Spec, dark: Spec) -> str:
    """The lines on the first two axes of a figure, as it is in the light and in the dark theme.

    What stands elsewhere, the strip of exact zeros say, is left to the chart library.
    """
    axes = _Axes(light["layout"])
    pairs = zip(light["data"], dark["data"], strict=True)
    lines = "".join(_line(a, b, axes) for a, b in pairs if a.get("yaxis", "y") == "y")
    notes = zip(light["layout"]["annotations"], dark["layout"]["annotations"], strict=True)
    return (
        '<div class="area">'
        f'<svg viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="none">{axes.grid()}{lines}</svg>'
        f"{axes.words()}{''.join(_note(a, b) for a, b in notes)}</div>"
    )


class _Axes:
    """Where a value stands, in units of the drawing."""

    def __init__(self, layout: Spec) -> None:
        self._across, self._up = layout["xaxis"], layout["yaxis"]
        self._low = self._up.get("domain", (0, 1))[0]

    def x(self, value: float) -> float:
        return _share(value, self._across["range"]) * SIDE

    def y(self, value: float) -> float | None:
        """None for what has no place on a log axis."""
        if self._up.get("type") == "log":
            if not value > 0:
                return None
            value = math.log10(value)
        share = _share(value, self._up["range"])
        return (1 - self._low - share * (1 - self._low)) * SIDE if math.isfinite(share) else None

    def grid(self) -> str:
        """One line for every number beside the axes."""
        rows = "".join(f"M0 {y:.1f}H{SIDE}" for y, _ in self._upright())
        columns = "".join(f"M{x:.1f} 0V{SIDE}" for x, _ in self._along())
        return f'<path class="grid" d="{rows}{columns}"/>'

    def words(self) -> str:
        """The numbers, and what the axes are."""
        beside = "".join(_word("up", "top", y, text) for y, text in self._upright())
        below = "".join(_word("along", "left", x, text) for x, text in self._along())
        titles = (("along-title", self._across), ("up-title", self._up))
        said = "".join(
            f'<span class="{name}">{escape(axis["title"]["text"])}</span>' for name, axis in titles
        )
        return beside + below + said

    def _upright(self) -> Iterator[tuple[float, str]]:
        for value, text in zip(
            self._up.get("tickvals", ()), self._up.get("ticktext", ()), strict=True
        ):
            place = self.y(value)
            if place is not None:
                yield place, text

    def _along(self) -> Iterator[tuple[float, str]]:
        low, high = self._across["range"]
        step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS), _STEPS[-1])
        step = self._across.get("dtick") or step
        for value in range(math.ceil(low / step) * step, math.floor(high) + 1, step):
            yield self.x(value), f"{value}"


def _share(value: float, span: Sequence[float]) -> float:
    low, high = span
    return (value - low) / (high - low)


def _word(name: str, side: str, place: float, text: str) -> str:
    return f'<span class="{name}" style="{side}:{place / SIDE:.2%}">{escape(text)}</span>'


def _line(light: Spec, dark: Spec, axes: _Axes) -> str:
    if "lines" not in light.get("mode", "lines"):
        return ""
    look: dict[str, Any] = light["line"]
    if not look["width"]:
        return ""
    dash = _DASHES.get(look.get("dash", "solid"), "none")
    return (
        f'<path d="{_path(light, axes)}" stroke-width="{look["width"]}" '
        f'style="stroke:{_both(look, dark["line"])}" opacity="{light.get("opacity", 1)}" '
        f'stroke-dasharray="{dash}"/>'
    )


def _path(trace: Spec, axes: _Axes) -> str:
    """Piece by piece: a value without a place is a gap."""
    parts, pen = [], "M"
    for x, y in zip(trace["x"], trace["y"], strict=True):
        height = axes.y(float(y)) if y is not None else None
        if height is None:
            pen = "M"
            continue
        parts.append(f"{pen}{axes.x(float(x)):.1f} {height:.1f}")
        pen = "L"
    return "".join(parts)


def _note(light: Spec, dark: Spec) -> str:
    """The name of a curve, at its end."""
    text = light["text"].replace("<b>", "").replace("</b>", "").replace("<br>", " ")
    colour = _both(light["font"], dark["font"]) if "color" in light.get("font", {}) else "inherit"
    return (
        f'<span class="name" style="top:{1 - light["y"]:.2%};color:{colour}">{escape(text)}</span>'
    )


def _both(light: Spec, dark: Spec) -> str:
    return f"light-dark({light['color']},{dark['color']})"
