"""Every answer tells the browser what to refuse."""

import asyncio
from typing import Any

import pytest

from skipviz.ui.serving import SERVED
from skipviz.ui.serving.headers import EMBED, Headers, headers
from skipviz.ui.serving.incoming import Incoming


async def behind(_scope: Any, _receive: Any, send: Any) -> None:
    start = {"type": "http.response.start", "status": 404, "headers": [(b"etag", b"x")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"gone"})


def sent(kind: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(Headers(behind)({"type": kind}, None, send))  # type: ignore[arg-type]
    return messages


def test_every_answer_has_them_beside_its_own() -> None:
    start, body = sent("http")
    told = dict(start["headers"])
    assert told[b"etag"] == b"x"
    assert told[b"x-content-type-options"] == b"nosniff"
    assert told[b"referrer-policy"] == b"same-origin"
    assert b"frame-ancestors 'self'" in told[b"content-security-policy"]
    assert b"'unsafe-eval'" not in told[b"content-security-policy"]
    assert body["body"] == b"gone"
    assert sent("websocket")[0]["headers"] == [(b"etag", b"x")]


def test_they_come_before_everything_that_answers() -> None:
    """Only the bound of what comes in is set before: it answers nothing."""
    assert [each.cls for each in SERVED["middleware"]][:2] == [Incoming, Headers]


@pytest.mark.parametrize("sites", ["https://school.example https://*.hf.space:8443", "*"])
def test_sites_that_are_named_may_embed_the_app(sites: str) -> None:
    assert headers({EMBED: sites})["content-security-policy"].endswith(
        f"frame-ancestors 'self' {sites}"
    )


@pytest.mark.parametrize(
    "site", ["school.example", "https://a;script-src", "javascript:1", "'none'"]
)
def test_what_is_no_site_is_named(site: str) -> None:
    with pytest.raises(ValueError, match=f"^{EMBED} holds"):
        headers({EMBED: site})
