"""Sizes as colours: cividis over powers of ten, a block for exact zeros, one for no value."""

import numpy as np
from numpy.typing import ArrayLike

from skipviz.colours import ZERO_COLOUR
from skipviz.figures.style import Spec, colour_scale
from skipviz.language import _
from skipviz.runs.zeros import ZERO, is_zero, size_text
from skipviz.types import Array

UNKNOWN_COLOUR = "#C9CDD6"
BLOCK = 0.1  # of a colour bar, for a colour that is not on its scale


def zero_level(low: float, high: float) -> float:
    """Where exact zeros are on the colours of log10 from `low` to `high`: below all others."""
    bottom, top = np.log10([low, high])
    return float(bottom - _block(bottom, top) / 2)


def log_levels(values: Array, low: float, high: float) -> Array:
    """log10 of values from `low` to `high`; exact zeros at `zero_level`; NaN where unknown."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(values) & (values >= 0)
    logs = np.log10(np.clip(values, low, high), where=known, out=np.full(np.shape(values), np.nan))
    return np.where(is_zero(values), zero_level(low, high), logs)


def block_colours(
    bottom: float, top: float, ticks: Spec, zero: bool, unknown: bool = False
) -> Spec:
    """Cividis from `bottom` to `top` with its colour bar (`ticks` at these levels).

    With `zero` a block below it for exact zeros, with `unknown` one above for what has no value.
    """
    block = _block(bottom, top)
    low, high = bottom - block * zero, top + block * unknown
    start, end = (bottom - low) / (high - low), (top - low) / (high - low)
    scale = [[start + place * (end - start), colour] for place, colour in colour_scale()]
    below = [[0.0, ZERO_COLOUR], [start, ZERO_COLOUR]] if zero else []
    above = [[end, UNKNOWN_COLOUR], [1.0, UNKNOWN_COLOUR]] if unknown else []
    named = [(low + block / 2, _(ZERO))] * zero + [(high - block / 2, _("none"))] * unknown
    least, most = bottom + block / 2 * zero, top - block / 2 * unknown  # no text over another
    levels = zip(ticks["tickvals"], ticks["ticktext"], strict=True)
    texts = [*(tick for tick in levels if least <= tick[0] <= most), *named]
    bar = {
        "tickvals": [level for level, __ in texts],
        "ticktext": [text for __, text in texts],
        "thickness": 10,
        "outlinewidth": 0,
        "len": 1.0,
    }
    return {"cmin": low, "cmax": high, "colorscale": [*below, *scale, *above], "colorbar": bar}


def log_colours_of(values: Array, low: float, high: float, ticks: Spec) -> Spec:
    """z, scale and colour bar of one log heat map; `ticks` are those of `style.decade_ticks`."""
    bottom, top = float(np.log10(low)), float(np.log10(high))
    look = block_colours(bottom, top, log_ticks(values, ticks), bool(is_zero(values).any()))
    return {
        "z": log_levels(values, low, high).astype(np.float32),
        "zmin": look["cmin"],
        "zmax": look["cmax"],
        "colorscale": look["colorscale"],
        "colorbar": look["colorbar"],
        "meta": log_meta(low, high),
    }


def log_ticks(values: ArrayLike, ticks: Spec) -> Spec:
    """Ticks in powers of ten on a scale of log10; none where no value is above 0."""
    if not (np.asarray(values) > 0).any():
        return {"tickvals": [], "ticktext": []}
    return ticks | {"tickvals": np.log10(ticks["tickvals"]).tolist()}


def log_meta(low: float, high: float) -> Spec:
    """How the table behind a heat map reads its z: 10**z, and 0 below this level."""
    return {"log10": True, "zeros_below": (zero_level(low, high) + float(np.log10(low))) / 2}


def size_texts(values: Array) -> list[list[str]]:
    """(rows, columns) in words, for hover: "exactly 0", "none" where nothing is known."""
    return [
        [_("none") if np.isnan(value) else size_text(float(value)) for value in row]
        for row in values
    ]


def _block(bottom: float, top: float) -> float:
    return BLOCK * max(top - bottom, 1e-9)
