"""What an operator sees of a server: a page that says how it is, and lines of JSON."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from skipviz.jobs import journal

LOG = "SKIPVIZ_LOG"
"""The variable that has the lines written to standard output."""
METRICS = "SKIPVIZ_METRICS"
"""The variable that lets Streamlit's own metrics be read on the port of the app."""
EVERY = 60.0  # seconds between two lines on the server itself

Counts = Callable[[], Mapping[str, int]]


class Operating:
    """Answers `/health`, and keeps what is meant for operators off the port of visitors.

    `counts` says how busy the server is; empty while it loads.
    """

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app = app
        self._counts = counts
        self._open = told(METRICS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: all else passes."""
        path = scope.get("path", "").rstrip("/")
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif path.endswith("/health") and not path.endswith("/_stcore/health"):
            await self._health()(scope, receive, send)
        elif not self._open and path.endswith("/_stcore/metrics"):
            await JSONResponse({"error": "not found"}, 404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _health(self) -> JSONResponse:
        found = self._counts()
        status = {"status": "ok" if found else "starting", **found}
        return JSONResponse(status, 200 if found else 503, {"cache-control": "no-store"})


def told(variable: str) -> bool:
    """Whether the variable is set, and not to 0."""
    return os.environ.get(variable, "0") not in ("", "0")


def write_log() -> None:
    """Have the lines written to standard output, where the variable says so."""
    if told(LOG) and not journal.LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        journal.LOGGER.addHandler(handler)
        journal.LOGGER.setLevel(logging.INFO)
        journal.LOGGER.propagate = False


@contextlib.asynccontextmanager
async def watched(counts: Counts) -> AsyncIterator[None]:
    """Within it, a line on the server itself every minute."""

    async def go_on() -> None:
        while True:
            journal.write("server", **counts(), **_resources())
            await asyncio.sleep(EVERY)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()


def _resources() -> dict[str, int]:
    """Threads, and on Linux descriptors and MB held."""
    found = {"threads": threading.active_count()}
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text().splitlines()
        held = next(line for line in status if line.startswith("VmRSS:"))
        found["memory_mb"] = int(held.split()[1]) // 1024
        found["descriptors"] = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return found
