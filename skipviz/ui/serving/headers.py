"""What every answer tells the browser to refuse.

Content Security Policy Level 3 (w3.org/TR/CSP3), as tight as Streamlit allows: it writes styles and
scripts into its page, loads components from blobs, and has its messages read by WebAssembly.
"""

import os
import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skipviz.language import _

EMBED = "SKIPVIZ_EMBED_IN"
"""The variable with the sites that may show the app in a frame."""
_SITE = re.compile(r"\*|https?://[A-Za-z0-9.*\[\]:-]+")
_SOURCES = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


class Headers:
    """Adds them to every answer that passes."""

    def __init__(self, app: ASGIApp, told: Mapping[str, str] | None = None) -> None:
        self._app = app
        told = headers() if told is None else told
        self._told = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: websockets pass as they are."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self._told]}
            await send(message)

        await self._app(scope, receive, answer if scope["type"] == "http" else send)


def headers(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """By name; ValueError where the sites that may embed the app cannot be read.

    >>> headers({})["x-content-type-options"]
    'nosniff'
    """
    sites = environment.get(EMBED, "").split()
    if wrong := [site for site in sites if not _SITE.fullmatch(site)]:
        raise ValueError(
            _(
                "{name} holds {site}; write sites as https://example.org, with spaces between.",
                name=EMBED,
                site=repr(wrong[0]),
            )
        )
    policy = _SOURCES | {"frame-ancestors": " ".join(["'self'", *sites])}
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",  # an address holds what was drawn
    }
