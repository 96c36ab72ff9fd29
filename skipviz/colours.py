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
    sizes = np.asarray(values, np.float64)
    known = np.isfinite(sizes) & (sizes > 0)
    span = max(np.log10(high) - np.log10(low), 1e-9)
    shares = (np.log10(sizes, where=known, out=np.zeros_like(sizes)) - np.log10(low)) / span
    names = _mixed(np.clip(shares, 0, 1) * (len(CIVIDIS) - 1))
    return [name if shown else None for name, shown in zip(names, known, strict=True)]


def between(place: float) -> str:
    """The colour at a place of `CIVIDIS`, 0 to 9, mixed of its two neighbours."""
    return _mixed(np.array([place]))[0]


def _mixed(places: Array) -> list[str]:
    """`between` of many places at once: the drawing is coloured many times a second."""
    left = np.minimum(places.astype(np.int64), len(CIVIDIS) - 2)
    parts = (places - left)[:, None]
    channels = np.rint(_CHANNELS[left] + (_CHANNELS[left + 1] - _CHANNELS[left]) * parts)
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in channels.astype(np.int64).tolist()]


_CHANNELS = np.array([[int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in CIVIDIS], float)
