"""Many visitors at once, and many runs in a row: how long clicks take, and what memory it costs.

python -m tools.load [visitors] [runs]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from skipviz import presets
from skipviz.jobs import JobPool, Task
from skipviz.network import Network
from skipviz.settings import Settings
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


def main() -> None:
    """Load, then soak."""
    visitors, runs = (int(text) for text in (*sys.argv[1:], "20", "200")[:2])
    crowd(visitors)
    soak(runs)


def crowd(visitors: int) -> None:
    """So many visitors open the page and train the network it opens with, all at once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, server),
    ):
        alone = asyncio.run(_visits(address, 1))
        before = _memory(server)
        begun = time.monotonic()
        seen, peak = asyncio.run(_watched(address, server, visitors))
        seconds = time.monotonic() - begun
    print(f"{visitors} visitors on {psutil.cpu_count()} cores, each training 200 steps of")
    print(f"  {presets.info('default').title}: {seen.finished} finished in {seconds:.0f} s, "
          f"{seen.queued} of them had to wait in the queue")  # fmt: skip
    print(f"page opens           {_spread(seen.opened)}; alone {_spread(alone.opened)}")
    print(f"click to its effect  {_spread(seen.clicks)}; alone {_spread(alone.clicks)}")
    print(f"refreshes            {seen.refreshes / visitors:.0f} a visitor, "
          f"{seen.bytes / visitors / 1e6:.1f} MB a visitor")  # fmt: skip
    _print_memory("after one visitor", before)
    _print_memory("at the peak", peak)


async def _watched(address: str, server: int, visitors: int) -> tuple[Seen, dict[str, list[float]]]:
    """The visits, and the memory when most was taken."""
    peak: dict[str, list[float]] = {}
    visits = asyncio.create_task(_visits(address, visitors))
    while not visits.done():
        now = _memory(server)
        if sum(map(sum, now.values())) > sum(map(sum, peak.values())):
            peak = now
        await asyncio.sleep(1)
    return await visits, peak


async def _visits(address: str, visitors: int) -> Seen:
    seen = Seen()
    ended = await asyncio.gather(
        *(_visit(address, seen) for _ in range(visitors)), return_exceptions=True
    )
    for error in filter(None, ended):
        print(f"a visitor gave up: {type(error).__name__} {error}", file=sys.stderr)
    return seen


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
    """So many runs in a row through one pool; SystemExit when memory grows."""
    pool = JobPool(running=1)
    task = Task(Network.mlp(depth=8, width=32, skips=((1, 3), (5, 7))), Settings(steps=10))
    sizes = []
    for _ in range(runs):
        job = pool.submit(task)
        if not job.wait_until_ended(PATIENCE) or job.state != "finished":
            raise SystemExit(f"A run of the soak ended as {job.state}: {job.error}")
        sizes.append(sum(map(sum, _memory(psutil.Process().pid).values())))
    early, late = (statistics.median(part) for part in (sizes[10:30], sizes[-20:]))
    print(f"soak: {runs} runs in a row, {early:.0f} MB after 20, {late:.0f} MB at the end")
    if late > FLAT * early:
        raise SystemExit("Memory grows with the number of runs.")


def _memory(server: int) -> dict[str, list[float]]:
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
