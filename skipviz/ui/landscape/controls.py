"""How the slice is computed, and the button that does it."""

import streamlit as st

from skipviz.arms import STANDARD_ARMS, stands_for_all
from skipviz.landscape.requests import LossSlice
from skipviz.language import _
from skipviz.settings import Settings
from skipviz.ui.components.button import clicked
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.landscape.shown import SliceComputation
from skipviz.ui.session.session import Session
from skipviz.ui.shell.drawn_network import quick

POINTS = {9: "9 × 9", 15: "15 × 15", 21: "21 × 21", 31: "31 × 31"}
RADII = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
MOST_STEPS = 2000


def controls(computation: SliceComputation) -> float:
    """Draw the row, and start what is asked for; the threshold below which a loss counts as low."""
    session = computation.session
    with st.container(
        horizontal=True, vertical_alignment="bottom", key="landscape_controls", gap="small"
    ):
        steps = _steps(session)
        points = selectbox(
            _("Grid"), list(POINTS), 1, format_func=lambda n: POINTS[n], width=110, key="grid"
        )
        radius = st.select_slider(
            _("Radius R"),
            RADII,
            0.5,
            format_func="{:g}".format,
            key="radius",
            width=170,
            help=_("How far the slice reaches from its centre. 1 is as long as the weights are."),
        )
        seed = whole_number(
            _("Directions"),
            0,
            999,
            0,
            key="directions",
            width=120,
            help=_("The seed of the two random directions. All arms share them."),
        )
        threshold = st.number_input(
            _("Low means below"),
            0.001,
            100.0,
            0.5,
            step=0.1,
            key="threshold",
            width=140,
            help=_("The share of the slice with a lower loss is reported, and its edge is drawn."),
        )
        settings = _settings(session, steps)
        own = session.own_with(settings)
        request = LossSlice(session.network, settings, points, float(radius), seed, own=own)
        if clicked(_("Compute"), type="primary", icon=":material/play_arrow:", key="compute"):
            computation.restart(request)
        elif computation.job is None and quick(session):
            computation.start(request)
    return float(threshold)


def _steps(session: Session) -> int:
    default = min(max(session.settings.steps, 1), MOST_STEPS)
    help_ = _("With the learning rate, optimizer and batches of the Playground.")
    return whole_number(
        _("Training steps"), 1, MOST_STEPS, default, step=50, key="slice_steps", width=130,
        help=help_,
    )  # fmt: skip


def _settings(session: Session, steps: int) -> Settings:
    """The arms chosen in the Playground, as far as they are standard ones."""
    chosen = [arm for arm in session.settings.arms if arm in STANDARD_ARMS] or ["skip", "plain"]
    arms = tuple(chosen) if session.network.skips else (stands_for_all(chosen),)
    return session.settings.model_copy(
        update={"steps": steps, "arms": arms, "own_arms": (), "seeds": 1}
    )
