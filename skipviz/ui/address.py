"""The session in the address of the page: network, settings, chosen view, and what is hidden."""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from skipviz import data, link
from skipviz.data.catalogue import OWN
from skipviz.settings import Settings
from skipviz.ui.session import Session

NETWORK, VIEW, HIDDEN = "n", "view", "hide"
ECHO = 5.0  # seconds in which the browser may still send an address that has been replaced
LONGEST_NAME = 40  # characters of a view or a part
PARTS = {
    "presets": "Presets",
    "form": "Form",
    "own": "Own data",
    "data": "Data",
    "arms": "Arms",
    "training": "Learning rate, optimizer, steps, seeds",
    "more": "More of the training",
    "layers": "Inspector of layers and skips",
    "export": "Export",
    "tray": "Kept runs",
    "pages": "Other pages",
}
"""What a link can hide, so that a lesson shows only the controls it needs."""


@dataclass
class Written:
    """The addresses written a short while ago.

    Quick edits reach the server with the address of the drawing before them, which must not
    be taken for a link that was opened.
    """

    recent: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=50))

    def note(self, token: str) -> None:
        """Remember a token that has just been replaced by another."""
        self.recent.append((time.monotonic(), token))

    def is_echo(self, token: str) -> bool:
        """Whether the token was replaced so lately that the browser cannot know."""
        since = time.monotonic() - ECHO
        return any(known == token and at > since for at, known in self.recent)


def follow(session: Session) -> None:
    """Take what the address says; a link opened or reached with the back button wins."""
    session.hidden = hidden_parts()
    token = st.query_params.get(NETWORK, "")
    if session.opened_with is None:
        session.opened_with = token
    if not token or token == session.token or _written().is_echo(token):
        return
    session.token = token
    session.view = st.query_params.get(VIEW, "")[:LONGEST_NAME]
    try:
        network, settings = link.decode(token)
    except link.LinkError as error:
        session.notify(str(error))
        return
    if session.open(network):
        session.settings = _as_allowed(session, _with_data_at_hand(session, settings))


def take_over(session: Session, earlier: Session) -> None:
    """The tab shows `earlier` from now on, unless it was opened with another link meanwhile."""
    if session.opened_with in ("", earlier.token):
        _written().note(session.token)


def write(session: Session) -> None:
    """Put the session into the address, where it is not there yet."""
    token = link.encode(session.network, session.settings)
    if len(token) > link.MAX_TOKEN:
        if token != session.token:
            session.notify("This network is too large for a link. Download it as JSON instead.")
        _set(NETWORK, "")
    else:
        _set(NETWORK, token)
    if token != session.token:
        _written().note(session.token)
        session.token = token
    _set(VIEW, session.view)
    _set(HIDDEN, hidden_text(session.hidden))


def hidden_parts() -> frozenset[str]:
    """What the address asks to hide."""
    return frozenset(st.query_params.get(HIDDEN, "").split(",")) & PARTS.keys()


def hidden_text(parts: Iterable[str]) -> str:
    """The parts as the address lists them."""
    return ",".join(sorted(parts))


def _set(name: str, value: str) -> None:
    if st.query_params.get(name, "") == value:
        return
    if value:
        st.query_params[name] = value
    else:
        del st.query_params[name]


def _written() -> Written:
    if "written" not in st.session_state:
        st.session_state["written"] = Written()
    written: Written = st.session_state["written"]
    return written


def _as_allowed(session: Session, settings: Settings) -> Settings:
    """The settings with no more steps than this server makes; it says so."""
    most = session.limits.steps
    if settings.steps <= most:
        return settings
    session.notify(f"A run has at most {most:,} steps here; the link asks for {settings.steps:,}.")
    return settings.model_copy(update={"steps": most})


def _with_data_at_hand(session: Session, settings: Settings) -> Settings:
    """The settings of a link; data this session does not have are replaced, and it says so."""
    if settings.data == OWN and session.own is not None:
        return settings
    try:
        data.info(settings.data)
    except ValueError as error:
        session.notify(str(error))
        return settings.model_copy(update={"data": Settings().data})
    return settings
