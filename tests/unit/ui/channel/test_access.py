"""Who may watch: tokens, origins, seats."""

import pytest

from skipviz.ui.channel.access import Seats, comes_from_here
from skipviz.ui.channel.tokens import Tokens
from tests.unit.ui.channel.jobs import Told, draw


def test_every_session_and_job_has_one_token_that_nobody_guesses() -> None:
    tokens, a, b = Tokens(), Told("a").job, Told("b").job
    granted = {tokens.grant(session, job, draw) for session in "12" for job in (a, b)}
    assert len(granted) == 4
    assert all(len(token) == 43 for token in granted)  # 32 bytes in base64
    assert tokens.grant("1", a, draw) in granted


def test_a_token_leads_to_its_own_job_and_session() -> None:
    tokens, a, b = Tokens(), Told("a").job, Told("b").job
    tokens.grant("1", a, draw)
    token = tokens.grant("2", b, draw)
    found = tokens.feed(token)
    assert found is not None
    assert (found[0], found[1].job) == ("2", b)


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 43])
def test_what_is_no_token_leads_nowhere(token: str) -> None:
    tokens = Tokens()
    tokens.grant("1", Told().job, draw)
    assert tokens.feed(token) is None


def test_a_token_is_void_once_its_job_has_ended_and_then_forgotten() -> None:
    tokens, told = Tokens(), Told()
    token = tokens.grant("1", told.job, draw)
    told.end()
    assert tokens.feed(token) is None
    tokens.grant("1", Told("next").job, draw)
    assert len(tokens._granted) == 1


def test_seats_are_counted_in_all_and_of_each_session() -> None:
    seats = Seats(3, 2)
    assert [seats.take(session) for session in "aaabb"] == [True, True, False, True, False]
    seats.leave("a")
    assert seats.take("b")
    assert not seats.take("c")
    for session in "abb":
        seats.leave(session)
    assert not seats._taken


@pytest.mark.parametrize(
    ("origin", "host", "here"),
    [
        ("https://skipviz.example.org", "skipviz.example.org", True),
        ("http://Localhost:8501", "localhost:8501", True),
        ("https://friend.example.org", "skipviz.example.org", True),
        ("http://localhost:8502", "localhost:8501", False),
        ("https://evil.example.org", "skipviz.example.org", False),
        ("https://skipviz.example.org.evil.org", "skipviz.example.org", False),
        ("https://evil.org/skipviz.example.org", "skipviz.example.org", False),
        ("http://friend.example.org", "skipviz.example.org", False),
        ("null", "skipviz.example.org", False),
        (None, "skipviz.example.org", False),
        ("", "", False),
        ("https://skipviz.example.org", None, False),
    ],
)
def test_only_pages_of_this_server_and_those_allowed_may_open_a_socket(
    origin: str | None, host: str | None, here: bool
) -> None:
    assert comes_from_here(origin, host, ["https://friend.example.org"]) is here
