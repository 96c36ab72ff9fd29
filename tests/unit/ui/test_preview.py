"""Links to the app have a title, a description and a picture where they are shown."""

import asyncio
import gzip
import re
import threading
from typing import Any

import pytest

from skipviz.ui import asgi, serving
from skipviz.ui.serving import pages, paint
from skipviz.ui.serving.pages import DESCRIPTION, PICTURE, TITLE, Pages
from skipviz.ui.serving.turns import Turns
from skipviz.ui.session import shared
from skipviz.ui.shell.locations import app_folder

PAGE = b'<html><head><title>Streamlit</title></head><body><div id="root"></div></body></html>'


def answer(
    path: str = "/", kind: str = "text/html", query: bytes = b"n=abc", **headers: str
) -> list[dict[str, Any]]:
    """What a browser gets when the app behind the preview sends PAGE in two parts."""

    async def behind(scope: Any, _receive: Any, send: Any) -> None:
        assert (b"accept-encoding" in dict(scope["headers"])) == ("." in path or "_st" in path)
        length = (b"content-length", str(len(PAGE)).encode())
        kinds = (b"content-type", kind.encode())
        await send({"type": "http.response.start", "status": 200, "headers": [kinds, length]})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    sent: list[dict[str, Any]] = []
    given = {
        "accept-encoding": "br",
        **{name.replace("_", "-"): headers[name] for name in headers},
    }
    pairs = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": pairs, "scheme": "http"}
    scope["client"] = ("127.0.0.1", 1)
    scope["query_string"] = query
    asyncio.run(Pages(behind, painted, Turns(1))(scope, receive, send))
    return sent


def painted(query: str) -> tuple[str, str]:
    return f"<style>{query}</style>", "<p>drawn</p>"


def tags(messages: list[dict[str, Any]]) -> dict[str, str]:
    body = b"".join(message.get("body", b"") for message in messages).decode()
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', body))


@pytest.mark.parametrize("path", ["/", "/learn"])
def test_every_page_has_title_description_and_picture(path: str) -> None:
    messages = answer(path, host="skipviz.example.org", x_forwarded_proto="https")
    assert tags(messages) == {
        "og:type": "website",
        "og:title": TITLE,
        "og:description": DESCRIPTION,
        "og:image": "https://skipviz.example.org/preview.png?n=abc",
        "twitter:card": "summary_large_image",
        "description": DESCRIPTION,
    }


def test_the_page_is_whole_and_its_length_right() -> None:
    start, body = answer(host="localhost:1")
    assert body["body"].startswith(b"<html><head><title>" + TITLE.encode() + b"</title>")
    assert body["body"].endswith(b'</head><body><p>drawn</p><div id="root"></div></body></html>')
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()


def test_a_page_is_compressed_for_who_can_read_it() -> None:
    plain = answer(host="localhost")[1]["body"]
    start, body = answer(host="localhost", accept_encoding="br, gzip")
    headers = dict(start["headers"])
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert gzip.decompress(body["body"]) == plain


@pytest.mark.parametrize(
    ("prefix", "path", "is_drawn"),
    [
        ("", "/", True),
        ("", "/learn", False),
        ("lab", "/lab/", True),
        ("lab", "/lab", True),
        ("lab", "/lab/learn", False),
    ],
)
def test_the_address_of_the_playground_gets_the_picture_of_its_query(
    monkeypatch: pytest.MonkeyPatch, prefix: str, path: str, is_drawn: bool
) -> None:
    monkeypatch.setattr(pages.config, "get_option", {"server.baseUrlPath": prefix}.__getitem__)
    body = answer(path, host="localhost")[1]["body"]
    assert (b"<style>n=abc</style></head>" in body) == is_drawn
    assert (b"<body><p>drawn</p>" in body) == is_drawn
    under = f"{prefix}/" if prefix else ""
    assert f'content="http://localhost/{under}preview.png?n=abc"'.encode() in body


def test_a_page_without_a_picture_says_what_it_is_where_streamlit_will_draw() -> None:
    body = answer("/learn", host="localhost")[1]["body"].decode()
    (said,) = re.findall(r'<div id="root">(.*)</div></body>', body)
    assert [*re.findall(r"<p>(?:<strong>)?([^<]+)", said)] == [
        TITLE, DESCRIPTION, "The page is loading.",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/learn"])
def test_without_a_picture_the_playground_is_hidden_until_it_is_put_together(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(globals(), "painted", lambda _: ("", ""))
    body = answer(path, host="localhost")[1]["body"].decode()
    hidden, root = body.find('<body><div id="first-wait">'), body.index('<div id="root"><div ')
    assert (0 < hidden < root) == (path == "/")


@pytest.mark.parametrize("path", ["/static/js/a.js", "/_stcore/health"])
def test_everything_else_passes_as_it_is(path: str) -> None:
    messages = answer(path, kind="text/plain", host="localhost")
    assert [message.get("body") for message in messages[1:]] == [PAGE[:20], PAGE[20:]]


def test_a_page_that_is_no_html_passes_as_it_is() -> None:
    assert tags(answer("/", kind="application/json", host="localhost")) == {}


def test_a_host_that_is_none_is_not_repeated() -> None:
    found = tags(answer(host='a"><script>', query=b""))
    assert found["og:image"] == f"/app/static/{PICTURE}"


@pytest.mark.parametrize("query", [b"", b"n=", b"n=%22%3E%3Cscript%3E", b"n=" + b"a" * 10**6])
def test_what_cannot_be_a_token_gets_the_picture_of_the_app(query: bytes) -> None:
    found = tags(answer(host="localhost", query=query))
    assert found["og:image"] == f"http://localhost/app/static/{PICTURE}"


def test_the_picture_exists() -> None:
    assert (app_folder() / "assets" / PICTURE).stat().st_size > 10_000


def test_the_server_loads_what_takes_time_before_its_first_visitor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = threading.Event()
    monkeypatch.setattr(shared, "pool", lambda: None)
    monkeypatch.setattr(paint, "measure_default", started.set)
    monkeypatch.setattr(serving, "_put_picture", lambda: None)

    async def live() -> None:
        async with serving.started(asgi.app):
            await asyncio.to_thread(started.wait, 30)

    asyncio.run(live())
    assert started.is_set()
