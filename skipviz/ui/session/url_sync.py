"""The session follows the address, and the address the session."""

from collections.abc import Collection

from skipviz import data, link, presets
from skipviz.data.catalogue import OWN
from skipviz.language import _
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.session.address import (
    LANGUAGE,
    NETWORK,
    OF_ONE_PAGE,
    VIEW,
    Trail,
    from_browser,
    given,
    gone_back,
    look_who_asked,
    query,
    say,
    view_in,
)
from skipviz.ui.session.history import History
from skipviz.ui.session.lesson import HIDDEN, NO_LESSON, TASK, TITLE, lesson_in
from skipviz.ui.session.session import Session
from skipviz.ui.session.spoken import hear


def follow(session: Session, own: Collection[str] = (VIEW,)) -> None:
    """Take what the address says; a link opened or reached with the back button wins.

    `own` are the parameters that belong to the page shown.
    """
    address, token = session.address, given(NETWORK)
    address.lesson = lesson_in(query())
    look_who_asked()
    if not from_browser():
        return
    hear(address)
    late = address.trail.echoes(token)
    if gone_back():
        address.trail = Trail([token])
        if VIEW in own:
            address.view = view_in(given(VIEW))
        go_back(session, token)
    elif token and token != address.token and not late:
        address.token, address.trail = token, Trail([token])
        address.view = view_in(given(VIEW))
        open_link(session, token)
    if address.opened_with is None:
        address.opened_with = token
        session.history = History(session.network)  # undo does not lead out of what was opened
        address.begun = link_of(session)


def go_back(session: Session, token: str) -> None:
    """Show what an address holds that the browser has gone back to; "" is what all begin with, or
    a network that no address can hold."""
    if token not in (session.address.token, link_of(session)):
        session.address.token = token
        open_link(session, token or _DEFAULT)


def open_link(session: Session, token: str) -> None:
    """Take the network and the settings of a link; the reason is said where it cannot be."""
    try:
        network, settings = link.decode(token)
    except link.LinkError as error:
        session.refused_link, session.address.refused = str(error), token
        return
    adopt(session, network, settings)


def adopt(session: Session, network: Network, settings: Settings) -> None:
    """Take a network and settings from outside as far as this server and this session can."""
    if session.open(network):
        session.settings = _as_allowed(session, _with_data_at_hand(session, settings))
        if session.address.lesson != NO_LESSON:
            session.history = History(session.network)  # undo does not lead out of a lesson


def take_over(session: Session, earlier: Session) -> None:
    """The tab shows `earlier` from now on, with the link it was opened with and the edits made
    before it was known which session it had shown."""
    fresh, address = session.address, earlier.address
    opened = bool(fresh.opened_with) and not address.trail.echoes(fresh.opened_with or "")
    address.token, address.trail = fresh.token, fresh.trail  # what this browser shows
    address.refused = fresh.refused
    address.lesson = fresh.lesson
    address.language, address.languages = fresh.language, fresh.languages
    address.preferred = fresh.preferred
    if opened or link_of(session) != fresh.begun:
        address.view = fresh.view
        adopt(earlier, session.network, session.settings)


def link_of(session: Session) -> str:
    """The token of the drawing and the settings; "" for a network too large for a link."""
    token = link.encode(session.network, session.linked)
    return token if link.fits(token) else ""


def link_query(session: Session) -> dict[str, str]:
    """What a link to it holds, also of a network that every visitor begins with."""
    token = link_of(session)
    return {NETWORK: token} if token else {}


def write(session: Session, own: Collection[str] = (VIEW,)) -> None:
    """Put the session into the address, where it is not there yet, and what belongs to other pages
    out of it.

    What every visitor begins with is left out: a tab that shows it may yet get back its own. In its
    place a damaged link stays, to be looked at and put right, until something has changed.
    """
    address, token = session.address, link.encode(session.network, session.linked)
    values = dict.fromkeys(OF_ONE_PAGE.difference(own), "")
    if token != _DEFAULT or given(NETWORK) != address.refused:
        address.refused = ""
    if not address.refused and (address.token or token != _DEFAULT):
        fitting = values[NETWORK] = token if link.fits(token) else ""
        if token != address.token:
            _say_if_too_large(session, token)
            address.trail.given(fitting)
            address.token = token
    if VIEW in own:
        values[VIEW] = address.view
    values[LANGUAGE] = address.language
    say(values | dict.fromkeys((TITLE, TASK, HIDDEN), "") | address.lesson.query)


def _say_if_too_large(session: Session, token: str) -> None:
    if not link.fits(token):
        session.notify(_("This network is too large for a link. Download it as JSON instead."))


def _as_allowed(session: Session, settings: Settings) -> Settings:
    """The settings with no more steps than this server makes; it says so. Time ends the others."""
    most = session.limits.steps
    if settings.steps <= most or settings.endless:
        return settings
    session.notify(
        _(
            "A run has at most {most} steps here; {asked} were asked for.",
            most=f"{most:,}",
            asked=f"{settings.steps:,}",
        )
    )
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


_DEFAULT = link.encode(presets.load("default"), Settings())
