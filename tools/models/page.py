"""The table of `make models`, as Markdown."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import torch

from skipviz.text import plural
from tools.models.entry import Entry
from tools.models.expected import PACKAGES
from tools.models.look import Seen
from tools.models.packages import versions
from tools.server import ROOT

LONG = 60  # ms, from which on a step is no longer small
_COLUMNS = (
    "model",
    "expected",
    "found",
    "sums",
    "bits",
    "cost",
    "recording",
    "why, and what differed",
)
AllSeen = Mapping[str, Sequence[Seen]]

_TEXT = (Path(__file__).parent / "head.md").read_text(encoding="utf-8")


def page(seen: AllSeen) -> str:
    """The whole page."""
    return "\n".join([_head(seen), *(_package(name, seen[name]) for name in PACKAGES)])


def surprises(seen: AllSeen) -> list[str]:
    """What is neither expected nor explained, a line each."""
    pairs = [(package, *pair) for package in PACKAGES for pair in _pairs(package, seen[package])]
    return [
        f"{package}, {entry.name}: expected {_expected(entry)}, found {_found(each)} "
        + " ".join([each.refused, *each.faults])
        for package, entry, each in pairs
        if not as_expected(entry, each) and not (entry.first_look or entry.wrong)
    ]


def as_expected(entry: Entry, seen: Seen) -> bool:
    """Whether all that is expected was found, and nothing failed."""
    edges = entry.edges is None or entry.edges == seen.edges
    found = dict(entry.kinds) == seen.kinds and entry.gates == seen.gates and edges
    told = bool(seen.notes) or not entry.told
    clean = seen.same_bits and not seen.faults and not seen.refused
    return found and dict(entry.uses) == seen.uses and told and clean


def _pairs(package: str, seen: Sequence[Seen]) -> Iterator[tuple[Entry, Seen]]:
    by_name = {each.name: each for each in seen}
    return ((entry, by_name[entry.name]) for entry in PACKAGES[package])


def _head(seen: AllSeen) -> str:
    pairs = [pair for package in PACKAGES for pair in _pairs(package, seen[package])]
    new = [entry for entry, _ in pairs if entry.new]
    good = [each for _, each in pairs if each.cost > 0]
    listed = versions()
    return _TEXT.format(
        packages=", ".join(PACKAGES),
        models=len(pairs),
        new=len(new),
        found=sum(as_expected(*pair) for pair in pairs),
        first=sum(not (entry.first_look or entry.wrong) for entry in new),
        bits=sum(each.same_bits for _, each in pairs),
        cost=statistics.median(each.cost for each in good),
        long=statistics.median(each.cost for each in good if each.step_ms >= LONG),
        long_ms=LONG,
        recording=statistics.median(_recording(each) for each in good),
        seconds=max(each.recording for each in good),
        torch=torch.__version__.split("+")[0],
        versions=", ".join(f"{name} {listed[name]}" for name in PACKAGES),
        date=datetime.now(UTC).date().isoformat(),
        written=_hand_written(),
    )


def _hand_written() -> int:
    """As their table has them; tests are not for tools to import."""
    table = ROOT / "tests" / "unit" / "own_model" / "zoo" / "__init__.py"
    return table.read_text(encoding="utf-8").count('": Case(')


def _package(name: str, seen: Sequence[Seen]) -> str:
    rows = [_row(*pair) for pair in _pairs(name, seen)]
    head = f"| {' | '.join(_COLUMNS)} |"
    return "\n".join([f"## {name}\n", head, "|---" * len(_COLUMNS) + "|", *rows, ""])


def _row(entry: Entry, seen: Seen) -> str:
    met = as_expected(entry, seen)
    cells = [
        entry.name + " •" * entry.new,
        _expected(entry),
        ("" if met else "**≠** ") + _found(seen),
        f"{seen.sums}" + (f" ({_other_sums(seen)})" if seen.others else ""),
        "same" if seen.same_bits else "**differ**",
        f"{seen.cost:.2f}" if seen.cost else "",
        f"{_recording(seen):.1f}" if seen.cost else "",
        _said(entry, seen),
    ]
    return f"| {' | '.join(cells)} |"


def _said(entry: Entry, seen: Seen) -> str:
    parts = [entry.why[0].upper() + entry.why[1:] + "."]
    parts += [f"**First look:** {entry.first_look}."] if entry.first_look else []
    parts += [f"**Wrong:** {entry.wrong}."] if entry.wrong else []
    parts += [f"Refused: {seen.refused}"] if seen.refused else []
    parts += [f"**Failed:** {fault}." for fault in seen.faults]
    return " ".join(parts).replace("|", "∣")


def _expected(entry: Entry) -> str:
    return _kinds(entry.kinds, entry.gates, entry.edges, entry.uses)


def _found(seen: Seen) -> str:
    several = seen.edges if seen.edges > sum(seen.kinds.values()) else None
    return _kinds(seen.kinds, seen.gates, several, seen.uses)


def _kinds(kinds: Mapping[str, int], gates: int, edges: int | None, uses: Mapping[str, int]) -> str:
    parts = [f"{count} {kind}" for kind, count in sorted(kinds.items())] or ["none"]
    parts += [f"{edges} edges"] if edges is not None else []
    parts += [plural(gates, "gate")] if gates else []
    return ", ".join([*parts, *(f"used {times} times" for times in uses.values())])


def _other_sums(seen: Seen) -> int:
    return sum(int(each.rsplit("×", 1)[1]) for each in seen.others)


def _recording(seen: Seen) -> float:
    return 1000 * seen.recording / seen.step_ms
