"""The session follows the address, and the address the session."""

import streamlit as st

from skipviz import data, link
from skipviz.data.catalogue import OWN
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.session.address import (
    HIDDEN,
    NETWORK,
    VIEW,
    Written,
    given,
    hidden_text,
    parts_in,
    put,
    view_in,
)
from skipviz.ui.session.session import Session


def follow(session: Session) -> None:
    """Take what the address says; a link opened or reached with the back button wins."""
    address, token = session.address, given(NETWORK)
    address.hidden = parts_in(given(HIDDEN))
    if address.opened_with is None:
        address.opened_with = token
    if not token or token == address.token or _written().is_echo(token):
        return
    address.token = token
    address.view = view_in(given(VIEW))
    open_link(session, token)


def open_link(session: Session, token: str) -> None:
    """Take the network and the settings of a link; the reason in a notice where it cannot be."""
    try:
        network, settings = link.decode(token)
    except link.LinkError as error:
        session.notify(str(error))
        return
    adopt(session, network, settings)


def adopt(session: Session, network: Network, settings: Settings) -> None:
    """Take a network and settings from outside as far as this server and this session can."""
    if session.open(network):
        session.settings = _as_allowed(session, _with_data_at_hand(session, settings))


def take_over(session: Session, earlier: Session) -> None:
    """The tab shows `earlier` from now on, unless it was opened with another link meanwhile."""
    if session.address.opened_with in ("", earlier.address.token):
        _written().note(session.address.token)


def write(session: Session) -> None:
    """Put the session into the address, where it is not there yet."""
    address, token = session.address, link.encode(session.network, session.linked)
    if not link.fits(token):
        if token != address.token:
            session.notify("This network is too large for a link. Download it as JSON instead.")
        put(NETWORK, "")
    else:
        put(NETWORK, token)
    if token != address.token:
        _written().note(address.token)
        address.token = token
    put(VIEW, address.view)
    put(HIDDEN, hidden_text(address.hidden))


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
    session.notify(f"A run has at most {most:,} steps here; {settings.steps:,} were asked for.")
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
