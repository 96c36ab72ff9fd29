"""The colours of gradients: cividis by the logarithm, and one beside it for exact zeros."""

from collections.abc import Sequence

import numpy as np

from skipviz.types import Array

# cividis (Nuñez, Anderton and Renslow 2018) at ten even places
CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
    "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip
ZERO_COLOUR = "#4CC9F0"
"""Light and blue: cividis is dark where it is blue and yellow where it is light, to all eyes."""


def positive_range(values: Array, decades: float = 2.0) -> tuple[float, float]:
    """Smallest and largest positive finite value, at least so many decades apart."""
    shown = values[np.isfinite(values) & (values > 0)]
    if not len(shown):
        return 1e-3, 1.0
    low, high = float(shown.min()), float(shown.max())
    return min(low, high / 10**decades), high


def log_colours(values: Sequence[float] | Array, low: float, high: float) -> list[str | None]:
    """Cividis by log10 of each value; None for NaN, for infinities and for what has no log."""
    span = max(np.log10(high) - np.log10(low), 1e-9)
    return [_colour(float(value), low, span) for value in values]


def between(place: float) -> str:
    """The colour at a place of `CIVIDIS`, 0 to 9, mixed of its two neighbours."""
    left = min(int(place), len(CIVIDIS) - 2)
    pair = [_channels(CIVIDIS[left]), _channels(CIVIDIS[left + 1])]
    mixed = pair[0] + (pair[1] - pair[0]) * (place - left)
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def _colour(value: float, low: float, span: float) -> str | None:
    if not np.isfinite(value) or value <= 0:
        return None
    place = (np.log10(value) - np.log10(low)) / span
    return between(float(np.clip(place, 0, 1)) * (len(CIVIDIS) - 1))


def _channels(colour: str) -> Array:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
