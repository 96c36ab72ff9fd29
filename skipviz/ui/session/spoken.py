"""Which language a visitor reads: that of a link or of the switch, else what the browser asks for.

Streamlit runs callbacks before the script and fragments without it, each time in a thread that may
be new. So the language is not set at the beginning of a run but looked up in the session, once for
each thread and run: a page says a thousand messages.
"""

import threading

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from skipviz.language import NAMES, known, preferred
from skipviz.ui.session.address import LANGUAGE, Address, given


class _Found(threading.local):
    """The language of the script that runs in this thread, and the run it was found for."""

    run: object = None
    language: str | None = None


_found = _Found()


def hear(address: Address) -> None:
    """What the browser asks for, and the language of a link opened or gone back to.

    An address without one says nothing: the language that was chosen stays.
    """
    _found.run = None  # what was found before may be of a session since replaced
    address.preferred = preferred(_accepted()) or ""
    said = known(given(LANGUAGE)) or ""
    late = address.languages.echoes(said)
    if said and said != address.language and not late:
        choose(address, said)


def choose(address: Address, tag: object) -> None:
    """Say everything in this language from now on; what is none is passed over."""
    if isinstance(tag, str) and tag in NAMES:
        address.language = tag
        address.languages.given(tag)
        _found.run = None


def of_visitor() -> str | None:
    """The language of the visitor whose script runs in this thread; None in all others."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return None
    if _found.run is not run:
        session = st.session_state.get("session")
        if session is None:
            said, asked = known(given(LANGUAGE)), preferred(_accepted())
            return Address(language=said or "", preferred=asked or "").spoken
        _found.run, _found.language = run, session.address.spoken
    return _found.language


def _accepted() -> str:
    """Accept-Language; a browser that sends none with a websocket tells its own language."""
    return st.context.headers.get("Accept-Language") or st.context.locale or ""
