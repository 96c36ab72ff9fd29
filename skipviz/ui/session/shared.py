"""What all visitors of the server share: the worker pool, the register of their sessions,
and the tokens by which they watch their runs."""

import os
import threading
import uuid

import streamlit as st

from skipviz.answers import answer
from skipviz.cluster import VARIABLE
from skipviz.jobs import Bounds, Cluster, ComputingJob, JobPool
from skipviz.limits import ServerLimits, server_limits
from skipviz.theory.curves import Predicted, Theory
from skipviz.ui.channel.tokens import Tokens
from skipviz.ui.session.common import Common
from skipviz.ui.session.first_pictures import FirstPictures
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session

LOOPBACK = "127.0.0.1"  # of which Streamlit says that it is no address


@st.cache_resource(show_spinner=False)
def pool() -> JobPool:
    """One pool for all sessions, within the limits of this server."""
    limits = server_limits()
    if address := os.environ.get(VARIABLE):
        shared = _pool_on_cluster(address, limits)
    else:
        shared = JobPool(
            answer,
            limits.jobs,
            limits.queue,
            Bounds(limits.seconds, limits.memory),
            limits.processes,
            limits.queue_each,
        )
    threading.Thread(target=shared.warm_up, daemon=True).start()
    return shared


def _pool_on_cluster(address: str, limits: ServerLimits) -> JobPool:
    """What nobody has set follows from the machines there, not from this one."""
    place = Cluster(address, answer, limits.memory_mb)
    running = limits.jobs if "jobs" in limits.model_fields_set else None
    bounds = Bounds(limits.seconds)
    each = limits.queue_each
    return JobPool(answer, running, limits.queue, bounds, queue_each=each, place=place)


@st.cache_resource(show_spinner=False)
def first_pictures() -> FirstPictures:
    """One memory for all sessions."""
    return FirstPictures()


@st.cache_resource(show_spinner=False)
def theories() -> Common[Theory, ComputingJob[Predicted]]:
    """One memory for all sessions."""
    return Common()


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """Those of all sessions and their running jobs."""
    return Tokens()


@st.cache_resource(show_spinner=False)
def registry() -> SessionRegistry:
    """One register for all tabs."""
    return SessionRegistry(lambda session: pool().awaited(session.owner), most=server_limits().left)


def attend(session: Session) -> None:
    """Note at every rerun that the tab is here and shows this session, and where it is."""
    session.client = st.context.ip_address or LOOPBACK
    if "tab" not in st.session_state:
        st.session_state["tab"] = uuid.uuid4().hex
    registry().enter(session, _open_tab(st.session_state["tab"]))


def _close(tab: str) -> None:
    registry().close(tab)


@st.cache_resource(scope="session", on_release=_close, show_spinner=False)
def _open_tab(tab: str) -> str:
    """Streamlit releases this when the websocket closes."""
    return tab
