"""One address with a hundred tabs against one visitor of another: what the visitor waits for.

python -m tools.attack [--tabs 100] [--visits 5] [--folder .] [--port 0]

Every tab opens a network of its own, trains it, and trains it again once that has ended. Addresses
are those of the loopback network: the tabs come from 127.0.0.1, the visitor from 127.0.0.2.
"""

import argparse
import asyncio
import contextlib
import http.client
import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from tools.server import ROOT, app_command, free_port, running
from tools.visitor import Visitor

PATIENCE = 120.0  # seconds of the visitor for each thing
AGAIN = 5.0  # seconds after which a run that was refused is asked for again
FLOOD, POLITE = "127.0.0.1", "127.0.0.2"
STEPS = 400  # of each run of a tab: some seconds on a core of its own
SEEN = ("opened", "runs asked for", "finished", "gave up")
OPENED, ASKED, FINISHED, GAVE_UP = range(len(SEEN))


def main() -> None:
    """Print what the visitor waited for, alone and beside the tabs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=100)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    port = asked.port or free_port()
    print(f"{psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(app_command(port), Path(folder) / "app.log", asked.folder, port) as (address, _),
    ):
        attacked(address, asked.tabs, asked.visits)


def attacked(address: str, tabs: int, visits: int) -> None:
    """The tabs are a process of their own: what they read must not hold up the visitor."""
    asyncio.run(_visits(address, 1))  # the first of a server waits for what is still loading
    _tell("alone", asyncio.run(_visits(address, visits)))
    spawned = multiprocessing.get_context("spawn")
    seen = spawned.Array("i", len(SEEN))
    flood = spawned.Process(target=_flood, args=(address, tabs, seen), daemon=True)
    flood.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while seen[ASKED] < tabs / 2 and time.monotonic() < deadline:
            time.sleep(0.5)
        _tell(f"beside {tabs} tabs of one address", asyncio.run(_visits(address, visits)))
        told = [f"{name} {seen[place]}" for place, name in enumerate(SEEN)]
        print("the tabs:", ", ".join(told))
    finally:
        flood.kill()
        flood.join()


def _flood(address: str, tabs: int, seen: Any) -> None:
    async def all_tabs() -> None:
        await asyncio.gather(*(_tab(address, seed, seen) for seed in range(tabs)))

    asyncio.run(all_tabs())


async def _tab(address: str, seed: int, seen: Any) -> None:
    """A tab that trains again and again."""
    token = link.encode(Network.mlp(30, 64), Settings(steps=STEPS, seed=seed))
    try:
        async with Visitor(address, f"n={token}", FLOOD) as visitor:
            await visitor.see(lambda text: text.startswith("Not trained"), math.inf)
            seen[OPENED] += 1
            while True:
                seen[ASKED] += 1
                await _train(visitor)
                await visitor.see(lambda text: "finished" in text, math.inf)
                seen[FINISHED] += 1
    except Exception as error:
        seen[GAVE_UP] += 1
        print(f"a tab gave up: {type(error).__name__} {error}", file=sys.stderr)


async def _visits(address: str, count: int) -> list[dict[str, float]]:
    return [await _visit(address) for _ in range(count)]


async def _visit(address: str) -> dict[str, float]:
    """Seconds until the page is here, it has opened, a run makes steps, and it has ended; not a
    number for what did not come within the visitor's patience."""
    waits = dict.fromkeys(("page", "opens", "trains", "finished"), math.nan)
    begun = time.monotonic()
    token = link.encode(Network.mlp(20, 32), Settings(steps=100))
    with contextlib.suppress(OSError):  # of which TimeoutError is one
        waits["page"] = await asyncio.to_thread(_page, address)
        async with Visitor(address, f"n={token}", POLITE) as visitor:
            await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)
            waits["opens"] = time.monotonic() - begun
            begun = time.monotonic()
            async with asyncio.timeout(PATIENCE):
                await _train(visitor)
            waits["trains"] = time.monotonic() - begun
            await visitor.see(lambda text: "finished" in text, PATIENCE)
            waits["finished"] = time.monotonic() - begun
    return waits


async def _train(visitor: Visitor) -> None:
    """Until there are steps; clicks again where the server had refused the run."""
    asked = False
    while not asked:
        with contextlib.suppress(TimeoutError):
            await visitor.click("Train", _under_way, AGAIN)
            asked = True
    await visitor.see(_has_steps, math.inf)


def _has_steps(progress: str) -> bool:
    return progress.startswith("Step") and "starting" not in progress


def _page(address: str) -> float:
    """Seconds until the HTML of the page is here."""
    begun = time.monotonic()
    host = address.removeprefix("http://")
    with contextlib.closing(
        http.client.HTTPConnection(host, timeout=PATIENCE, source_address=(POLITE, 0))
    ) as connection:
        connection.request("GET", "/")
        connection.getresponse().read()
    return time.monotonic() - begun


def _under_way(progress: str) -> bool:
    return progress.startswith(("Step", "Waiting")) and "finished" not in progress


def _tell(when: str, visits: list[dict[str, float]]) -> None:
    print(f"{when}, median and longest of {len(visits)} visits:")
    for name in visits[0]:
        waits = [visit[name] for visit in visits]
        never = sum(map(math.isnan, waits))
        came = [each for each in waits if not math.isnan(each)] or [math.inf]
        told = f"  {name:9} {statistics.median(came):6.2f} s {max(came):6.2f} s"
        print(told + (f"; {never} not within {PATIENCE:.0f} s" if never else ""))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
