"""Trains the runs of the table of verdicts anew and keeps them: `make verdicts`.

What is kept of a run is what a verdict looks at: every tenth step, the first ones and the last.
"""

import sys
import time
from pathlib import Path

from skipviz.runs.parse_settings import parse_settings
from skipviz.training import Run, stream
from tests.verdicts.rows import Row, rows

RUNS = Path("tests/verdicts/runs")
_KEPT = 10


def trained(row: Row) -> Run:
    """The run of a row, thinned."""
    own = row.own() if row.own else None
    given = {"data": "own", **row.settings} if own else row.settings
    settings, network = parse_settings(given), row.network()
    run = Run(network, settings, info=own.info if own else None)
    for frame in stream(network, settings, own):
        told = frame.evaluation is not None or frame.failures
        if told or frame.step < 3 or frame.step % _KEPT == 0 or frame.step == settings.steps:
            run.extend([frame])
    return run


def main(names: list[str]) -> None:
    """Those named, or all."""
    RUNS.mkdir(exist_ok=True)
    for row in rows():
        if names and row.name not in names:
            continue
        began = time.perf_counter()
        run = trained(row)
        path = RUNS / f"{row.name}.npz"
        run.save(path)
        seconds = time.perf_counter() - began
        print(f"{row.name:36} {seconds:6.1f} s {path.stat().st_size / 1000:7.1f} kB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
