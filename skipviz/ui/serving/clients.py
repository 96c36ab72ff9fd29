"""Which address a request counts for: that of the socket, or what a trusted proxy says.

Whoever asks can write any `X-Forwarded-For`; each proxy adds at the right the address that it was
asked from (developer.mozilla.org, X-Forwarded-For). So only the last ones are known, as many as
there are proxies in front.
"""

import ipaddress
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from skipviz.limits import LimitsError, proxies

LOOPBACK = "127.0.0.1"
_PORT = re.compile(r"^(?:\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[^:]*):\d+)$")


class Clients:
    """Writes it into `scope["client"]`, for all that come after.

    `trusted` is how many proxies stand in front, by default what `SKIPVIZ_PROXIES` says. Where that
    cannot be read it is none, and the pages say so (`skipviz.ui.shell.navigation`).
    """

    def __init__(self, app: ASGIApp, trusted: int | None = None) -> None:
        self._app = app
        self._trusted = _told() if trusted is None else trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: nothing but the address is changed."""
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "client": (client_of(scope, self._trusted), 0)}
        await self._app(scope, receive, send)


def client_of(scope: Scope, trusted: int) -> str:
    """The address a request counts for; those of IPv6 by their first half, which is one line.

    >>> seen = {"client": ("10.0.0.1", 80), "headers": [(b"x-forwarded-for", b"6.6.6.6, 9.9.9.9")]}
    >>> client_of(seen, 0), client_of(seen, 1), client_of(seen, 2)
    ('10.0.0.1', '9.9.9.9', '6.6.6.6')
    """
    said = [
        part.strip()
        for name, value in scope["headers"]
        if name.lower() == b"x-forwarded-for"
        for part in value.decode("latin-1").split(",")
    ]
    peer = scope["client"][0] if scope.get("client") else LOOPBACK
    if peer in map(_without_port, said):
        peer = LOOPBACK  # uvicorn believes a proxy on its own machine, and has replaced it
    if trusted and said:
        return _grouped(_without_port(said[-trusted:][0])) or _grouped(peer) or LOOPBACK
    return _grouped(peer) or LOOPBACK


def _grouped(text: str) -> str:
    """An address as it is counted; "" for what is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    if address.is_loopback:
        return LOOPBACK
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _without_port(text: str) -> str:
    found = _PORT.match(text)
    return (found["six"] or found["four"] or "") if found else text


def _told() -> int:
    try:
        return proxies()
    except LimitsError:
        return 0
