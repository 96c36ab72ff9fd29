"""What one session may leave on the server by Streamlit's endpoint for uploads.

It takes files of any session that is open, whether or not a page of it asks for one, and holds them
in memory until the session ends.
"""

import re
from collections import OrderedDict

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from skipviz.language import _

FILES = 5  # of the largest size, that a session may hold
SESSIONS = 10_000  # that are counted; the one that sent something longest ago is forgotten first
_ADDRESS = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)/?$")


class Uploads:
    """Counts what is held, and refuses what goes beyond. For one event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._held: OrderedDict[str, dict[str, int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: all but uploads passes."""
        found = _ADDRESS.search(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] not in ("PUT", "DELETE"):
            await self._app(scope, receive, send)
            return
        session, file = found.groups()
        files = self._files_of(session)
        if scope["method"] == "DELETE":
            files.pop(file, None)
            await self._app(scope, receive, send)
            return
        largest = config.get_option("server.maxUploadSize") * 2**20
        size = _told_size(scope, largest)
        others = sum(held for name, held in files.items() if name != file)
        if others + size > FILES * largest:
            said = _(
                "This session has uploaded as much as it may. Remove a file, or reload the page."
            )
            await PlainTextResponse(said, 413)(scope, receive, send)
            return
        files[file] = size

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                files.pop(file, None)
            await send(message)

        await self._app(scope, receive, answer)

    def _files_of(self, session: str) -> dict[str, int]:
        files = self._held.setdefault(session, {})
        self._held.move_to_end(session)
        while len(self._held) > SESSIONS:
            self._held.popitem(last=False)
        return files


def _told_size(scope: Scope, largest: int) -> int:
    """Bytes of what comes; who does not say is taken to send the most."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() and len(told) < 16 else largest
