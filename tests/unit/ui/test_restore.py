"""What a tab remembers after a reload, and what is made of it."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import link, presets
from skipviz.ui.session import restore, url_sync
from skipviz.ui.session.history import History
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session
from tests.unit.hardening.nasty import values


def new() -> Session:
    return Session(History(presets.load("plain")))


class Tab:
    """The part of Streamlit that `restore` sees, and the register of sessions."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.registry = SessionRegistry()
        self.earlier = new()
        self.registry.enter(self.earlier, "another tab")

    def restore(self, session: Session, found: object) -> Session:
        """What the tab shows after it has said what it remembers."""
        page = SimpleNamespace(session_state=self.state)
        shared = SimpleNamespace(registry=lambda: self.registry)
        with (
            patch.object(restore, "st", page),
            patch.object(url_sync, "st", page),
            patch.object(restore, "shared", shared),
        ):
            restore.restore(session, found)
        shown: Session = self.state.get("session", session)
        return shown


@pytest.fixture
def tab() -> Tab:
    return Tab()


def test_a_session_that_is_known_is_shown_again(tab: Tab) -> None:
    assert tab.restore(new(), {"id": tab.earlier.id}) is tab.earlier
    assert tab.earlier.settled


def test_of_a_restarted_server_the_kept_runs_come_back_from_their_links(tab: Tab) -> None:
    token = link.encode(presets.load("residual"))
    session = tab.restore(new(), {"id": "0" * 32, "kept": [["mine", token]]})
    assert session.settled
    assert [(kept.name, kept.network) for kept in session.tray.runs] == [
        ("mine", presets.load("residual"))
    ]


def test_a_tab_is_heard_once(tab: Tab) -> None:
    session = tab.restore(new(), {"id": "unknown"})
    assert tab.restore(session, {"id": tab.earlier.id}) is session


def test_a_session_that_the_tab_shows_already_stays(tab: Tab) -> None:
    assert tab.restore(tab.earlier, {"id": tab.earlier.id}) is tab.earlier
    assert tab.earlier.settled


@given(st.dictionaries(st.sampled_from(["id", "kept", "x"]), values) | values)
def test_whatever_a_tab_says_nobody_gets_a_session_of_which_he_does_not_know_the_id(
    found: object,
) -> None:
    tab, session = Tab(), new()
    assert tab.restore(session, found) is session
