"""The tab remembers its session, so that the work survives a reload and a server's restart.

The browser holds the session's id and the links of the kept runs, per tab. After a reload the
server gives back the session of that id; a server that has been restarted since knows none, and
takes what the links hold.
"""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from skipviz.ui import following, service
from skipviz.ui.sent import sent
from skipviz.ui.session import Session
from skipviz.ui.tray import from_links

_HERE = Path(__file__).parent
KEY = "keeper"


def keeper(session: Session) -> None:
    """Draw the invisible component."""

    def take() -> None:
        restore(session, sent(KEY, "found"))

    def hear() -> None:
        st.session_state["connected"] = sent(KEY, "connected")

    component = st.components.v2.component(
        "skipviz_keeper", html="<i></i>", js=(_HERE / "keeper.js").read_text(encoding="utf-8")
    )
    component(
        key=KEY,
        data={
            "id": session.id,
            "settled": session.settled,
            "kept": session.tray.links(),
            "connected": st.session_state.get("connected"),
        },
        on_found_change=take,
        on_connected_change=hear,
    )


def restore(session: Session, found: object) -> None:
    """Go on with the session that the tab remembers; nothing here trusts what the tab says."""
    if session.settled or not isinstance(found, Mapping):
        return
    session.settled = True
    earlier = service.visits().find(str(found.get("id")))
    if earlier is None:
        session.tray = from_links(found.get("kept"))
    elif earlier is not session:
        session.discard()
        following.take_over(session, earlier)
        earlier.settled = True
        st.session_state["session"] = earlier
