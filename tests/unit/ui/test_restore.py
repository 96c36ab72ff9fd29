"""What a tab remembers after a reload, and what is made of it."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import link, presets
from skipviz.network import Network
from skipviz.ui.session import restore, url_sync
from skipviz.ui.session.address import Trail
from skipviz.ui.session.history import History
from skipviz.ui.session.registry import SessionRegistry
from skipviz.ui.session.session import Session
from tests.unit.hardening.nasty import values


def new() -> Session:
    """A session that was opened without a link and not touched since."""
    fresh = Session(History(presets.load("plain")))
    fresh.address.opened_with, fresh.address.begun = "", url_sync.link_of(fresh)
    return fresh


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
            patch.object(restore, "shared", shared),
        ):
            restore.restore(session, found)
        shown: Session = self.state.get("session", session)
        return shown


@pytest.fixture
def tab() -> Tab:
    return Tab()


def test_a_session_that_is_known_is_shown_again(tab: Tab) -> None:
    assert tab.restore(new(), {"id": tab.earlier.id, "left": True}) is tab.earlier
    assert tab.earlier.settled


def test_a_tab_that_crashed_gets_its_session_though_it_was_never_left(tab: Tab) -> None:
    tab.registry.close("another tab")
    assert tab.restore(new(), {"id": tab.earlier.id, "left": False}) is tab.earlier


def test_a_duplicated_tab_gets_a_copy_of_its_own(tab: Tab) -> None:
    tab.earlier.draw(Network.mlp(3, 4))
    shown = tab.restore(new(), {"id": tab.earlier.id, "left": False})
    assert shown is not tab.earlier
    assert shown.id != tab.earlier.id
    assert shown.network == tab.earlier.network
    shown.draw(Network.mlp(5, 4))
    shown.history.undo()
    shown.history.undo()
    tab.earlier.draw(Network.mlp(6, 4))
    assert shown.network == presets.load("plain")
    assert [len(each.layers) for each in tab.earlier.history.past[1:]] == [3]
    assert tab.earlier.history.future == []


def opened(network: Network) -> Session:
    """A session that has opened a link and was not touched since."""
    fresh = Session(History(network))
    fresh.address.opened_with = fresh.address.begun = fresh.address.token = link.encode(network)
    fresh.address.trail = Trail([fresh.address.token])
    return fresh


def test_a_link_opened_in_the_tab_is_shown_and_undo_leads_back(tab: Tab) -> None:
    fresh = opened(Network.mlp(7, 4))
    shown = tab.restore(fresh, {"id": tab.earlier.id, "left": True})
    assert (shown, shown.network) == (tab.earlier, fresh.network)
    shown.history.undo()
    assert shown.network == presets.load("plain")


def test_an_address_the_browser_had_not_yet_replaced_is_no_link(tab: Tab) -> None:
    before, after = Network.mlp(7, 4), Network.mlp(8, 4)
    tab.earlier.draw(after)
    tab.earlier.address.trail = Trail([link.encode(before), link.encode(after)])
    shown = tab.restore(opened(before), {"id": tab.earlier.id, "left": True})
    assert shown.network == after
    assert shown.address.token == link.encode(before)  # so that the address is written anew


def test_an_edit_made_before_the_session_was_known_is_kept(tab: Tab) -> None:
    fresh = new()
    fresh.draw(Network.mlp(7, 4))
    tab.earlier.draw(Network.mlp(8, 4))
    shown = tab.restore(fresh, {"id": tab.earlier.id, "left": True})
    assert shown.network == Network.mlp(7, 4)
    shown.history.undo()
    assert shown.network == Network.mlp(8, 4)


def test_of_a_restarted_server_the_kept_runs_come_back_from_their_links(tab: Tab) -> None:
    token = link.encode(presets.load("residual"))
    session = tab.restore(new(), {"id": "0" * 32, "kept": [["mine", token]]})
    assert session.settled
    assert [(kept.name, kept.network) for kept in session.tray.runs] == [
        ("mine", presets.load("residual"))
    ]


def test_a_tab_is_heard_once(tab: Tab) -> None:
    session = tab.restore(new(), {"id": "unknown"})
    assert tab.restore(session, {"id": tab.earlier.id, "left": True}) is session


def test_a_session_that_the_tab_shows_already_stays(tab: Tab) -> None:
    assert tab.restore(tab.earlier, {"id": tab.earlier.id}) is tab.earlier
    assert tab.earlier.settled


@given(st.dictionaries(st.sampled_from(["id", "kept", "left", "x"]), values) | values)
def test_whatever_a_tab_says_nobody_gets_a_session_of_which_he_does_not_know_the_id(
    found: object,
) -> None:
    tab, session = Tab(), new()
    assert tab.restore(session, found) is session


def test_an_address_gone_back_to_is_opened_and_a_damaged_one_said() -> None:
    session, before = opened(Network.mlp(7, 4)), Network.mlp(5, 4)
    url_sync.go_back(session, link.encode(before))
    assert session.network == before
    url_sync.go_back(session, "")
    assert session.network == presets.load("default")
    url_sync.go_back(session, "no token")
    assert session.network == presets.load("default")
    assert "damaged" in session.refused_link


def test_an_address_without_a_network_is_that_of_one_too_large_for_it() -> None:
    session = opened(Network.mlp(7, 4))
    session.draw(Network.mlp(8, 4))
    with patch.object(link, "fits", return_value=False):
        url_sync.go_back(session, "")
    assert session.network == Network.mlp(8, 4)


def test_going_back_to_where_only_the_view_was_another_changes_no_drawing() -> None:
    session = opened(Network.mlp(7, 4))
    session.draw(Network.mlp(8, 4))
    url_sync.go_back(session, session.address.token)
    assert session.network == Network.mlp(8, 4)
