"""The first paint of a query string: of the network that a link names, or of the default one."""

from collections.abc import Hashable
from urllib.parse import parse_qs

from skipviz import presets
from skipviz.language import language
from skipviz.ui.playground.first_paint import body_html, head_html
from skipviz.ui.serving.early import early_scripts
from skipviz.ui.session import shared
from skipviz.ui.session.address import NETWORK, VIEW, view_in
from skipviz.ui.session.history import History
from skipviz.ui.session.lesson import lesson_in
from skipviz.ui.session.recent import Recent
from skipviz.ui.session.session import Session
from skipviz.ui.session.url_sync import open_link

MOST = 64
MOVING = frozenset({"presets", "build", "data", "training", "more"})
"""Parts above the drawing: it stands elsewhere in a lesson that hides them."""


class _Drawn:
    """The HTML made last. Safe to use from any thread."""

    def __init__(self) -> None:
        self._bodies: Recent[Hashable, str] = Recent(MOST)

    def of(self, session: Session) -> str:
        """Made anew once a first picture of the same network has come."""
        measured = session.preview and session.preview.id
        key = language(), session.network, session.settings, session.address.view, measured
        body = self._bodies.find(key)
        if body is None:
            body = body_html(session)
            self._bodies.keep(key, body)
        return body


_drawn = _Drawn()


def first_paint(query: str) -> tuple[str, str]:
    """What it adds to the head and to the beginning of the body; nothing where a lesson hides or
    says something above the drawing."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    lesson = lesson_in(given)
    if "embed" in given or lesson.title or lesson.task or lesson.hidden & MOVING:
        return "", ""
    session = _new_session()
    session.address.view = view_in(given.get(VIEW, ""))
    if token := given.get(NETWORK):
        open_link(session, token)
    session.recall_start(shared.first_pictures())
    return head_html(), early_scripts() + _drawn.of(session)


def measure_default() -> None:
    """Have the first picture of the default network measured before the first visitor comes."""
    _new_session().measure_start(shared.pool(), shared.first_pictures())


def _new_session() -> Session:
    return Session(History(presets.load("default")))
