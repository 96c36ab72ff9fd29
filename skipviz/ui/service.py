"""The worker pool of the server, and the visitors it works for."""

import os
import threading

import streamlit as st

from skipviz.jobs import JobPool
from skipviz.ui.session import Session

GRACE = 15.0  # seconds; a lost connection comes back sooner, a closed tab does not


@st.cache_resource(show_spinner=False)
def pool() -> JobPool:
    """One pool for all sessions; SKIPVIZ_MAX_JOBS caps how many runs train at once."""
    most = os.environ.get("SKIPVIZ_MAX_JOBS", "")
    shared = JobPool(int(most) if most.isdigit() and int(most) else None)
    threading.Thread(target=shared.warm_up, daemon=True).start()
    return shared


class Attendance:
    """Ends a visitor's jobs some seconds after the connection is gone, unless it returns."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._leaving: threading.Timer | None = None

    def stay(self) -> None:
        """The visitor is here."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def leave(self) -> None:
        """The connection is gone."""
        self._leaving = threading.Timer(GRACE, self._end_jobs)
        self._leaving.daemon = True
        self._leaving.start()

    def _end_jobs(self) -> None:
        for job in self._session.jobs():
            job.kill()


def attend(session: Session) -> None:
    """Note at every rerun that the visitor is here."""
    if "attendance" not in st.session_state:
        st.session_state["attendance"] = Attendance(session)
    _attended(st.session_state["attendance"]).stay()


def _leave(attendance: Attendance) -> None:
    attendance.leave()


@st.cache_resource(scope="session", on_release=_leave, show_spinner=False)
def _attended(_attendance: Attendance) -> Attendance:
    """Streamlit releases this when the websocket closes."""
    return _attendance
