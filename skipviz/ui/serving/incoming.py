"""How large a message a browser may send by a websocket, before anybody holds more of it.

Streamlit has uvicorn take messages as large as those it sends itself (`server.maxMessageSize`), and
looks at `server.maxWidgetStateSize` once one is here in full. What has come of one until then lies
in memory, of every tab as much, and no tab need ever send the rest.
"""

from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

MB = 10**6


class Incoming:
    """Has the server refuse (1009) what is larger than anything that is read. The first around all
    others: what it is given to receive by is the connection's own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: nothing is changed but the bound, for this websocket and those to come."""
        if scope["type"] == "websocket":
            _bound(getattr(receive, "__self__", None))
        await self._app(scope, receive, send)


def _bound(connection: Any) -> None:
    """Of a websocket of uvicorn; other servers have bounds of their own."""
    most = int(config.get_option("server.maxWidgetStateSize") * MB)
    settings = getattr(connection, "config", None)
    if settings is not None and getattr(settings, "ws_max_size", 0) > most:
        settings.ws_max_size = most
    protocol = getattr(connection, "conn", None)
    if protocol is not None and (getattr(protocol, "max_message_size", 0) or 0) > most:
        protocol.max_message_size = most
