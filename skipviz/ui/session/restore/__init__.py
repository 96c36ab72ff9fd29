"""The tab remembers its session, so that the work survives a reload and a server's restart.

The browser holds the session's id and the links of the kept runs, per tab. After a reload the
server gives back the session of that id; a server that has been restarted since knows none, and
takes what the links hold. A duplicated tab remembers what the first one does, but has not been left
before it was loaded: it gets a copy.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.theme import theme
from skipviz.ui.session import shared, url_sync
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import from_links

_HERE = Path(__file__).parent
KEY = "tab_memory"


def tab_memory(session: Session) -> None:
    """Draw the invisible component."""

    def take() -> None:
        restore(session, component_value(KEY, "found"))

    def hear() -> None:
        st.session_state["connected"] = component_value(KEY, "connected")

    component = st.components.v2.component(
        "skipviz_tab_memory",
        html="<i></i>",
        js=(_HERE / "tab_memory.js").read_text(encoding="utf-8"),
    )
    component(
        key=KEY,
        data={
            "id": session.id,
            "settled": session.settled,
            "kept": session.tray.links(),
            "connected": st.session_state.get("connected"),
            "theme": theme(),
        },
        on_found_change=take,
        on_connected_change=hear,
    )


def restore(session: Session, found: object) -> None:
    """Go on with the session that the tab remembers; nothing here trusts what the tab says."""
    if session.settled or not isinstance(found, Mapping):
        return
    session.settled = True
    registry = shared.registry()
    earlier = registry.find(str(found.get("id")))
    if earlier is None:
        session.tray = from_links(found.get("kept"))
    elif earlier is not session:
        if registry.is_shown(earlier) and found.get("left") is not True:
            earlier = copied(earlier)  # another tab shows it: this one was made from that
        url_sync.take_over(session, earlier)
        session.discard()
        earlier.settled = True
        st.session_state["session"] = earlier


def copied(session: Session) -> Session:
    """The same work for another tab; a run that goes on stays with the first."""
    job, preview = session.job, session.preview
    return Session(
        replace(session.history),
        settings=session.settings,
        own=session.own,
        brought=session.brought,
        job=job if job is not None and job.ended else None,
        preview=preview if preview is not None and preview.ended else None,
        tray=replace(session.tray, runs=[replace(kept) for kept in session.tray.runs]),
        address=replace(session.address),
    )
