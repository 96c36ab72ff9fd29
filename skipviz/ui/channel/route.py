"""The websocket: a token comes in as its first message, moments go out, nothing else."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.routing import WebSocketRoute
from starlette.status import WS_1000_NORMAL_CLOSURE, WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config

from skipviz.ui.channel.access import Seats, comes_from_here
from skipviz.ui.routing import paths_of

if TYPE_CHECKING:  # the server starts before they are loaded
    from skipviz.ui.channel.feed import Feed
    from skipviz.ui.channel.tokens import Tokens

ADDRESS = "live"  # relative to the address of the app
PATIENCE = 5.0  # seconds until a socket must have shown its token
MOST, MOST_EACH = 256, 8  # sockets that watch, in all and of one session
MOST_WAITING, MOST_WAITING_EACH = (
    256,
    64,
)  # that have not shown a token yet, in all and of an address


def routes(tokens: "Callable[[], Tokens]") -> list[WebSocketRoute]:
    """The token is what lets in, whatever the path."""
    door = Door(tokens)
    return [WebSocketRoute(path, door.enter) for path in paths_of(ADDRESS)]


class Door:
    """Lets in who has a token, as long as there is room. For one event loop."""

    def __init__(
        self,
        tokens: "Callable[[], Tokens]",
        waiting: Seats | None = None,
        watching: Seats | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._tokens = tokens
        self._waiting = waiting or Seats(MOST_WAITING, MOST_WAITING_EACH)
        self._watching = watching or Seats(MOST, MOST_EACH)
        self._patience = patience

    async def enter(self, socket: WebSocket) -> None:
        """Serve one socket until it or its job ends."""
        allowed = config.get_option("server.corsAllowedOrigins")
        here = comes_from_here(
            socket.headers.get("origin"), socket.headers.get("host"), allowed or ()
        )
        client = socket.client.host if socket.client else ""
        if not here or not self._waiting.take(client):
            await socket.close(WS_1008_POLICY_VIOLATION)
            return
        try:
            granted = await self._granted(socket)
        finally:
            self._waiting.leave(client)
        if granted is None or not self._watching.take(granted[0]):
            await _close(socket, WS_1008_POLICY_VIOLATION)
            return
        try:
            await _watch(socket, granted[1])
        finally:
            self._watching.leave(granted[0])

    async def _granted(self, socket: WebSocket) -> "tuple[str, Feed] | None":
        """The session and the feed that the first message names; None where it names none."""
        await socket.accept()
        try:
            token = await asyncio.wait_for(socket.receive_text(), self._patience)
        except (TimeoutError, KeyError, WebSocketDisconnect):  # KeyError: bytes instead of text
            return None
        return self._tokens().feed(token)


async def _watch(socket: WebSocket, feed: "Feed") -> None:
    sending = asyncio.create_task(_send(socket, feed))
    leaving = asyncio.create_task(socket.receive())  # whoever watches has nothing to say
    both = {sending, leaving}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    ended = sending.done()
    for task in both:
        task.cancel()
    outcomes = await asyncio.gather(sending, leaving, return_exceptions=True)
    await _close(socket, WS_1000_NORMAL_CLOSURE if ended else WS_1008_POLICY_VIOLATION)
    failed = outcomes[0]
    if isinstance(failed, Exception) and not isinstance(failed, WebSocketDisconnect):
        raise failed


async def _send(socket: WebSocket, feed: "Feed") -> None:
    async with aclosing(feed.moments()) as moments:
        async for moment in moments:
            await socket.send_bytes(moment)


async def _close(socket: WebSocket, code: int) -> None:
    """Close it, unless the other side has."""
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        return
