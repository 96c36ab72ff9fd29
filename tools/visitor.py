"""A visitor without a browser: speaks Streamlit's protocol, clicks buttons, reads what is shown.

A browser tab costs as much as the server does for dozens of visitors, so load is made with these.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

AUTO_REFRESH = (
    "skipviz_auto_refresh"  # the component that asks for a part of the page to be drawn anew
)
PATIENT = 5.0  # seconds until a part that is not drawn anew is asked for again
LARGEST = 64 * 2**20  # bytes of a message


class Visitor:
    """One tab. `progress` is the text over the run, `refreshes` how often it was drawn anew."""

    def __init__(self, address: str, query: str = "", client: str = "127.0.0.1") -> None:
        """`address` is the server's, http://host:port; `query` what follows its question mark.

        `client` is the address to come from, one of this machine.
        """
        self._address = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._query = query
        self._client = client
        self._buttons: dict[str, tuple[str, str]] = {}
        self._ticks: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Condition()
        self._socket: ClientConnection
        self._listener: asyncio.Task[None]
        self._closed = False
        self.progress = ""
        self.refreshes = 0
        self.bytes = 0

    async def __aenter__(self) -> Self:
        protocols = [Subprotocol("streamlit")]
        self._socket = await connect(
            self._address,
            subprotocols=protocols,
            max_size=LARGEST,
            open_timeout=None,  # a browser neither gives up so soon nor asks whether all is well
            ping_interval=None,
            local_addr=(self._client, 0),
        )
        self._listener = asyncio.create_task(self._listen())
        await self._run()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in (self._listener, *self._ticks.values()):
            task.cancel()
        await self._socket.close()

    async def see(self, condition: Callable[[str], bool], patience: float) -> float:
        """Wait until the progress text is so; the seconds it took.

        TimeoutError after patience, ConnectionError when the server has closed the connection.
        """
        begun = time.monotonic()
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(lambda: self._closed or condition(self.progress))
        if not condition(self.progress):
            raise ConnectionError("the server has closed the connection")
        return time.monotonic() - begun

    async def click(self, label: str, shows: Callable[[str], bool], patience: float) -> float:
        """Press a button; the seconds until the page shows its effect."""
        widget, fragment = self._buttons[label]
        await self._run(fragment, WidgetState(id=widget, trigger_value=True))
        return await self.see(shows, patience)

    async def _run(self, fragment: str = "", pressed: WidgetState | None = None) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.fragment_id = fragment
        if pressed is not None:
            message.rerun_script.widget_states.widgets.append(pressed)
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for raw in self._messages():
            self.bytes += len(raw)
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            match message.WhichOneof("type"):
                case "new_session" if not message.metadata.run.fragment_ids:
                    self._end_ticks()  # a run of the whole page says anew what refreshes itself
                case "delta":
                    self._take(message.delta)
            async with self._changed:
                self._changed.notify_all()

    async def _messages(self) -> AsyncIterator[str | bytes]:
        """Until the connection closes, which is told to who waits."""
        try:
            async for raw in self._socket:
                yield raw
        finally:
            self._closed = True
            async with self._changed:
                self._changed.notify_all()

    def _take(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "button":
                self._buttons[element.button.label] = (element.button.id, delta.fragment_id)
            case "progress":
                self.progress = element.progress.text
                self.refreshes += 1
            case "bidi_component" if element.bidi_component.component_name.endswith(AUTO_REFRESH):
                asked = json.loads(element.bidi_component.json)
                self._tick(delta.fragment_id, asked["every"])

    def _tick(self, fragment: str, every: float) -> None:
        async def again() -> None:
            await asyncio.sleep(every)
            while True:  # as the component: an asking that met another run may have no answer
                await self._run(fragment)
                await asyncio.sleep(PATIENT)

        with contextlib.suppress(KeyError):
            self._ticks.pop(fragment).cancel()
        self._ticks[fragment] = asyncio.create_task(again())

    def _end_ticks(self) -> None:
        for task in self._ticks.values():
            task.cancel()
        self._ticks.clear()
