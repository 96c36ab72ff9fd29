"""What the server does beside Streamlit: a preview for links, loading before the first visitor,
and the websocket by which a run is watched (skipviz.ui.channel).

Chats and social networks read the HTML of a link without running it. Streamlit sends the same for
every app, so the title, the description and the picture are put in here.
"""

import contextlib
import importlib
import re
import shutil
import threading
from collections.abc import AsyncIterator
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from skipviz.ui.channel.route import routes
from skipviz.ui.shell.locations import app_folder

if TYPE_CHECKING:
    from skipviz.ui.channel.tokens import Tokens

TITLE = "skipviz: draw skip connections, watch the gradient"
DESCRIPTION = (
    "Draw a neural network, train it with and without its skips, "
    "and see the gradient of every layer, live."
)
PICTURE = "playground-light.png"
_HOST = re.compile(rb"[A-Za-z0-9.:\[\]-]{1,255}")


class Preview:
    """Puts the preview into every HTML page that passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: only pages are held back until they are whole."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        answer = _Answer(send, preview(_base(scope)).encode())
        await self._app({**scope, "headers": plain}, receive, answer.send)


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, tags: bytes) -> None:
        self._send = send
        self._tags = tags
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass on what is no HTML; else wait for the end, and put the tags into the head."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body.replace(b"</head>", self._tags + b"</head>", 1)
        kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def preview(base: str) -> str:
    """The tags of Open Graph (ogp.me) for an app served at `base`."""
    tags = {
        "og:type": "website",
        "og:title": TITLE,
        "og:description": DESCRIPTION,
        "og:image": f"{base}/app/static/{PICTURE}",
        "twitter:card": "summary_large_image",
    }
    lines = (f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items())
    return "".join([*lines, f'<meta name="description" content="{escape(DESCRIPTION)}">'])


def _is_page(path: str) -> bool:
    """Neither a file nor part of Streamlit's protocol."""
    return "." not in path.rsplit("/", 1)[-1] and "/_stcore/" not in path


def _is_html(message: Message) -> bool:
    kinds = (value for name, value in message["headers"] if name.lower() == b"content-type")
    return any(kind.startswith(b"text/html") for kind in kinds)


def _base(scope: Scope) -> str:
    """The address the app was called by, as far as a proxy tells."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"")
    secure = headers.get(b"x-forwarded-proto", b"").split(b",")[0].strip() == b"https"
    scheme = "https" if secure else scope.get("scheme", "http")
    return f"{scheme}://{host.decode()}" if _HOST.fullmatch(host) else ""


@contextlib.asynccontextmanager
async def started(_: App) -> AsyncIterator[dict[str, Any]]:
    """Before the first visitor: the picture of the previews, and whatever takes time to load."""
    threading.Thread(target=_load, daemon=True).start()
    _put_picture()
    yield {}


def _load() -> None:
    """The modules of the page that opens, and the process that workers are forked from."""
    importlib.import_module("skipviz.ui.playground.page")
    importlib.import_module("skipviz.ui.session.shared").pool()


def _tokens() -> "Tokens":
    found: Tokens = importlib.import_module("skipviz.ui.session.shared").tokens()
    return found


def _put_picture() -> None:
    """Put it where Streamlit serves files from; a preview can do without."""
    static = app_folder() / "static"
    with contextlib.suppress(OSError):
        static.mkdir(exist_ok=True)
        shutil.copyfile(app_folder() / "assets" / PICTURE, static / PICTURE)


SERVED: dict[str, Any] = {
    "middleware": [Middleware(Preview)],
    "lifespan": started,
    "routes": routes(_tokens),
}
"""What `streamlit.starlette.App` is given besides the script, however the server is started."""
