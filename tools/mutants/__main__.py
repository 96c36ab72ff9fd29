"""`make mutants`: 300 changes of the program, and how many of them the tests notice.

An interrupted run goes on where it stopped, as long as code and tests are what they were.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from tools.mutants.apart import ROOT, copy_of_the_code
from tools.mutants.draw import Mutant, draw
from tools.mutants.reach import TESTS, Reach, record
from tools.mutants.report import known_equivalents, report
from tools.mutants.trial import Outcome, tried

SEED = 0
KEPT = ROOT / "build" / "mutants"
RESULTS = KEPT / "results.jsonl"
T = TypeVar("T")


def main() -> int:
    """Draw, record what the tests reach, try each mutant, tell."""
    options = _options()
    began = time.perf_counter()
    sample = {mutant.lot(SEED): mutant for mutant in draw(ROOT, options.count, SEED)}
    _keep_what_holds(options.keep)
    with tempfile.TemporaryDirectory() as place:
        copies = [copy_of_the_code(Path(place, str(job))) for job in range(options.jobs)]
        for folder in _each(_recorded, filter(_unrecorded, TESTS), copies):
            print(f"recorded what {folder} reaches", flush=True)
        _try_the_rest(sample, Reach(map(_data, TESTS)), copies)
    outcomes = _outcomes()
    ends = {mutant: outcomes[lot] for lot, mutant in sample.items()}
    text, good = report(list(sample.values()), ends, known_equivalents())
    print(f"{text}\nThis run took {(time.perf_counter() - began) / 60:.0f} minutes.")
    return 0 if good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    keep = "believe earlier deaths after tests or code were changed, and try the rest again"
    parser.add_argument("--keep", action="store_true", help=keep)
    return parser.parse_args()


def _keep_what_holds(deaths: bool) -> None:
    """Forget what was found with other code or other tests, if asked all but the deaths."""
    KEPT.mkdir(parents=True, exist_ok=True)
    mark, now = KEPT / "code", _fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    dead = [outcome for outcome in _outcomes().values() if outcome.dead and deaths]
    for path in KEPT.iterdir():
        path.unlink()
    for outcome in dead:
        _note(outcome)
    mark.write_text(now)


def _fingerprint() -> str:
    files = (path for room in ("skipviz", "tests") for path in sorted((ROOT / room).rglob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _try_the_rest(sample: dict[str, Mutant], reach: Reach, copies: list[Path]) -> None:
    done = _outcomes()
    rest = [lot for lot in sample if lot not in done]

    def trial(lot: str, copy: Path) -> Outcome:
        return tried(sample[lot], lot, copy, reach.tests_of(sample[lot]))

    for count, outcome in enumerate(_each(trial, rest, copies), start=1):
        _note(outcome)
        mutant = sample[outcome.lot]
        place = f"{mutant.path}:{mutant.line}"
        print(f"{count:3}/{len(rest)} {outcome.end:8} {outcome.seconds:5.0f} s {place}", flush=True)


def _each(act: Callable[[str, Path], T], names: Iterable[str], copies: list[Path]) -> Iterator[T]:
    """`act` on each name with a copy of the code that nobody else uses meanwhile."""
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def with_copy(name: str) -> T:
        copy = free.get()
        try:
            return act(name, copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        try:
            for future in as_completed([pool.submit(with_copy, name) for name in names]):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _recorded(folder: str, copy: Path) -> str:
    record(copy, folder, _data(folder))
    return folder


def _unrecorded(folder: str) -> bool:
    return not _data(folder).with_suffix(".json").exists()


def _data(folder: str) -> Path:
    return KEPT / f"{Path(folder).name}.coverage"


def _note(outcome: Outcome) -> None:
    with RESULTS.open("a") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")


def _outcomes() -> dict[str, Outcome]:
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    return {outcome.lot: outcome for outcome in (Outcome(**json.loads(line)) for line in lines)}


if __name__ == "__main__":
    sys.exit(main())
