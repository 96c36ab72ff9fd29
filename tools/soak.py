"""Three hundred sessions in waves: memory, descriptors and threads have to stay what they were.

python -m tools.soak [--sessions 300] [--wave 30] [--port 0]

Every session opens the page, trains, and leaves. After each wave the server and the process that
workers are forked from are looked at once they are idle. Exits with 1 where anything has grown.

Streamlit keeps the sessions of the last two minutes, 128 at most, each with an event loop of its
own (three descriptors); the server those of half an hour, here 60 at most. Both are full after the
first waves.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from tools.server import free_port, running_app
from tools.visitor import Visitor

PATIENCE = 300.0  # seconds
MOST = 3_600.0  # seconds of the whole
FLAT = 1.10  # by how much the last waves may be above the first that count
FIRST = 4  # waves in which caches fill and threads are made
LEFT = 60  # sessions kept of those who left: the server has to forget most of them
PARTS = ("server", "fork server")
Seen = Mapping[str, float]


def main() -> None:
    """Print what each wave leaves; SystemExit where it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--wave", type=int, default=30)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    print(f"{psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(
            Path(folder) / "app.log", asked.port or free_port(), SKIPVIZ_MAX_LEFT=str(LEFT)
        ) as (address, server),
    ):
        waves = math.ceil(asked.sessions / asked.wave)
        seen = asyncio.run(_soaked(address, server, waves, asked.wave))
    grown = grew(seen)
    for what, share in grown.items():
        print(f"{what:26} {100 * (share - 1):+.1f} %{' GROWS' if share > FLAT else ''}")
    if any(share > FLAT for share in grown.values()):
        raise SystemExit(1)


async def _soaked(address: str, server: int, waves: int, size: int) -> list[Seen]:
    seen: list[Seen] = []
    async with asyncio.timeout(MOST):
        for wave in range(waves):
            await asyncio.gather(*(_session(address, wave * size + place) for place in range(size)))
            await _idle(address)
            seen.append(look(server))
            told = ", ".join(f"{what} {value:.0f}" for what, value in seen[-1].items())
            print(f"after {(wave + 1) * size} sessions: {told}")
            sys.stdout.flush()
    return seen


async def _session(address: str, seed: int) -> None:
    """Each draws another network, so that nothing is known beforehand."""
    token = link.encode(Network.mlp(8, 32), Settings(steps=20, seed=seed))
    async with Visitor(address, f"n={token}") as visitor:
        await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)
        await visitor.click("Train", lambda text: "finished" in text, PATIENCE)


async def _idle(address: str) -> None:
    """Until nothing runs and nothing waits."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told = await asyncio.to_thread(_health, address)
        if told["running"] == told["waiting"] == 0:
            return
        await asyncio.sleep(1)
    raise TimeoutError("The server is not idle.")


def _health(address: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE) as answer:
        told: dict[str, int] = json.load(answer)
    return told


def look(server: int) -> Seen:
    """Memory (MB, proportional set size), descriptors and threads of the two processes that stay.

    Multiprocessing's resource tracker is the third, and holds nothing of ours.
    """
    top = psutil.Process(server)
    forking = [child for child in top.children() if "forkserver" in " ".join(child.cmdline())]
    seen = {}
    for name, process in zip(PARTS, [top, *forking], strict=True):
        seen[f"{name} MB"] = process.memory_full_info().pss / 2**20
        seen[f"{name} descriptors"] = process.num_fds()
        seen[f"{name} threads"] = process.num_threads()
    return seen


def grew(seen: Sequence[Seen]) -> dict[str, float]:
    """What the last three waves left over what the first three that count did, by what it is."""
    early, late = seen[FIRST : FIRST + 3], seen[-3:]
    return {
        what: statistics.median(each[what] for each in late)
        / statistics.median(each[what] for each in early)
        for what in seen[0]
    }


if __name__ == "__main__":
    main()
