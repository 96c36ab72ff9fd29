"""Starts the run that ranks the skips: once with all of them, once without each."""

import streamlit as st

from skipviz.arms import LEAVE_ONE_OUT, leave_one_out
from skipviz.jobs import JobPool
from skipviz.language import _, _n
from skipviz.runs.run import Run
from skipviz.ui.session.session import Session


def rank_button(session: Session, pool: JobPool, run: Run) -> None:
    """Draw the button, unless the run shown has been through that already."""
    if any(arm.name in run.arms for arm in leave_one_out(run.network)):
        return

    def rank() -> None:
        session.settings = session.settings.model_copy(update={"arms": ("skip", LEAVE_ONE_OUT)})
        try:
            session.start(pool)
        except RuntimeError as error:
            session.notify(str(error))

    skips = len(session.network.skips)
    st.markdown(
        _n(
            "Train the network once with its skip and once without it, both from the same weights "
            "on the same batches.",
            "Train the network once with all its skips and {count} times without one of them, all "
            "from the same weights on the same batches.",
            skips,
        )
    )
    st.button(
        _("Rank the skips"),
        icon=":material/leaderboard:",
        type="primary",
        on_click=rank,
        disabled=bool(session.problems) or not skips,
    )
