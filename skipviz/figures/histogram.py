"""How large the entries of every layer's gradient are."""

import numpy as np

from skipviz.figures.gradient import snapshot_row
from skipviz.figures.style import SHARE_TICKS, Spec, axis, called, colour_scale, layout
from skipviz.language import _
from skipviz.probes.catalogue import HISTOGRAM_EDGES
from skipviz.runs.recording import Recording
from skipviz.text import superscript

TICKS_EVERY = 4  # decades


def gradient_histogram_spec(run: Recording, arm: str, at: int = -1, theme: str = "light") -> Spec:
    """Share of the entries of dL/dW_k in every bin of magnitude, layers side by side.

    The lowest bin holds exact zeros too. The last snapshot until row `at`, the first seed.
    """
    shares = run.snapshot("gradient_histogram", arm)[snapshot_row(run, at), : run.layers]
    exponents = np.log10(np.maximum(HISTOGRAM_EDGES, HISTOGRAM_EDGES[1] / 10))
    lowest = float(exponents[:2].mean())
    filled = np.flatnonzero(np.nansum(shares, axis=0) > 0)
    low, high = (filled[0], filled[-1] + 1) if len(filled) else (0, shares.shape[1])
    ticks = [int(e) for e in range(-20 + TICKS_EVERY, 5, TICKS_EVERY)]
    trace = {
        "type": "heatmap",
        "x": np.arange(1, run.layers + 1),
        "y": exponents[low : high + 1],
        "z": shares[:, low:high].T.astype(np.float32),
        "name": arm,
        **called(run.label_of(arm)),
        "colorscale": colour_scale(),
        "zmin": 0,
        "colorbar": {"thickness": 10, "outlinewidth": 0, "tickformat": SHARE_TICKS},
        "hovertemplate": _(
            "{arm}, layer {layer}: {share} of the entries",
            arm=run.label_of(arm),
            layer="%{x}",
            share="%{z:.3~p}",
        )
        + "<extra></extra>",
    }
    texts = [f"10{superscript(e)}" for e in ticks]
    upright = {"tickvals": [lowest, *ticks], "ticktext": ["<10⁻²⁰", *texts]}
    look = layout(
        theme,
        xaxis=axis(theme, _("layer (1 = next to the input)"), showgrid=False),
        yaxis=axis(theme, _("|entry of ∂L/∂W|"), showgrid=False, **upright),
        meta={"step": int(run.row_steps[at])},
    )
    return {"data": [trace], "layout": look}
