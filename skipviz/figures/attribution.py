"""Where the gradient came from: through which skip, and by how many skips."""

import numpy as np

from skipviz.figures.gradient import snapshot_row
from skipviz.figures.style import (
    SHARE_TICKS,
    Spec,
    arm_style,
    axis,
    called,
    grid,
    ink,
    layout,
    line_at,
    whole_ticks,
)
from skipviz.language import _
from skipviz.runs.recording import Recording
from skipviz.text import percent_texts
from skipviz.types import Array

TINTS = (1.0, 0.62, 0.38)  # of skips that leave the same state, one after the other


def skip_shares_spec(run: Recording, arm: str, at: int = -1, theme: str = "light") -> Spec:
    """What came to each state by the layers and by each skip that leaves it, stacked and signed.

    Shares <part, whole> / |whole|^2 of dL/ds add up to 1 at every state; where parts cancel some
    are negative. The last snapshot until row `at`; of several seeds the median.
    """
    shares = skip_shares(run, arm, at)
    sources = sorted({source for source, __ in run.skips})
    through = {
        k: sum(float(share) for share, (p, _) in zip(shares, run.skips, strict=True) if p == k)
        for k in sources
    }
    chain = {k: 1.0 - through[k] for k in sources}
    bars = [_bar(_("by the layers"), sources, [chain[k] for k in sources], grid(theme), 1.0)]
    colour = arm_style(arm).colour(theme)
    placed: dict[int, int] = {}
    for share, (source, target) in zip(shares, run.skips, strict=True):
        tint = TINTS[min(placed.get(source, 0), len(TINTS) - 1)]
        placed[source] = placed.get(source, 0) + 1
        name = _("skip {source} → {target}", source=source, target=target)
        bars.append(_bar(name, [source], [float(share)], colour, tint))
    look = layout(
        theme,
        barmode="relative",
        bargap=0.15,
        margin={"l": 60, "r": 16, "t": 8, "b": 44},
        xaxis=axis(
            theme,
            _("state a skip starts from (0 = input)"),
            range=[-0.6, run.layers + 0.6],
            **whole_ticks(run.layers + 1),
        ),
        yaxis=axis(theme, _("share of ∂L/∂s"), tickformat=SHARE_TICKS),
        shapes=[line_at("y", 0, ink(theme)) | {"opacity": 1}],
        meta={"step": int(run.row_steps[at])},
    )
    return {"data": bars, "layout": look}


def skips_taken_spec(run: Recording, arm: str, at: int = -1, theme: str = "light") -> Spec:
    """Signed shares of the parts of each state's gradient that took 0, 1, 2, .. skips."""
    row = snapshot_row(run, at)
    seeds = range(run.settings.seeds)
    taken = np.stack([run.snapshot("share_by_skips_taken", arm, seed)[row] for seed in seeds])
    shares = np.median(taken, axis=0)[: run.layers]
    most = float(np.nanmax(np.abs(shares), initial=1e-3))
    trace = {
        "type": "heatmap",
        "x": np.arange(1, len(shares) + 1),
        "y": np.arange(shares.shape[1]),
        "z": shares.T.astype(np.float32),
        "hovertext": [percent_texts(row) for row in shares.T],
        "name": arm,
        **called(run.label_of(arm)),
        "colorscale": diverging(theme),
        "zmin": -most,
        "zmax": most,
        "colorbar": {"thickness": 10, "outlinewidth": 0, "tickformat": SHARE_TICKS},
        "hovertemplate": _(
            "{arm}, layer {layer}, skips taken {count}: {share}",
            arm=run.label_of(arm),
            layer="%{x}",
            count="%{y}",
            share="%{hovertext}",
        )
        + "<extra></extra>",
    }
    look = layout(
        theme,
        xaxis=axis(theme, _("layer whose state it is"), showgrid=False),
        yaxis=axis(theme, _("skips taken"), showgrid=False, tickformat=",d"),
        meta={"step": int(run.row_steps[at])},
    )
    return {"data": [trace], "layout": look}


def skip_shares(run: Recording, arm: str, at: int = -1) -> Array:
    """(skips,) signed shares at the last snapshot until row `at`; of several seeds the median.

    The share of a skip p -> q is that of its term in dL/ds_p. NaN where the arm has no such skip.
    """
    row, seeds = snapshot_row(run, at), range(run.settings.seeds)
    shares = np.stack([run.snapshot("skip_share", arm, seed)[row] for seed in seeds])
    return np.asarray(np.median(shares, axis=0))


def diverging(theme: str) -> list[list[object]]:
    """Orange for less than nothing, blue for more; nothing is the colour of the page."""
    middle = "#1A1E29" if theme == "dark" else "#FFFFFF"
    return [[0.0, "#D55E00"], [0.5, middle], [1.0, "#0072B2"]]


def _bar(name: str, states: list[int], shares: list[float], colour: str, tint: float) -> Spec:
    return {
        "type": "bar",
        "x": states,
        "y": shares,
        "name": name,
        "marker": {"color": colour, "opacity": tint},
        "hovertext": percent_texts(shares),
        "hovertemplate": _(
            "{name}, state {state}: {share}", name=name, state="%{x}", share="%{hovertext}"
        )
        + "<extra></extra>",
    }
