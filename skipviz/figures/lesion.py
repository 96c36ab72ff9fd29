"""What a trained network still does when some of it is deleted."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from skipviz.arms import arm_label
from skipviz.data.catalogue import guessing_text, test_score_text
from skipviz.figures.style import (
    LEGEND,
    Spec,
    arm_style,
    axis,
    band,
    called,
    ink,
    layout,
    level_name,
    line_at,
    whole_ticks,
)
from skipviz.language import _
from skipviz.lesion.results import Several, Singles


def layers_spec(
    arms: Sequence[Singles],
    score: str,
    chance: float,
    cut: frozenset[int],
    theme: str = "light",
    label: Callable[[str], str] = arm_label,
) -> Spec:
    """Score after the deletion of every single layer; a line for the undamaged network.

    The layers in `cut` are outlined; `label` is what arms are called.
    """
    bars = [_deletions(found, label(found.arm), cut, theme) for found in arms]
    ends = [
        line_at("y", found.score, arm_style(found.arm).colour(theme), dash="dash") for found in arms
    ]
    last = max((k for found in arms for k in found.layers), default=1)
    look = layout(
        theme,
        margin={"l": 52, "r": 70, "t": 40, "b": 44},
        xaxis=axis(
            theme, _("layer deleted"), range=[0.4, last + 0.6], showgrid=False, **whole_ticks(last)
        ),
        yaxis=_score_axis(theme, score, [s for f in arms for s in [f.score, *f.layer_scores]]),
        shapes=[*ends, line_at("y", chance, ink(theme), dash="dot")],
        annotations=[_chance_label(score, chance)],
        barmode="group",
        showlegend=True,
        legend=LEGEND,
    )
    return {"data": bars, "layout": look}


def skips_spec(
    found: Singles, score: str, chance: float, cut: frozenset[tuple[int, int]], theme: str = "light"
) -> Spec:
    """Score after the deletion of every single skip."""
    colour = arm_style(found.arm).colour(theme)
    names = [f"{p} → {q}" for p, q in found.skips]
    widths = [2.5 if ends in cut else 0 for ends in found.skips]
    bars = {
        "type": "bar", "x": names, "y": found.skip_scores, "name": arm_label(found.arm),
        "marker": {"color": colour, "line": {"color": ink(theme), "width": widths}},
        "customdata": found.skip_losses,
        "hovertemplate": _(
            "without {skip}: {score} {y}, loss {loss}",
            skip="%{x}", score=_(score), y="%{y:.3f}", loss="%{customdata:.3g}",
        )
        + "<extra></extra>",
    }  # fmt: skip
    look = layout(
        theme,
        margin={"l": 52, "r": 70, "t": 8, "b": 64},
        xaxis=axis(theme, _("skip deleted"), type="category", showgrid=False, nticks=12),
        yaxis=_score_axis(theme, score, [found.score, *found.skip_scores]),
        shapes=[
            line_at("y", found.score, colour, dash="dash"),
            line_at("y", chance, ink(theme), dash="dot"),
        ],
        annotations=[_chance_label(score, chance)],
    )
    return {"data": [bars], "layout": look}


def several_spec(
    arms: Mapping[str, Several],
    whole: Mapping[str, float],
    score: str,
    chance: float,
    theme: str = "light",
    label: Callable[[str], str] = arm_label,
) -> Spec:
    """Mean score against the number of layers deleted at random; bands from lowest to highest."""
    traces = [
        trace
        for arm, found in arms.items()
        for trace in _decline(found, label(arm), whole[arm], theme)
    ]
    counts = sorted({count for found in arms.values() for count in found.counts})
    scores = [s for f in arms.values() for s in f.scores.ravel()] + list(whole.values())
    look = layout(
        theme,
        margin={"l": 52, "r": 70, "t": 8, "b": 44},
        xaxis=axis(
            theme, _("layers deleted at random"), showgrid=False,
            tickvals=[_place(c) for c in [0, *counts]], ticktext=[str(c) for c in [0, *counts]],
        ),
        yaxis=_score_axis(theme, score, scores),
        shapes=[line_at("y", chance, ink(theme), dash="dot")],
        annotations=[_chance_label(score, chance)],
    )  # fmt: skip
    return {"data": traces, "layout": look}


def _decline(found: Several, label: str, whole: float, theme: str) -> list[Spec]:
    style = arm_style(found.arm)
    colour, x = style.colour(theme), [_place(count) for count in (0, *found.counts)]
    low, mean, high = (
        np.array([whole, *each])
        for each in (found.scores.min(1), found.scores.mean(1), found.scores.max(1))
    )
    curve = {
        "type": "scatter", "x": x, "y": mean, "mode": "lines+markers", "name": found.arm,
        "line": {"color": colour, "dash": style.dash, "width": 2.5}, "marker": {"size": 7},
        "customdata": [0, *found.counts],
        "hovertemplate": _(
            "{arm}, {count} deleted: {y}",
            arm=label, count="%{customdata}", y="%{y:.3f}",
        )
        + "<extra></extra>",
    }  # fmt: skip
    return [*band(x, low, high, found.arm, colour, label), curve | called(label)]


def _place(count: int) -> float:
    """0, 1, 2, 4, .. at even distances."""
    return 0.0 if count == 0 else float(np.log2(count)) + 1


def _deletions(found: Singles, label: str, cut: frozenset[int], theme: str) -> Spec:
    widths = [2.5 if k in cut else 0 for k in found.layers]
    return {
        "type": "bar", "x": np.array(found.layers), "y": found.layer_scores,
        "name": label,
        "marker": {
            "color": arm_style(found.arm).colour(theme),
            "line": {"color": ink(theme), "width": widths},
        },
        "customdata": found.layer_losses,
        "hovertemplate": _(
            "{arm}, without layer {layer}: {y}, loss {loss}",
            arm=label, layer="%{x}", y="%{y:.3f}", loss="%{customdata:.3g}",
        )
        + "<extra></extra>",
    }  # fmt: skip


def _score_axis(theme: str, score: str, values: Sequence[float]) -> Spec:
    """From 0 to 1; R² of a damaged network may lie far below 0, which is cut off at −1."""
    low = -1.0 if min(values, default=0) < 0 else 0.0
    return axis(theme, test_score_text(score), range=[low, 1.02])


def _chance_label(score: str, chance: float) -> Spec:
    return level_name(guessing_text(score, chance), chance)
