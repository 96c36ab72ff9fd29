"""The model that this server was started for, in the process that started it.

A server that nobody started so, a hosted one, follows none.
"""

import hmac
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError

import streamlit as st
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.runtime import RuntimeState

from skipviz.own_model.live.page_server import place_told
from skipviz.own_model.live.reader import Reader
from skipviz.own_model.live.source import LOOPBACK

WATCH = "watch"
"""The word of the address that lets a visitor in."""
_GRACE = 10  # seconds without a visitor after which a server without a model ends
_ALLOWED = "watching"


@dataclass
class Followed:
    """A model and the tabs that look on."""

    reader: Reader
    token: str
    tabs: set[str] = field(default_factory=set)

    def left_by(self, tab: str) -> None:
        """A tab was closed."""
        self.tabs.discard(tab)
        if not self.tabs:
            self.reader.leave()


@st.cache_resource(show_spinner=False)
def followed() -> Followed | None:
    """The model that this server was started for; None where it was started for none."""
    place = place_told()
    if place is None or config.get_option("server.address") != LOOPBACK:
        return None
    try:
        reader = Reader(place.port, place.key)
    except (OSError, EOFError, AuthenticationError):  # its process has gone before we came
        os.kill(os.getpid(), signal.SIGTERM)
        return None
    threading.Thread(target=_end_after, args=(reader,), daemon=True).start()
    return Followed(reader, place.token)


def watching() -> Reader | None:
    """The model, for a tab that came with the right word; None for others."""
    found = followed()
    if found is None:
        return None
    word = st.query_params.get(WATCH, "")
    if hmac.compare_digest(word.encode(), found.token.encode()):
        st.session_state[_ALLOWED] = True
    if not st.session_state.get(_ALLOWED):
        return None
    if word != found.token:  # a page that was come to from another one keeps its address
        st.query_params[WATCH] = found.token
    found.tabs.add(_looking(st.session_state["tab"]))
    return found.reader


@st.cache_resource(scope="session", on_release=lambda tab: _closed(tab), show_spinner=False)
def _looking(tab: str) -> str:
    """Streamlit releases this when the websocket closes."""
    return tab


def _closed(tab: str) -> None:
    found = followed()
    if found is not None:
        found.left_by(tab)


def _end_after(reader: Reader) -> None:
    """End this server once the process of the model has gone and nobody looks at what is left."""
    alone = 0
    while alone < _GRACE:
        time.sleep(1)
        seen = Runtime.exists() and (
            Runtime.instance().state == RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED
        )
        alone = 0 if seen or not reader.gone else alone + 1
    os.kill(os.getpid(), signal.SIGTERM)
