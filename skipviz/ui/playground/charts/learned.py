"""What the skips learn: the choice among scales, gates and projections, and its charts."""

import streamlit as st

from skipviz.arms import arm_label
from skipviz.figures.learned import (
    GRADIENT,
    learned_curves_spec,
    learned_quantities,
    skips_drawn,
    skips_learning,
)
from skipviz.network.skips import SKIP_CLASSES, Gate
from skipviz.probes.catalogue import BY_NAME
from skipviz.runs.run import Run
from skipviz.ui.components.live import Chart

_MEANS = {
    True: "'s channels: their root mean square",
    False: ", the root mean square where there is one per channel",
}
"""Where all have a factor per channel, and where some have."""
_CHOSEN = "learned_chosen"


def learned_control(run: Run) -> str:
    """Draw the choice where the skips of the run learn several things; what is chosen."""
    offered = list(learned_quantities(run))
    before = st.session_state.get(_CHOSEN)
    current: str = before if before in offered else offered[0]
    if len(offered) == 1:
        return current
    picked = st.segmented_control(
        "What the skips learn",
        offered,
        default=current,
        format_func=lambda quantity: BY_NAME[quantity].title,
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
    some = f" Drawn are {drawn} of {all_} skips, evenly chosen." if drawn < all_ else ""
    return Chart(
        f"learned_{probe}_{arm}",
        learned_curves_spec(run, probe, arm, theme, at),
        f"{BY_NAME[probe].title}, {arm_label(arm)}",
        f"{_meaning(run, probe, quantity, arm)}{some}",
        360,
        3,
    )


def _meaning(run: Run, probe: str, quantity: str, arm: str) -> str:
    """What the curves of these very skips are."""
    skips = [run.network.skips[place] for place in skips_learning(run, quantity, arm)]
    kinds = {type(skip) for skip in skips}
    if quantity == "projection":
        norm = "Frobenius norm of W" if probe == quantity else "Norm of ∂L/∂W"
        return f"{norm}, the weights of the skip."
    if quantity == "gate":
        if probe != quantity:
            return "Norm of ∂L/∂W, W the gate's weights without its bias."
        gates = (kind for kind in SKIP_CLASSES.values() if kind in kinds)
        return " ".join(kind.opening_means for kind in gates if issubclass(kind, Gate))
    several = {getattr(skip, quantity).learned == "channel" for skip in skips}
    if probe != quantity:
        return f"Norm of ∂L/∂scale{', over all channels' if True in several else ''}."
    part = quantity.removesuffix("_scale")
    return f"The factor that multiplies the {part}{_MEANS[several == {True}] * (True in several)}."
