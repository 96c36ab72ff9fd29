"""What the skips learn: the choice among scales, gates and projections, and its charts."""

import streamlit as st

from skipviz.figures.learned import (
    GRADIENT,
    learned_curves_spec,
    learned_quantities,
    skips_drawn,
    skips_learning,
)
from skipviz.language import N_, _
from skipviz.network.skips import SKIP_CLASSES, Gate
from skipviz.probes.catalogue import BY_NAME
from skipviz.runs.run import Run
from skipviz.ui.components.live import Chart

_PARTS = {
    "branch": (
        N_("The factor that multiplies the branch."),
        N_("The factor that multiplies the branch's channels: their root mean square."),
        N_(
            "The factor that multiplies the branch, the root mean square where there is one per "
            "channel."
        ),
    ),
    "shortcut": (
        N_("The factor that multiplies the skip."),
        N_("The factor that multiplies the skip's channels: their root mean square."),
        N_(
            "The factor that multiplies the skip, the root mean square where there is one per "
            "channel."
        ),
    ),
}
"""Where none has a factor per channel, where all have, and where some have."""
_CHOSEN = "learned_chosen"


def learned_control(run: Run) -> str:
    """Draw the choice where the skips of the run learn several things; what is chosen."""
    offered = list(learned_quantities(run))
    before = st.session_state.get(_CHOSEN)
    current: str = before if before in offered else offered[0]
    if len(offered) == 1:
        return current
    picked = st.segmented_control(
        _("What the skips learn"),
        offered,
        default=current,
        format_func=lambda quantity: _(BY_NAME[quantity].title),
        key=f"learned_{'_'.join(offered)}",
        label_visibility="collapsed",
    )
    st.session_state[_CHOSEN] = picked or current
    return picked or current


def learned_charts(run: Run, quantity: str, at: int | None, theme: str) -> list[Chart]:
    """Values and gradients side by side, for every arm that uses such skips."""
    return [
        _chart(run, probe, quantity, arm, at, theme)
        for arm in learned_quantities(run)[quantity]
        for probe in (quantity, f"{quantity}{GRADIENT}")
    ]


def _chart(run: Run, probe: str, quantity: str, arm: str, at: int | None, theme: str) -> Chart:
    drawn, all_ = len(skips_drawn(run, quantity, arm)), len(skips_learning(run, quantity, arm))
    note = _meaning(run, probe, quantity, arm)
    if drawn < all_:
        note = _(
            "{meaning} Drawn are {drawn} of {all} skips, evenly chosen.",
            meaning=note, drawn=drawn, all=all_,
        )  # fmt: skip
    return Chart(
        f"learned_{probe}_{arm}",
        learned_curves_spec(run, probe, arm, theme, at),
        BY_NAME[probe].heading_of(arm),
        note,
        360,
        3,
    )


def _meaning(run: Run, probe: str, quantity: str, arm: str) -> str:
    """What the curves of these very skips are."""
    skips = [run.network.skips[place] for place in skips_learning(run, quantity, arm)]
    kinds = {type(skip) for skip in skips}
    if quantity == "projection":
        if probe == quantity:
            return _("Frobenius norm of W, the weights of the skip.")
        return _("Norm of ∂L/∂W, the weights of the skip.")
    if quantity == "gate":
        if probe != quantity:
            return _("Norm of ∂L/∂W, W the gate's weights without its bias.")
        gates = (kind for kind in SKIP_CLASSES.values() if kind in kinds)
        return " ".join(_(kind.opening_means) for kind in gates if issubclass(kind, Gate))
    several = {getattr(skip, quantity).learned == "channel" for skip in skips}
    if probe != quantity:
        if True in several:
            return _("Norm of ∂L/∂scale, over all channels.")
        return _("Norm of ∂L/∂scale.")
    none, all_, some = _PARTS[quantity.removesuffix("_scale")]
    return _(none if True not in several else all_ if several == {True} else some)
