"""Kept runs of models: before a change and after it, in the same charts."""

from functools import partial

import streamlit as st

from skipviz.language import _
from skipviz.own_model.run import ModelRun
from skipviz.ui.components.lazy_expander import lazy_popover
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import KeptModel
from skipviz.ui.shell.kept import forget_button, keep_button, name_input, overlay


def tray_row(session: Session, run: ModelRun) -> None:
    """Draw what keeps the run that is shown, and what is kept."""
    tray = session.model_tray
    with st.container(horizontal=True, vertical_alignment="center", key="model_tray"):
        keep_button(tray, partial(tray.keep, run), "keep_model")
        if tray.runs:
            cards = partial(_cards, session)
            lazy_popover("model_tray", _("Kept runs"), ":material/bookmarks:", cards)
            overlay(tray)


def _cards(session: Session) -> None:
    tray = session.model_tray
    for kept in tray.runs:
        with st.container(border=True, key=f"kept_model_{kept.name}"):
            name_input(session, tray, kept)
            st.caption(_("{about}; {skips}.", about=kept.about, skips=kept.run.own_skips.headline))
            with st.container(horizontal=True):
                st.button(
                    _("Open"),
                    key=f"open_model_{kept.name}",
                    on_click=partial(_open, session, kept),
                    type="tertiary",
                )
                forget_button(tray, kept)


def _open(session: Session, kept: KeptModel) -> None:
    """Show it as the run of a file is: with its steps, its skips, its report."""
    session.model = kept.run
