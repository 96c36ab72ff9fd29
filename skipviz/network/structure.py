"""Errors of a network that no data could fix: refused when it is made."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skipviz.network.problems import NetworkError, Problem
from skipviz.network.skips import SKIP_KINDS, AnySkip
from skipviz.network.wiring import Reads


def errors(depth: int, skips: Sequence[AnySkip], wiring: Sequence[Reads | None]) -> Iterator[str]:
    """One sentence per layer that reads a state that is not there yet, and per skip that leads
    nowhere, repeats another or cannot be a feedback skip.

    `wiring` is what layers 1..N and the readout read; None is the state before.
    """
    if not depth:
        yield "A network needs at least one layer."
    last = depth + 1
    for k, reads in enumerate(wiring, start=1):
        there = f"0 to {k - 1}" if k > 1 else "the input alone"
        for state in sorted({s for s in (reads.states if reads else ()) if s >= k}):
            reader = "The readout" if k == last else f"Layer {k}"
            yield f"{reader} reads state {state}, which is not there yet: it can read {there}."
    seen: set[tuple[int, int]] = set()
    for skip in skips:
        arrow = f"{skip.source} → {skip.target}"
        if max(skip.ends) > last:
            yield f"Skip {arrow} ends outside the network, which has layers 0 to {last}."
        elif skip.is_feedback and skip.appends:
            yield f"Skip {arrow} leads back and so cannot concatenate: the state would grow."
        elif skip.ends in seen:
            yield f"There is already a skip {arrow}."
        seen.add(skip.ends)


def readable(error: ValidationError) -> NetworkError:
    """The same error with a problem per error, in words."""
    return NetworkError([p for detail in error.errors() for p in _problems_of(detail)])


def _problems_of(detail: ErrorDetails) -> list[Problem]:
    where, layer = _where(detail["loc"])
    text = detail["msg"].removeprefix("Value error, ")
    return [Problem(where + line, layer=layer) for line in text.split("\n")]


def _where(place: tuple[int | str, ...]) -> tuple[str, int | None]:
    """("layers", 2, "dense", "width") as `Layer 3, width: `, and the layer if it is one."""
    match place:
        case ("layers", int(index), *rest):
            return _named(f"Layer {index + 1}", rest[1:]), index + 1
        case ("skips", int(index), *rest):
            return _named(f"Skip no. {index + 1}", rest[1:]), None
        case ("network", *rest):
            return _where(tuple(rest))
        case (str(kind), *rest) if kind in SKIP_KINDS:
            return _named("Skip", rest), None
        case ():
            return "", None
        case _:
            return _named("", list(place)), None


def _named(lead: str, fields: list[int | str]) -> str:
    field = ".".join(str(part) for part in fields)
    return ", ".join(part for part in (lead, field) if part) + ": "
