"""How long a click waits for a worker: starts, first frames, stops, one after the other.

python -m tools.waits [tries]
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from skipviz import presets
from skipviz.answers import answer
from skipviz.jobs import Job, JobPool
from skipviz.landscape.requests import LossSlice
from skipviz.runs.requests import Training
from skipviz.settings import Settings

PATIENCE = 60.0  # seconds
LONG = Settings(steps=100_000)


def main() -> None:
    """Print the medians and the longest of so many tries each."""
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    pool = JobPool(answer, running=1)
    pool.warm_up()
    _start(pool).stop()
    for name, wait in WAITS.items():
        waits = [wait(pool) for _ in range(tries)]
        middle, most = statistics.median(waits), max(waits)
        print(f"{name:40} median {middle * 1e3:4.0f} ms, longest {most * 1e3:4.0f} ms")
    pool.close()


def _start(pool: JobPool) -> Job[Any]:
    job = pool.submit(Training(presets.load("default"), LONG))
    assert job.wait_for_results(2, PATIENCE)
    return job


def _started(pool: JobPool) -> float:
    """From submitting until the worker reports that it is at work."""
    begun = time.perf_counter()
    job = pool.submit(Training(presets.load("default"), LONG))
    assert job.wait_for_state("running", PATIENCE)
    return _ended(job, time.perf_counter() - begun)


def _first_frame(pool: JobPool) -> float:
    begun = time.perf_counter()
    job = _start(pool)
    return _ended(job, time.perf_counter() - begun)


def _stopped(pool: JobPool) -> float:
    return _until_ended(_start(pool), Job.stop)


def _killed(pool: JobPool) -> float:
    return _until_ended(_start(pool), Job.kill)


def _computation_killed(pool: JobPool) -> float:
    job = pool.compute(LossSlice(presets.load("default"), LONG))
    assert job.wait_for_results(1, PATIENCE)
    return _until_ended(job, Job.kill)


def _until_ended(job: Job[Any], end: Callable[[Job[Any]], None]) -> float:
    begun = time.perf_counter()
    end(job)
    assert job.wait_until_ended(PATIENCE)
    return time.perf_counter() - begun


def _ended(job: Job[Any], seconds: float) -> float:
    job.kill()
    assert job.wait_until_ended(PATIENCE)
    return seconds


WAITS: dict[str, Callable[[JobPool], float]] = {
    "a worker starts": _started,
    "a run's first frames are here": _first_frame,
    "Stop: the run has ended": _stopped,
    "a run is discarded": _killed,
    "a computation is stopped": _computation_killed,
}


if __name__ == "__main__":
    main()
