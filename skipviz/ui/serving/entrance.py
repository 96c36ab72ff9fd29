"""Who comes in: so many tabs, so many of one address, and only while there are descriptors left.

Who is turned away is told so by a page that tries again by itself. Who is inside stays.
"""

import sys
from collections import Counter
from collections.abc import Callable
from html import escape
from math import ceil
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from skipviz.language import _, language
from skipviz.ui.components.languages import html_tag
from skipviz.ui.serving.pages import is_page
from skipviz.ui.serving.turns import STREAM

AGAIN = 15  # seconds until the page of who is turned away tries again
RESERVE = 64  # descriptors for who is inside: files, workers, and saying that it is full
SLACK = 10  # a page that was sent has a place for its websocket: one in so many more
_TRY_LATER = 1013  # RFC 6455: registered close codes, "Try Again Later"


class Entrance:
    """Counts the tabs that are open, and turns away those that are too many. For one event loop.

    `most` tabs in all and `most_each` of an address; `room` says whether there are descriptors.
    """

    def __init__(
        self, app: ASGIApp, most: int, most_each: int, room: Callable[[], bool] | None = None
    ) -> None:
        self._app = app
        self._most, self._most_each = most, most_each
        self._room = room or descriptors_left
        self._tabs: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: pages and their websockets are looked at, all else passes."""
        if scope["type"] == "http" and scope["method"] == "GET" and is_page(scope["path"]):
            await self._page(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"].rstrip("/").endswith(STREAM):
            await self._tab(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = self._refusal(scope["client"][0])
        if why is None:
            await self._app(scope, receive, send)
        else:
            await turned_away(why)(scope, receive, send)

    async def _tab(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"][0]
        if self._refusal(client, SLACK) is not None:
            await receive()  # that it wants to connect, which has to be heard before it is refused
            await send({"type": "websocket.close", "code": _TRY_LATER})
            return
        self._tabs[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._tabs[client] -= 1
            self._tabs += Counter()  # forget those that have none

    def _refusal(self, client: str, slack: int = 0) -> str | None:
        """Why this address cannot come in; None where it can. `slack`: one in so many more can."""
        most, most_each = (
            cap + ceil(cap / slack) if slack else cap for cap in (self._most, self._most_each)
        )
        if self._tabs[client] >= most_each:
            return _(
                "From your internet address {most} tabs are open here, as many as one address may "
                "have (a school or an office often has one for all). Close those that nobody "
                "needs.",
                most=self._most_each,
            )
        if self._tabs.total() >= most or not self._room():
            return _("As many people are here as this server has room for.")
        return None


def turned_away(why: str) -> HTMLResponse:
    """The page that says why, and tries again by itself."""
    return HTMLResponse(
        _PAGE.format(
            again=AGAIN,
            language=html_tag(language()),
            title=escape(_("skipviz is full just now")),
            why=escape(why),
            waiting=escape(
                _(
                    "This page tries again by itself every {again} seconds. "
                    "Nothing in your link is lost.",
                    again=AGAIN,
                )
            ),
        ),
        503,
        {"retry-after": str(AGAIN), "cache-control": "no-store", "connection": "close"},
    )


def descriptors_left() -> bool:
    """Whether more are left than who is inside needs."""
    if sys.platform == "win32":
        return True
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        return sum(1 for _ in Path("/dev/fd").iterdir()) + RESERVE < most
    except OSError:  # there was none left to look with
        return False


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="{again}"><style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto;
  padding: 0 1rem }}
</style></head><body><h1>{title}</h1><p>{why}</p>
<p>{waiting}</p>
</body></html>
"""
