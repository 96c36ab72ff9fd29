"""The drawing of the network, which is its editor."""

import streamlit as st

from skipviz.figures import editor_gradients
from skipviz.ui.editor import network_editor
from skipviz.ui.events import take_edits
from skipviz.ui.inspector import select
from skipviz.ui.session import Session
from skipviz.ui.tray_panel import drawn_difference
from skipviz.ui.view import network_view

EDITOR = "editor"


def editor_panel(session: Session) -> None:
    """Draw the editor."""

    def on_edit() -> None:
        take_edits(session, st.session_state[EDITOR].edit)

    def on_select() -> None:
        on_edit()  # what is selected may come of an edit in the same message
        select(session, st.session_state[EDITOR].selected)

    network_editor(_view(session), key=EDITOR, on_edit=on_edit, on_select=on_select)


def _gradients(session: Session) -> dict[str, object] | None:
    run = session.shown
    if run is None or run.network != session.network:
        return None
    return editor_gradients(run)


def _view(session: Session) -> dict[str, object]:
    return network_view(session.network, session.about, session.problems) | {
        "revision": session.editing.revision,
        "acknowledged": vars(session.editing.acknowledged),
        "limits": {"layers": session.limits.layers},
        "can_undo": bool(session.history.past),
        "can_redo": bool(session.history.future),
        "gradients": _gradients(session),
        "difference": drawn_difference(session),
    }
