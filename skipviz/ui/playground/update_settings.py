"""Controls of what makes an update of a gradient: momentum, penalties, the learning rate's way."""

import streamlit as st

from skipviz.language import N_, _
from skipviz.text import rates_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.playground.setting_controls import change, choice, number, real
from skipviz.ui.session.session import Session

CLIP = N_("Clip the gradient's norm at (0: never)")
SCHEDULES = {
    "constant": N_("constant"),
    "linear": N_("linear to 0"),
    "cosine": N_("cosine to 0"),
}
L2 = N_(
    "The L2 penalty λ/2 · |W|² with this λ: an update follows the gradient plus λ W, in SGD and "
    "Adam as in torch.optim; of all weights, biases and norms too. Loss and gradients are shown "
    "without it."
)
DECOUPLED = N_(
    "AdamW takes learning rate · λ · W off the weights in every update, apart from the gradient; "
    "of all weights, biases and norms too. Loss and gradients are shown without it."
)
L1 = N_(
    "The penalty λ · Σ|w| with this λ: an update follows the gradient plus λ times the sign of "
    "each weight, which draws all of them towards 0; of all weights, biases and norms too. Loss "
    "and gradients are shown without it."
)
WARM_UP = N_(
    "Steps in which the learning rate rises evenly to the one chosen, at the start of a run."
)
SCHEDULE = N_(
    "How the learning rate goes on after the warm-up: it stays, or falls to 0 at the last step, "
    "in a line or half a wave of a cosine."
)


def update_settings(session: Session) -> None:
    """Draw them."""
    decoupled = session.settings.optimizer == "adamw"
    if session.settings.optimizer == "sgd":
        real(session, "momentum", _("Momentum"), 0.999, 0.1)
    _clip(session)
    label, text = (_("Weight decay"), DECOUPLED) if decoupled else (_("Weight decay (L2)"), L2)
    real(session, "weight_decay", label, 1.0, 0.001, session.settings.decay, _(text))
    real(session, "l1", "L1", 1.0, 0.001, help_text=_(L1))
    number(session, "warmup_steps", _("Warm-up steps"), 0, 10_000, help_text=_(WARM_UP))
    if not session.settings.endless:
        label = _("Schedule of the learning rate")
        choice(session, "schedule", label, SCHEDULES, help_text=_(SCHEDULE))
    if session.settings.rate_changes:
        _rate_changes(session)


def _rate_changes(session: Session) -> None:
    """What a link brought of a run whose rate was changed by hand."""
    rates = rates_text(session.settings.rate_changes)
    st.caption(_("Train changes the learning rate: {rates}.", rates=rates))
    st.button(_("Keep one learning rate"), on_click=lambda: change(session, rate_changes=()))


def _clip(session: Session) -> None:
    """A number that was once there cannot be cleared, so zero stands for none."""
    current = session.settings.clip or 0.0

    def draw(key: str) -> float:
        return float(st.number_input(_(CLIP), 0.0, 1e6, current, step=0.5, format="%g", key=key))

    value = controlled("clip", current, draw)
    if value != current:
        change(session, clip=value or None)
