"""What a class asks of the page server: its processor seconds per visitor, and its memory.

python -m tools.classes [--visitors 1 20 200] [--steps 50] [--place here cluster]

Visitors speak Streamlit's protocol without a browser and watch the steps of their run by the
websocket, as a tab does. All open the page; then all train what it opens with, at once. Processor
seconds are those of the server process alone, from the system's own count: what else the machine
does changes them little. Where runs compute, here or on a Dask cluster of two workers on the
loopback, is not counted.
"""

import argparse
import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from streamlit.proto.Delta_pb2 import Delta
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from skipviz import link, presets
from skipviz.cluster import VARIABLE
from skipviz.limits import variable
from skipviz.settings import Settings
from tools import dask_processes
from tools.server import running_app
from tools.visitor import LARGEST, Visitor

PATIENCE = 900.0  # seconds
MB = 2**20
HEAD = (
    "visitors", "runs compute", "to open, s each", "a run, s each", "in all, s each", "server, MB",
    "steps watched, each", "finished", "passed, s",
)  # fmt: skip
CHARTS = "skipviz_live_charts"


class Watching(Visitor):
    """A visitor who also takes the steps that come by the websocket; `steps` counts them."""

    def __init__(self, address: str, query: str) -> None:
        super().__init__(address, query)
        self._host = address
        self._token = ""
        self._streams: set[asyncio.Task[None]] = set()
        self.steps = 0
        self.watched = 0.0  # seconds in which they came

    def _take(self, delta: Delta) -> None:
        super()._take(delta)
        component = delta.new_element.bidi_component
        if component.component_name.endswith(CHARTS):
            stream = json.loads(component.json).get("stream")
            if stream and stream["token"] != self._token:
                self._token = stream["token"]
                self._streams.add(asyncio.create_task(self._watch(stream)))

    async def _watch(self, stream: dict[str, str]) -> None:
        address = f"{self._host.replace('http', 'ws', 1)}/{stream['address']}"
        async with connect(
            address, origin=Origin(self._host), max_size=LARGEST, ping_interval=None
        ) as socket:
            await socket.send(stream["token"])
            begun = time.monotonic()
            with contextlib.suppress(ConnectionClosed):
                async for _ in socket:
                    self.steps += 1
                    self.watched = time.monotonic() - begun


@dataclass(frozen=True)
class Cost:
    """Of a class: processor seconds of the server, seconds that passed, MB at the most."""

    opening: float
    training: float
    passed: float
    memory: float
    steps: int
    finished: int
    refused: int


def main() -> None:
    """One row per size and place."""
    parser = argparse.ArgumentParser(description="What a class asks of the page server.")
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--place", nargs="+", choices=list(PLACES), default=list(PLACES))
    asked = parser.parse_args()
    print(f"{psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; each visitor trains "
          f"{asked.steps} steps of {presets.info('default').title}")  # fmt: skip
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    for count in asked.visitors:
        for place in asked.place:
            print(_row(count, place, measured(count, place, asked.steps)), flush=True)


def measured(visitors: int, place: str, steps: int) -> Cost:
    """A new server, one visitor that is not counted, then the class."""
    with tempfile.TemporaryDirectory() as folder, PLACES[place](Path(folder)) as environment:
        environment[variable("queue")] = str(max(visitors, 50))
        log = Path(folder) / "app.log"
        with running_app(log, None, **environment) as (address, server):
            asyncio.run(_visits(address, server, 1, steps))
            return asyncio.run(_visits(address, server, visitors, steps))


@contextlib.contextmanager
def _here(_: Path) -> Iterator[dict[str, str]]:
    yield {}


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[dict[str, str]]:
    with dask_processes.cluster(folder) as found:
        yield {VARIABLE: found.address}


PLACES = {"here": _here, "cluster": _cluster}


async def _visits(address: str, server: int, visitors: int, steps: int) -> Cost:
    query = f"n={link.encode(presets.load('default'), Settings(steps=steps))}"
    process, begun = psutil.Process(server), time.monotonic()
    used = [_used(process)]
    async with contextlib.AsyncExitStack() as stack:
        them = [Watching(address, query) for _ in range(visitors)]
        await asyncio.gather(*(stack.enter_async_context(each) for each in them))
        await asyncio.gather(*(_opened(each) for each in them))
        used.append(_used(process))
        await asyncio.gather(*(_trained(each) for each in them))
        used.append(_used(process))
        memory = process.memory_full_info().pss / MB
    finished = sum("finished" in each.progress for each in them)
    return Cost(
        used[1] - used[0],
        used[2] - used[1],
        time.monotonic() - begun,
        memory,
        sum(each.steps for each in them),
        finished,
        visitors - finished,
    )


async def _opened(visitor: Visitor) -> None:
    await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)


async def _trained(visitor: Visitor) -> None:
    ended = ("finished", "failed", "stopped")
    await visitor.click("Train", lambda text: any(word in text for word in ended), PATIENCE)


def _used(process: psutil.Process) -> float:
    """Processor seconds of this process, without its children."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _row(visitors: int, place: str, cost: Cost) -> str:
    each = [total / visitors for total in (cost.opening, cost.training)]
    return (f"| {visitors} | {place} | {each[0]:.2f} | {each[1]:.2f} | {sum(each):.2f} | "
            f"{cost.memory:.0f} | {cost.steps / visitors:.0f} | {cost.finished} | "
            f"{cost.passed:.0f} |")  # fmt: skip


if __name__ == "__main__":
    main()
