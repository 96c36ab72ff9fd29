"""Scripts and styles, compressed once for all visitors and kept by browsers.

Streamlit sends its own as they are, 2.6 MB of a first visit, and compresses the chart library anew
for everybody. All of them have names that change with what is in them.
"""

import asyncio
import gzip
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skipviz.ui.routing import KEEP
from skipviz.ui.session.recent import Recent

MOST = 32_000_000  # bytes kept
LARGEST = 8_000_000  # bytes of a file
LEVEL = 9
_NAMED = re.compile(r"/(?:static|scripts)/(?:.*/)?[\w.-]+[.-][\w.-]{5,}\.(?:js|css)$")
_ASKS_FOR_LESS = frozenset({b"range", b"if-none-match", b"if-modified-since"})
Headers = list[tuple[bytes, bytes]]
_File = tuple[Headers, bytes]


class Files:
    """Answers for scripts and styles that it has compressed; all else passes."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self._app = app
        self._kept: Recent[str, _File] = Recent(most, lambda file: len(file[1]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: a file is asked for without compression once, and then not at all."""
        if not _can_be_zipped(scope):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        known = self._kept.find(path)
        if known is None:
            known = await self._asked(scope, receive, send)
        if known is not None:
            headers, body = known
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> _File | None:
        """The file compressed; None where something else was answered, which has been passed on."""
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        answer = _Answer(send)
        await self._app({**scope, "headers": plain}, receive, answer.send)
        if answer.start is None:
            return None
        body = await asyncio.to_thread(gzip.compress, bytes(answer.body), LEVEL)
        file = _headers(answer.start["headers"], len(body)), body
        self._kept.keep(scope["path"], file)
        return file


class _Answer:
    """What comes back: a whole file of fair size is held, all else passed on as it comes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.start: Message | None = None
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_file(message):
            self.start = message
        elif self.start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self.body += message.get("body", b"")


def _can_be_zipped(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not _NAMED.search(scope["path"]):
        return False
    headers = dict(scope["headers"])
    return b"gzip" in headers.get(b"accept-encoding", b"") and not headers.keys() & _ASKS_FOR_LESS


def _is_file(start: Message) -> bool:
    headers = dict(start["headers"])
    kind = headers.get(b"content-type", b"")
    size = int(headers.get(b"content-length", LARGEST + 1))
    return (
        start["status"] == 200
        and size <= LARGEST
        and b"content-encoding" not in headers
        and (b"javascript" in kind or b"css" in kind)
    )


def _headers(given: Headers, length: int) -> Headers:
    dropped = (b"content-length", b"cache-control", b"vary", b"etag", b"accept-ranges")
    return [
        *(pair for pair in given if pair[0].lower() not in dropped),
        (b"cache-control", KEEP.encode()),
        (b"vary", b"accept-encoding"),
        (b"content-encoding", b"gzip"),
        (b"content-length", str(length).encode()),
    ]
