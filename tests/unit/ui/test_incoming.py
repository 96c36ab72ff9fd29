"""No tab has more of a message in the memory of the server than anything that is read."""

import asyncio
import struct
from typing import Any

import pytest
import uvicorn
from streamlit import config
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from skipviz.ui.serving.incoming import Incoming

BINARY, MASKED, LONG = 0x82, 0x80, 127  # RFC 6455, 5.2


async def listening(_: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": str(len(message["bytes"]))})


def test_who_announces_too_much_is_refused_before_it_is_sent() -> None:
    most = config.get_option("server.maxWidgetStateSize") * 10**6

    async def story() -> None:
        settings = uvicorn.Config(
            Incoming(listening), port=0, ws="websockets-sansio", lifespan="off",
            log_level="critical", ws_max_size=50 * 2**20,
        )  # fmt: skip
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}") as tab:
            await tab.send(bytes(most))
            assert await tab.recv() == str(most)
            head = struct.pack("!BBQ4x", BINARY, MASKED | LONG, most + 1)
            tab.transport.write(head)
            with pytest.raises(ConnectionClosedError) as refused:
                await tab.recv()
            assert refused.value.rcvd.code == 1009
        assert settings.ws_max_size == most  # which the tabs to come have from the start
        server.should_exit = True
        await serving

    asyncio.run(asyncio.wait_for(story(), 60))
