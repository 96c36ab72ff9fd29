"""What a class asks of the page server: its processor seconds per visitor, and its memory.

python -m tools.classes [--visitors 1 20 200] [--train 20] [--steps 500] [--place here cluster]

Visitors speak Streamlit's protocol without a browser and watch the steps of their run by the
websocket, as a tab does. All open the page; then so many of them train what it opens with, at once,
while the others look. Processor seconds are those of the server process alone, from the system's
own count: what else the machine does changes them little. Where runs compute, here or on a Dask
cluster of two workers on the loopback, is not counted.
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

PATIENCE = 900.0  # seconds that everybody has for each of the two; the machine may be busy
MB = 2**20
HEAD = (
    "visitors", "train at once", "runs compute", "to open, s", "a run, s", "server, MB",
    "steps watched", "finished", "passed, s",
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
    """Of a class: processor seconds of the server for one who opens the page and for one run, its
    memory in MB, steps that came by the websocket to each who trained, and seconds in all."""

    visitors: int
    training: int
    opening: float
    run: float
    memory: float
    steps: float
    finished: int
    passed: float


def main() -> None:
    """One row per size and place."""
    parser = argparse.ArgumentParser(description="What a class asks of the page server.")
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--train", type=int, default=20, help="at once, of those who are there")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--place", nargs="+", choices=list(PLACES), default=list(PLACES))
    asked = parser.parse_args()
    print(f"{psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; each run has "
          f"{asked.steps} steps of {presets.info('default').title}")  # fmt: skip
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    for count in asked.visitors:
        for place in asked.place:
            training = min(count, asked.train)
            print(_row(place, measured(count, training, place, asked.steps)), flush=True)


def measured(visitors: int, training: int, place: str, steps: int) -> Cost:
    """A new server, one visitor that is not counted, then the class."""
    with tempfile.TemporaryDirectory() as folder, PLACES[place](Path(folder)) as environment:
        environment[variable("queue")] = str(max(training, 50))
        log = Path(folder) / "app.log"
        with running_app(log, None, **environment) as (address, server):
            asyncio.run(_visits(address, server, 1, 1, steps))
            return asyncio.run(_visits(address, server, visitors, training, steps))


@contextlib.contextmanager
def _here(_: Path) -> Iterator[dict[str, str]]:
    yield {}


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[dict[str, str]]:
    with dask_processes.cluster(folder) as found:
        yield {VARIABLE: found.address}


PLACES = {"here": _here, "cluster": _cluster}


async def _visits(address: str, server: int, visitors: int, training: int, steps: int) -> Cost:
    query = f"n={link.encode(presets.load('default'), Settings(steps=steps))}"
    process, begun = psutil.Process(server), time.monotonic()
    used = [_used(process)]
    async with contextlib.AsyncExitStack() as stack:
        them = [Watching(address, query) for _ in range(visitors)]
        await asyncio.gather(*(stack.enter_async_context(each) for each in them))
        await asyncio.gather(*(_opened(each) for each in them))
        used.append(_used(process))
        await asyncio.gather(*(_trained(each) for each in them[:training]))
        used.append(_used(process))
        memory = process.memory_full_info().pss / MB
    finished = sum("finished" in each.progress for each in them)
    return Cost(
        visitors,
        training,
        (used[1] - used[0]) / visitors,
        (used[2] - used[1]) / training,
        memory,
        sum(each.steps for each in them) / training,
        finished,
        time.monotonic() - begun,
    )


async def _opened(visitor: Visitor) -> None:
    with contextlib.suppress(TimeoutError):
        await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)


async def _trained(visitor: Visitor) -> None:
    """Until the run has ended, or it takes too long: the row says how many finished."""
    ended = ("finished", "failed", "stopped")
    with contextlib.suppress(TimeoutError):
        await visitor.click("Train", lambda text: any(word in text for word in ended), PATIENCE)


def _used(process: psutil.Process) -> float:
    """Processor seconds of this process, without its children."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _row(place: str, cost: Cost) -> str:
    seconds = [f"{cost.opening:.2f}", f"{cost.run:.2f}"]
    rounded = [f"{x:.0f}" for x in (cost.memory, cost.steps, cost.finished, cost.passed)]
    cells = [str(cost.visitors), str(cost.training), place, *seconds, *rounded]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
