"""The newest step of one run, for all who watch it: older ones are never drawn."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any, Protocol

from skipviz.ui.channel.moment import Moment, encoded

MOST = 30  # moments a second that are sent

Draw = Callable[[Any], Moment]
"""Draws the newest step of a run. Called in threads of the server: it must know no session."""


class Growing(Protocol):
    """What has a run that grows, and says so: a job, or a model in another process.

    `run` is a recording, or None before there is one.
    """

    @property
    def id(self) -> str:
        """By what its moments are told from others."""

    @property
    def run(self) -> Any:
        """What is measured so far."""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every news and at the end; returns what ends that."""


class Feed:
    """What a run shows just now. Drawn when somebody is ready for it, and once for all of them."""

    def __init__(self, job: Growing, draw: Draw) -> None:
        self.job = job
        self._draw = draw
        self._drawn: tuple[int, Draw, bytes] | None = None
        self._lock = threading.Lock()

    def show(self, draw: Draw) -> None:
        """Draw by this from now on: the page shows something else."""
        self._draw = draw

    def newest(self) -> tuple[int, bytes]:
        """How many frames the run has, and the last of them as it is sent.

        There is one, or IndexError.
        """
        with self._lock:
            run, draw = self.job.run.frozen(), self._draw
            known = self._drawn
            if known is None or known[:2] != (run.steps, draw):
                known = self._drawn = run.steps, draw, encoded(self.job.id, draw(run))
            return known[0], known[2]

    async def moments(self) -> AsyncGenerator[bytes, None]:
        """The newest moment whenever there is one and the last one is taken, until the job ends."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        seen = 0
        news.set()
        forget = self.job.on_news(lambda: _wake(loop, news))
        try:
            while True:
                await news.wait()
                news.clear()
                begun, last = loop.time(), self.job.ended
                if self.job.run is not None and self.job.run.steps > seen:
                    seen, moment = await asyncio.to_thread(self.newest)
                    yield moment
                if last:
                    return
                await asyncio.sleep(begun + 1 / MOST - loop.time())
        finally:
            forget()


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the server is being shut down
        loop.call_soon_threadsafe(news.set)
