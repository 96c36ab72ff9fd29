"""The slice of the loss of every arm: heat maps on one colour scale, and a cross-section."""

from collections.abc import Callable

import numpy as np

from skipviz.arms import arm_label
from skipviz.figures.style import (
    LEGEND,
    Spec,
    arm_style,
    axis,
    called,
    colour_scale,
    ink,
    layout,
    level_name,
    line_at,
    positive_range,
    room_beside,
)
from skipviz.landscape.results import Section, Surface
from skipviz.language import _
from skipviz.types import Array

MOST_DECADES = 6.0  # below the largest loss; what is lower gets the darkest colour


def loss_range(surface: Surface) -> tuple[float, float]:
    """Smallest and largest loss of all arms: one colour scale for all of them."""
    low, high = positive_range(surface.losses, decades=1)
    return max(low, high / 10**MOST_DECADES), high


def slice_spec(
    surface: Surface,
    arm: str,
    place: int,
    threshold: float,
    theme: str = "light",
    label: Callable[[str], str] = arm_label,
) -> Spec:
    """log10 of the loss on the two directions, as colour; a line where it is `threshold`.

    `place` is that of the arm in the surface, `label` what arms are called. Losses that are not
    finite have the lightest colour.
    """
    low, high = loss_range(surface)
    losses = surface.losses[place]
    x, y = surface.offsets, surface.offsets
    shown = np.log10(np.clip(losses, low, high))
    heat: Spec = {
        "type": "heatmap", "x": x, "y": y, "z": shown.astype(np.float32), "name": arm,
        "customdata": _texts(losses), "zmin": np.log10(low), "zmax": np.log10(high),
        "colorscale": colour_scale(),
        "colorbar": _colour_bar(low, high),
        "hovertemplate": _(
            "{arm} ({x}, {y}): loss {loss}",
            arm=label(arm), x="%{x:.2f}", y="%{y:.2f}", loss="%{customdata}",
        )
        + "<extra></extra>",
    }  # fmt: skip
    heat |= called(label(arm))
    lines = [_level(x, y, shown, threshold)] if low < threshold < high else []
    look = layout(
        theme,
        margin={"l": 52, "r": 8, "t": 8, "b": 92},
        xaxis=axis(theme, _("direction 1"), constrain="domain", showgrid=False, range=_edges(x)),
        yaxis=axis(
            theme, _("direction 2"), scaleanchor="x", constrain="domain", showgrid=False,
            range=_edges(y),
        ),
        shapes=_cross(),
        meta={"step": surface.rows},
    )  # fmt: skip
    return {"data": [heat, *lines], "layout": look}


def section_spec(
    section: Section,
    threshold: float,
    theme: str = "light",
    label: Callable[[str], str] = arm_label,
) -> Spec:
    """The loss of every arm along the first direction, log axis, with the threshold."""
    low, high = positive_range(section.losses, decades=1)
    curves = [
        _curve(arm, label(arm), section.offsets, losses, theme)
        for arm, losses in zip(section.arms, section.losses, strict=True)
    ]
    bottom, top = np.log10(low), np.log10(high)
    room = 0.06 * (top - bottom)
    upright = axis(
        theme, _("loss"), type="log", range=[bottom - room, top + room], **_ticks(low, high)
    )
    level = _threshold(threshold, low, high, theme)
    look = layout(
        theme,
        margin={"l": 64, "r": room_beside(level.get("annotations", ()), 16), "t": 34, "b": 44},
        xaxis=axis(theme, _("along direction 1 (1 = length of the weights)")),
        yaxis=upright,
        showlegend=True,
        legend=LEGEND | {"x": 0.5, "xanchor": "center"},
        **level,
    )
    return {"data": curves, "layout": look}


def _curve(arm: str, label: str, offsets: Array, losses: Array, theme: str) -> Spec:
    style = arm_style(arm)
    return {
        "type": "scatter", "mode": "lines", "x": offsets, "name": label,
        "y": np.where(np.isfinite(losses) & (losses > 0), losses, np.nan),
        "line": {"color": style.colour(theme), "dash": style.dash, "width": 2.5},
        "hovertemplate": _(
            "{arm}, {x}: loss {loss}", arm=label, x="%{x:.2f}", loss="%{y:.3g}"
        )
        + "<extra></extra>",
    }  # fmt: skip


def _threshold(threshold: float, low: float, high: float, theme: str) -> Spec:
    if not low < threshold < high:
        return {}
    line = line_at("y", threshold, ink(theme), dash="dot")
    label = level_name(_("loss {loss}", loss=format(threshold, "g")), float(np.log10(threshold)))
    return {"shapes": [line], "annotations": [label]}


def _level(x: Array, y: Array, logs: Array, threshold: float) -> Spec:
    level = float(np.log10(threshold))
    return {
        "type": "contour", "x": x, "y": y, "z": logs.astype(np.float32), "name": "threshold",
        "contours": {"coloring": "none", "start": level, "end": level, "size": 1},
        "line": {"color": "#ffffff", "width": 2}, "showscale": False, "hoverinfo": "skip",
    }  # fmt: skip


def _cross() -> list[Spec]:
    """Where the training ended."""
    return [
        {
            "type": "circle", "xref": "x", "yref": "y", "line": {"color": "#ffffff", "width": 2},
            "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0, "yanchor": 0,
            "x0": -4, "x1": 4, "y0": -4, "y1": 4,
        }
    ]  # fmt: skip


def _edges(offsets: Array) -> list[float]:
    """Half a cell beyond the outermost points."""
    half = float(offsets[1] - offsets[0]) / 2
    return [float(offsets[0]) - half, float(offsets[-1]) + half]


def _colour_bar(low: float, high: float) -> Spec:
    """Below the map, so that on a phone the map has the whole width."""
    ticks = _ticks(low, high)
    return {
        "orientation": "h", "y": -0.17, "yanchor": "top", "thickness": 10, "outlinewidth": 0,
        "tickvals": np.log10(ticks["tickvals"]), "ticktext": ticks["ticktext"], "len": 0.9,
        "tickangle": 0, "tickfont": {"size": 10},
        "title": {"text": _("loss"), "side": "top", "font": {"size": 12}},
    }  # fmt: skip


def _ticks(low: float, high: float) -> Spec:
    """Round numbers: powers of ten, and 2 and 5 between them where there are few."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    factors = (1, 2, 5) if np.log10(high / low) < 3 else (1,)
    values = [f * 10.0**e for e in range(first, last + 1) for f in factors]
    shown = [v for v in values if low * 0.999 <= v <= high * 1.001]
    return {"tickvals": np.array(shown), "ticktext": [f"{v:g}" for v in shown]}


def _texts(losses: Array) -> list[list[str]]:
    return [[f"{v:.3g}" if np.isfinite(v) else _("not finite") for v in row] for row in losses]
