"""Which address a request counts for, and whom it is believed."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.limits import LimitsError, proxies
from skipviz.ui.serving.clients import LOOPBACK, Clients, client_of
from skipviz.ui.shell import navigation

FAR = "203.0.113.7"


def seen(peer: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]
    return {"type": "http", "client": peer and (peer, 50_000), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        (FAR, [], 0, FAR),
        (FAR, ["6.6.6.6"], 0, FAR),  # nobody said that a proxy stands in front
        ("10.0.0.1", ["6.6.6.6, 198.51.100.4"], 1, "198.51.100.4"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.4"], 1, "198.51.100.4"),  # two headers are one list
        ("10.0.0.1", ["6.6.6.6, 198.51.100.4, 10.0.0.2"], 2, "198.51.100.4"),
        ("10.0.0.1", ["198.51.100.4"], 2, "198.51.100.4"),  # came past the outer one
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, unknown"], 1, "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.4:4711"], 1, "198.51.100.4"),
        ("10.0.0.1", ["[2001:db8:1:2:3:4:5:6]:4711"], 1, "2001:db8:1:2::"),
        ("2001:db8:1:2:3:4:5:6", [], 0, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", [], 0, "2001:db8:1:2::"),
        ("fe80::1%eth0", [], 0, "fe80::"),
        ("::ffff:203.0.113.7", [], 0, FAR),
        ("::1", [], 0, LOOPBACK),
        ("127.0.0.2", [], 0, "127.0.0.2"),
        (None, [], 0, LOOPBACK),  # a socket of the file system
        (FAR, [FAR], 0, LOOPBACK),  # uvicorn has believed a proxy on this machine
        (FAR, [f"{FAR}, 198.51.100.4"], 1, "198.51.100.4"),
    ],
)
def test_an_address_is_that_of_the_socket_or_what_a_trusted_proxy_says(
    peer: str | None, forwarded: list[str], trusted: int, client: str
) -> None:
    assert client_of(seen(peer, *forwarded), trusted) == client


FORGED = st.lists(st.text(st.characters(max_codepoint=255), max_size=40), max_size=4)


@given(FORGED, st.integers(1, 3))
def test_what_the_last_proxy_adds_decides_whatever_was_said_before(
    forged: list[str], trusted: int
) -> None:
    added = ["198.51.100.4", *["10.0.0.9"] * (trusted - 1)]
    said = [each.replace("198.51.100.4", "") for each in forged]
    assert client_of(seen("10.0.0.1", *said, ", ".join(added)), trusted) == "198.51.100.4"


@given(FORGED)
def test_without_a_proxy_nothing_that_is_said_leads_to_a_new_address(forged: list[str]) -> None:
    assert client_of(seen(FAR, *forged), 0) in (FAR, LOOPBACK)


@pytest.mark.parametrize("kind", ["http", "websocket", "lifespan"])
def test_it_stands_in_the_scope_of_all_that_come_after(kind: str) -> None:
    met: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        met.append(scope.get("client"))

    given = {**seen("10.0.0.1", "198.51.100.4"), "type": kind}
    asyncio.run(Clients(app, 1)(given, app, app))
    assert met == [("10.0.0.1", 50_000) if kind == "lifespan" else ("198.51.100.4", 0)]


def test_how_many_proxies_there_are_is_read_once_or_refused_by_name() -> None:
    assert proxies({}) == 0
    assert proxies({"SKIPVIZ_PROXIES": "2"}) == 2
    for wrong in ("", "-1", "two", "11", "1.0", "٢", " 1"):
        with pytest.raises(LimitsError, match=r"SKIPVIZ_PROXIES is .* 0 to 10"):
            proxies({"SKIPVIZ_PROXIES": wrong})


def test_one_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        met.append(scope["client"][0])

    monkeypatch.setenv("SKIPVIZ_PROXIES", "many")
    asyncio.run(Clients(app)(seen(FAR, "6.6.6.6"), app, app))
    assert met == [FAR]


def test_the_pages_say_that_it_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(navigation.st, "error", said.append)
    assert navigation._limits_are_sound()
    monkeypatch.setenv("SKIPVIZ_PROXIES", "many")
    assert not navigation._limits_are_sound()
    assert "SKIPVIZ_PROXIES is 'many'. It is how many proxies stand in front" in said[0]
