"""Requests and websocket messages that begin valid, through all that stands before Streamlit."""

import asyncio
import contextlib
import random
from typing import Any

from starlette.applications import Starlette
from streamlit.proto.BackMsg_pb2 import BackMsg

from skipviz.ui.channel.route import routes
from skipviz.ui.channel.tokens import Tokens
from skipviz.ui.components import editor, served_script
from skipviz.ui.components.languages import ADDRESS
from skipviz.ui.serving import languages, picture
from skipviz.ui.serving.clients import Clients
from skipviz.ui.serving.entrance import Entrance
from skipviz.ui.serving.files import Files
from skipviz.ui.serving.headers import Headers
from skipviz.ui.serving.incoming import Incoming
from skipviz.ui.serving.languages import Languages
from skipviz.ui.serving.operating import Operating
from skipviz.ui.serving.pages import Pages
from skipviz.ui.serving.paint import first_paint
from skipviz.ui.serving.turns import Drawing, Turns
from skipviz.ui.serving.uploads import Uploads
from tests.unit.hardening.fuzz.mutations import raw

SCRIPT = editor.script()
PATHS = (
    "/", "/learn", "/health", "/_stcore/health", "/_stcore/metrics", "/static/js/index.D4f.js",
    "/_stcore/upload_file/0a-b/c", "/_stcore/stream", "/live", "/a/prefix/live", "/preview.png",
    f"/{ADDRESS}", f"/{SCRIPT.address}",
)  # fmt: skip
HEADERS = (
    (b"host", b"skipviz.example.org"), (b"accept-encoding", b"gzip, br"),
    (b"accept-language", b"zh-CN,zh;q=0.9,en;q=0.8"),
    (b"content-length", b"123"),
    (b"x-forwarded-for", b"203.0.113.7, [2001:db8::1]:80"), (b"x-forwarded-proto", b"https"),
    (b"origin", b"https://skipviz.example.org"), (b"range", b"bytes=0-1"),
    (b"sec-websocket-protocol", b"streamlit, a, b"), (b"cookie", b"_streamlit_xsrf=2|a|b|1"),
)  # fmt: skip


ROUTED = Starlette(
    routes=[*picture.routes("app.png"), *languages.routes(), *served_script.routes()]
)


async def _behind(scope: Any, receive: Any, send: Any) -> None:
    """In place of Streamlit: takes what comes, and answers a page, or what has a route of ours."""
    if scope["path"].endswith((picture.ADDRESS, ADDRESS, SCRIPT.address)):
        await ROUTED(scope, receive, send)
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "bytes": b"\xff"})
        return
    kind = b"text/javascript" if scope["path"].endswith(".js") else b"text/html"
    page = b"<html><head></head><body></body></html>"
    head = [(b"content-type", kind), (b"content-length", str(len(page)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": page})


def _served(trusted: int) -> Any:
    """What `skipviz.ui.serving` puts before Streamlit, in its order."""
    turns = Turns(2)
    app: Any = Pages(_behind, first_paint, turns)
    app = Drawing(Uploads(Files(app)), turns)
    app = Operating(Entrance(app, 10, 10, lambda: True), lambda: {"sessions": 1})
    return Incoming(Headers(Clients(Languages(app), trusted)))


def _scope(rng: random.Random, kind: str, path: str) -> dict[str, Any]:
    """A request with its path and its headers changed, as a server hands it on."""
    if rng.random() < 0.5:
        path = "/" + raw(rng, path.encode()).decode("latin-1").lstrip("/")
    headers = [pair for pair in HEADERS if rng.random() < 0.8]
    for _ in range(rng.randint(0, 3)):
        name, value = rng.choice(HEADERS)
        headers.insert(rng.randint(0, len(headers)), (name, raw(rng, value)))
    client = rng.choice((("203.0.113.7", 1), ("::1", 2), ("fe80::1%eth0", 3), None))
    return {
        "type": kind, "path": path, "headers": headers, "client": client, "query_string": b"",
        "scheme": "http", "method": rng.choice(("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "X")),
        "root_path": "", "raw_path": path.encode("latin-1"),
    }  # fmt: skip


async def ask(rng: random.Random, query: str) -> None:
    """A request for a page or a file: it is answered, once."""
    scope = _scope(rng, "http", rng.choice(PATHS))
    spoken = raw(rng, b"&lang=zh") if rng.random() < 0.5 else b""
    scope["query_string"] = b"n=" + query.encode("latin-1") + spoken
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await _served(rng.randrange(3))(scope, receive, send)
    starts = [each["status"] for each in sent if each["type"] == "http.response.start"]
    assert len(starts) == 1, starts
    assert 200 <= starts[0] < 600


async def talk(rng: random.Random) -> None:
    """A tab or a watcher that says something, and leaves: nobody is left waiting."""
    said = BackMsg()
    said.rerun_script.query_string = "n=abc"
    said.rerun_script.widget_states.widgets.add(id="a", trigger_value=True)
    valid = said.SerializeToString()
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    for _ in range(rng.randint(0, 3)):
        content = raw(rng, valid) if rng.random() < 0.8 else valid
        text = {"text": raw(rng, b"a" * 43).decode("latin-1")}
        inbox.put_nowait({"type": "websocket.receive"} | rng.choice(({"bytes": content}, text, {})))
    for _ in range(9):
        inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
    path = rng.choice(("/_stcore/stream", "/_stcore/stream", "/live"))
    scope = _scope(rng, "websocket", "/")
    scope["path"] = path
    app = _served(0)
    if path == "/live":
        app = Clients(Starlette(routes=routes(Tokens)), 0)

    async def send(_: Any) -> None:
        pass

    with contextlib.suppress(asyncio.QueueEmpty):
        await app(scope, inbox.get, send)
