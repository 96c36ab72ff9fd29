"""How many tabs are drawn at once, and whose turn it is.

All of Streamlit's scripts run in one process, in which one thread computes at a time: a hundred
that run at once are all slow together, whoever asked for them. So a tab's message that asks for a
run is handed on when it is its address's turn.
"""

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAM = "/_stcore/stream"
LONGEST = 5.0  # seconds of a turn: what waits longer than that needs no processor
AHEAD = 2**20  # bytes that are heard of a tab while it waits
SMALL = 1_000  # bytes; the message that a run has ended has a fifth of them
_UNDER_WAY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Turns:
    """So many at once. Of the addresses that wait, the next is the one that has fewest, and of
    those the one that had its turn longest ago. For one event loop.

    One place is always left for another address than the one that has all others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_each = max(most - 1, 1)
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, client: str) -> None:
        """Wait for a turn; whoever has had it gives it back."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(client)
            raise

    def give(self, client: str) -> None:
        """Give a turn back."""
        self._held[client] -= 1
        self._held += Counter()  # forget those that have none
        self._let_in()

    @contextlib.asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """A turn, given back at the end."""
        await self.take(client)
        try:
            yield
        finally:
            self.give(client)

    def _let_in(self) -> None:
        while self._held.total() < self._most and (client := self._next()) is not None:
            self._waiting[client].popleft().set_result(None)
            self._waiting.move_to_end(client)
            self._held[client] += 1

    def _next(self) -> str | None:
        for client, turns in list(self._waiting.items()):
            while turns and turns[0].done():  # cancelled: it has left
                turns.popleft()
            if not turns:
                del self._waiting[client]
        waiting = [each for each in self._waiting if self._held[each] < self._most_each]
        return min(waiting, key=lambda client: self._held[client], default=None)


class Drawing:
    """Hands on what tabs ask for in turn; all else passes.

    A tab has its turn from the message on that asks for a run until the run has ended, or for
    `longest` seconds. What it asks for meanwhile passes: Streamlit makes one run of it.
    """

    def __init__(self, app: ASGIApp, turns: Turns, longest: float = LONGEST) -> None:
        self._app, self._turns, self._longest = app, turns, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: of websockets only that of the pages waits."""
        if scope["type"] != "websocket" or not scope["path"].rstrip("/").endswith(STREAM):
            await self._app(scope, receive, send)
            return
        tab = _Tab(self._turns, scope["client"][0], self._longest, receive, send)
        try:
            await self._app(scope, tab.receive, tab.send)
        finally:
            tab.close()


class _Tab:
    """One tab: whether it has its turn, what ends that, and what it says while it waits.

    It is heard while it waits: uvicorn reads of a websocket, the answers to its own pings too, only
    while it is asked for the next message. Who waited for a minute was cut off.
    """

    def __init__(
        self, turns: Turns, client: str, longest: float, receive: Receive, send: Send
    ) -> None:
        self._turns, self._client, self._longest = turns, client, longest
        self._receive, self._send = receive, send
        self._end: asyncio.TimerHandle | None = None
        self._said: deque[Message] = deque()
        self._coming: asyncio.Future[Message] | None = None

    async def receive(self) -> Message:
        message = self._said.popleft() if self._said else await self._next()
        if self._end is None and _asks_for_a_run(message):
            if not await self._has_its_turn():
                return self._said.pop()
            self._end = asyncio.get_running_loop().call_later(self._longest, self.give)
        return message

    async def _has_its_turn(self) -> bool:
        """Wait for it; False when the tab leaves before, which is the last it says."""
        turn = asyncio.ensure_future(self._turns.take(self._client))
        had = False
        try:
            while not turn.done() and not _leaves(self._said):
                waited: set[asyncio.Future[Any]] = {turn}
                if _size(self._said) < AHEAD:
                    waited.add(self._listening())
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if self._coming in waited and self._coming.done():
                    self._said.append(await self._next())
            had = not _leaves(self._said)
        finally:
            if not had and not turn.cancel():
                self._turns.give(self._client)
        return had

    def _listening(self) -> asyncio.Future[Message]:
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._receive())
        return self._coming

    async def _next(self) -> Message:
        coming, self._coming = self._listening(), None
        return await coming

    def close(self) -> None:
        self.give()
        if self._coming is not None:
            self._coming.cancel()

    async def send(self, message: Message) -> None:
        if self._end is not None and _ends_a_run(message):
            self.give()
        await self._send(message)

    def give(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
            self._turns.give(self._client)


def _leaves(said: deque[Message]) -> bool:
    return bool(said) and said[-1]["type"] == "websocket.disconnect"


def _size(said: deque[Message]) -> int:
    return sum(len(message.get("bytes") or message.get("text") or "") for message in said)


def _asks_for_a_run(message: Message) -> bool:
    said = _read(BackMsg, message.get("bytes"))
    return said is not None and bool(said.WhichOneof("type") == "rerun_script")


def _ends_a_run(message: Message) -> bool:
    content = message.get("bytes")
    said = _read(ForwardMsg, content) if content and len(content) <= SMALL else None
    if said is None or said.WhichOneof("type") != "script_finished":
        return False
    return bool(said.script_finished != _UNDER_WAY)


def _read(kind: type[Any], content: bytes | None) -> Any:
    """The message, or None: what cannot be read passes, and Streamlit ends the connection."""
    try:
        return kind.FromString(content) if content else None
    except Exception:  # protobuf's own error, which has no types
        return None
