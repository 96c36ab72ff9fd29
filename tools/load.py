"""Many visitors at once, and many runs in a row: how long clicks take, and what memory it costs.

python -m tools.load [--visitors 20] [--tabs 6] [--runs 200]
"""

import argparse
import asyncio
import contextlib
import functools
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.async_api import Browser, async_playwright

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from tools.browser import find_browser, launch_arguments
from tools.server import running_app
from tools.visitor import Visitor

PATIENCE = 300.0  # seconds
MB = 2**20
FLAT = 1.10  # the most that memory may have grown in the soak


@dataclass
class Seen:
    """What all visitors saw: seconds from a click to its effect, refreshes and bytes."""

    opened: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)
    queued: int = 0
    finished: int = 0
    refreshes: int = 0
    bytes: int = 0


Visit = Callable[[str, Seen], Awaitable[None]]
Way = Callable[[], contextlib.AbstractAsyncContextManager[Visit]]


def main() -> None:
    """Visitors without browsers, tabs of a browser, and the soak; 0 leaves a part out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--tabs", type=int, default=6)
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    print(f"{psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    if asked.visitors:
        crowd("visitors without browsers", _by_protocol, asked.visitors)
    if asked.tabs:
        crowd("tabs of a browser", _in_browser, asked.tabs)
    if asked.runs:
        soak(asked.runs)


def crowd(who: str, way: Way, visitors: int) -> None:
    """So many visitors open the page and train the network it opens with, all at once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, server),
    ):
        alone = asyncio.run(_visits(address, way, 1))
        before = memory_of(server)
        begun = time.monotonic()
        seen, peak = asyncio.run(_watched(address, server, way, visitors))
        seconds = time.monotonic() - begun
    print(f"\n{visitors} {who} at once, each training 200 steps of")
    print(f"  {presets.info('default').title}: {seen.finished} finished in {seconds:.0f} s, "
          f"{seen.queued} of them had to wait in the queue")  # fmt: skip
    print(f"page opens           {_spread(seen.opened)}; the first of a new server "
          f"{_spread(alone.opened)}")  # fmt: skip
    print(f"click to its effect  {_spread(seen.clicks)}; alone {_spread(alone.clicks)}")
    if seen.refreshes:
        print(f"refreshes            {seen.refreshes / visitors:.0f} a visitor, "
              f"{seen.bytes / visitors / 1e6:.1f} MB a visitor")  # fmt: skip
    _print_memory("after one visitor", before)
    _print_memory("at the peak", peak)
    if seen.finished < visitors:
        raise SystemExit(f"Only {seen.finished} of {visitors} runs finished.")


async def _watched(
    address: str, server: int, way: Way, visitors: int
) -> tuple[Seen, dict[str, list[float]]]:
    """The visits, and the memory when most was taken."""
    peak: dict[str, list[float]] = {}
    visits = asyncio.create_task(_visits(address, way, visitors))
    while not visits.done():
        now = memory_of(server)
        if sum(map(sum, now.values())) > sum(map(sum, peak.values())):
            peak = now
        await asyncio.sleep(1)
    return await visits, peak


async def _visits(address: str, way: Way, visitors: int) -> Seen:
    seen = Seen()
    async with way() as visit:
        visits = (visit(address, seen) for _ in range(visitors))
        ended = await asyncio.gather(*visits, return_exceptions=True)
    for error in filter(None, ended):
        print(f"a visitor gave up: {type(error).__name__} {error}", file=sys.stderr)
    return seen


@contextlib.asynccontextmanager
async def _by_protocol() -> AsyncIterator[Visit]:
    yield _visit


@contextlib.asynccontextmanager
async def _in_browser() -> AsyncIterator[Visit]:
    path = find_browser()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield functools.partial(_tab, browser)
        await browser.close()


async def _tab(browser: Browser, address: str, seen: Seen) -> None:
    """A visit in a browser, as a person makes it."""
    begun = time.monotonic()
    page = await browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    await page.goto(address)
    train = page.get_by_role("button", name="Train", exact=True)
    await page.locator("[data-layer]").first.wait_for()
    await train.wait_for()
    seen.opened.append(time.monotonic() - begun)
    clicked = time.monotonic()
    await train.click()
    under_way = page.get_by_text(re.compile("^(Step|Waiting)")).first
    await under_way.wait_for()
    seen.clicks.append(time.monotonic() - clicked)
    seen.queued += (await under_way.text_content() or "").startswith("Waiting")
    await page.get_by_text("· finished").wait_for()
    seen.finished += 1
    await page.close()


async def _visit(address: str, seen: Seen) -> None:
    begun = time.monotonic()
    async with Visitor(address) as visitor:
        await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)
        seen.opened.append(time.monotonic() - begun)
        seen.clicks.append(await visitor.click("Train", _is_under_way, PATIENCE))
        seen.queued += visitor.progress.startswith("Waiting")
        await visitor.see(lambda text: text.startswith("Step") and "starting" not in text, PATIENCE)
        if "finished" not in visitor.progress:  # a short run may end before it can be paused
            seen.clicks.append(await visitor.click("Pause", _is_held, PATIENCE))
        if "paused" in visitor.progress:
            seen.clicks.append(await visitor.click("Resume", _goes_on, PATIENCE))
        await visitor.see(lambda text: "finished" in text, PATIENCE)
        seen.finished += 1
        seen.refreshes += visitor.refreshes
        seen.bytes += visitor.bytes


def _is_held(progress: str) -> bool:
    return "paused" in progress or "finished" in progress


def _goes_on(progress: str) -> bool:
    return "paused" not in progress


def _is_under_way(progress: str) -> bool:
    return progress.startswith(("Step", "Waiting"))


def soak(runs: int) -> None:
    """One visitor trains so many times in a row; SystemExit when memory grows."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, server),
    ):
        begun = time.monotonic()
        sizes = asyncio.run(_runs(address, server, runs))
        seconds = time.monotonic() - begun
    early, late = (statistics.median(part) for part in (sizes[10:30], sizes[-20:]))
    print(f"\nsoak: {runs} runs in a row in {seconds:.0f} s, {early:.0f} MB after 20, "
          f"{late:.0f} MB at the end")  # fmt: skip
    if late > FLAT * early:
        raise SystemExit("Memory grows with the number of runs.")


async def _runs(address: str, server: int, runs: int) -> list[float]:
    """MB of all processes after each run."""
    sizes = []
    token = link.encode(Network.mlp(8, 32, skips=((1, 3), (5, 7))), Settings(steps=10))
    async with Visitor(address, f"n={token}") as visitor:
        await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)
        for _ in range(runs):
            before = visitor.refreshes
            await visitor.click(
                "Train",
                lambda text: visitor.refreshes > before and "finished" in text,  # noqa: B023
                PATIENCE,
            )
            sizes.append(sum(map(sum, memory_of(server).values())))
    return sizes


def memory_of(server: int) -> dict[str, list[float]]:
    """MB (proportional set size) of the server, of its helpers, and of every worker."""
    top = psutil.Process(server)
    helpers = top.children()
    workers = [worker for helper in helpers for worker in helper.children()]
    families = {"server": [top], "fork server": helpers, "workers": workers}
    return {name: [_size(each) for each in family] for name, family in families.items()}


def _size(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / MB
    except psutil.Error:
        return 0.0  # it has just ended


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    median, high = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {median:.2f} s, 95 % {high:.2f} s"


def _print_memory(when: str, sizes: dict[str, list[float]]) -> None:
    told = ", ".join(
        f"{name} {sum(found):.0f} MB" + (f" ({len(found)})" if name == "workers" else "")
        for name, found in sizes.items()
    )
    print(f"memory {when}: {told}")


if __name__ == "__main__":
    main()
