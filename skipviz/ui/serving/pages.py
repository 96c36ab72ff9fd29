"""What is put into every HTML page that passes: a preview for links, and the first paint.

Chats and social networks read the HTML of a link without running it. Streamlit sends the same for
every app, so the title, the description and the picture are put in here. The address of the
Playground gets the picture of its network as well (skipviz.ui.serving.paint); a page without one
says what it is until Streamlit draws it, which takes seconds where the server has just started.
"""

import asyncio
import gzip
import re
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from skipviz.language import N_, _, language
from skipviz.ui.components.languages import head_script, html_tag
from skipviz.ui.serving.picture import is_token, picture_address
from skipviz.ui.serving.turns import Turns

TITLE = N_("skipviz: draw skip connections, watch the gradient")
DESCRIPTION = N_(
    "Draw a neural network, train it with and without its skips, "
    "and see the gradient of every layer, live."
)
PICTURE = "playground-light.png"
LEVEL = 6  # of compression: 3 ms for the first paint, a quarter of its size
_ROOT = b'<div id="root">'
"""Where Streamlit draws: React takes away what stands there when it draws for the first time."""
_MEANWHILE = (
    '<div style="color-scheme:light dark;background:Canvas;color:CanvasText;position:fixed;inset:0;'
    'display:grid;place-content:center;padding:1rem;text-align:center;font:1rem/1.5 sans-serif">'
    "<p><strong>{title}</strong></p><p>{about}</p><p>{loading}</p></div>"
)
_HIDDEN = """<div id="first-wait"><style>
#first-wait ~ #root [data-testid="stMain"] * { visibility: hidden !important }
</style><script>
(() => {
  const wait = document.getElementById("first-wait"), path = location.pathname;
  let ran = false, drawn = false;
  const look = () => {
    const state = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
    ran ||= state === "running";
    const over = ran && state === "notRunning";
    const placed = drawn && (over || document.querySelector("#root .skipviz-charts figure"));
    const none = over && !document.querySelector("#root .st-key-editor");
    if (!placed && !none && location.pathname === path) return;
    looking.disconnect();
    wait.remove();
  };
  const looking = new MutationObserver(look);
  addEventListener("skipviz:drawn", () => look((drawn = true)), { once: true });
  const what = { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] };
  looking.observe(document.body, what);
})();
</script></div>"""
"""Hides the Playground until its charts have their place or its first run is over, as
`first_paint.css` does below the picture: it moves its parts while it is put together."""
_HOST = re.compile(rb"[A-Za-z0-9.:\[\]-]{1,255}")

Paint = Callable[[str], tuple[str, str]]
"""What a query string adds to the head and to the beginning of the body of the Playground."""


class Pages:
    """Puts it into every HTML page that passes."""

    def __init__(self, app: ASGIApp, paint: Paint, turns: Turns) -> None:
        self._app = app
        self._paint = paint
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: only pages are held back until they are whole."""
        if scope["type"] != "http" or scope["method"] != "GET" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        coding = b"accept-encoding"
        plain = [pair for pair in scope["headers"] if pair[0] != coding]
        zipped = any(b"gzip" in value for name, value in scope["headers"] if name == coding)
        query = scope.get("query_string", b"").decode("latin-1")
        head, body = head_script() + preview(_base(scope), query), ""
        if _is_playground(scope["path"]):
            async with self._turns.turn(scope["client"][0]):
                look, body = await asyncio.to_thread(self._paint, query)
            head += look
        root = "" if body else _meanwhile()
        hidden = _HIDDEN if root and _is_playground(scope["path"]) else ""
        answer = _Answer(send, head, body + hidden, root, zipped)
        await self._app({**scope, "headers": plain}, receive, answer.send)


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, head: str, body: str, root: str, zipped: bool) -> None:
        self._send = send
        self._zipped = zipped
        spoken = f'<html lang="{html_tag(language())}"'.encode()
        self._tags = (
            (b'<html lang="en"', spoken),
            (b"<title>Streamlit</title>", f"<title>{escape(_(TITLE))}</title>".encode()),
            (b"</head>", f"{head}</head>".encode()),
            (b"<body>", f"<body>{body}".encode()),
            (_ROOT, _ROOT + root.encode()),
        )
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass on what is no HTML; else wait for the end, and put in what is to be put in."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body
        for tag, whole in self._tags:
            body = body.replace(tag, whole, 1)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"vary", b"accept-encoding, accept-language"))
        if self._zipped:
            body = await asyncio.to_thread(gzip.compress, body, LEVEL)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _meanwhile() -> str:
    texts = {"title": _(TITLE), "about": _(DESCRIPTION), "loading": _("The page is loading.")}
    return _MEANWHILE.format(**{name: escape(text) for name, text in texts.items()})


def preview(base: str, query: str = "") -> str:
    """The tags of Open Graph (ogp.me) for an app served at `base`; a link has its own picture."""
    token = parse_qs(query).get("n", [""])[-1]
    picture = picture_address(token) if is_token(token) else f"app/static/{PICTURE}"
    description = _(DESCRIPTION)
    tags = {
        "og:type": "website",
        "og:title": _(TITLE),
        "og:description": description,
        "og:image": f"{base}/{picture}",
        "twitter:card": "summary_large_image",
    }
    lines = (f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items())
    return "".join([*lines, f'<meta name="description" content="{escape(description)}">'])


def is_page(path: str) -> bool:
    """Neither a file nor part of Streamlit's protocol."""
    return "." not in path.rsplit("/", 1)[-1] and "/_stcore/" not in path


def _is_playground(path: str) -> bool:
    """The app's own address, under whichever prefix it is served."""
    return path.strip("/") == _prefix()


def _prefix() -> str:
    """The path that the app is served under, without slashes around it; "" at the root."""
    prefix: str = config.get_option("server.baseUrlPath")
    return prefix.strip("/")


def _is_html(message: Message) -> bool:
    kinds = (value for name, value in message["headers"] if name.lower() == b"content-type")
    return any(kind.startswith(b"text/html") for kind in kinds)


def _base(scope: Scope) -> str:
    """The address the app was called by, as far as a proxy tells."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"")
    secure = headers.get(b"x-forwarded-proto", b"").split(b",")[0].strip() == b"https"
    scheme = "https" if secure else scope.get("scheme", "http")
    origin = f"{scheme}://{host.decode()}" if _HOST.fullmatch(host) else ""
    return f"{origin}/{_prefix()}".rstrip("/")
