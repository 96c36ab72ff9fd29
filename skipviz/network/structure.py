"""Errors of a network that no data could fix: refused when it is made."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skipviz.language import Sentence, _
from skipviz.network.naming import states_before
from skipviz.network.problems import NetworkError, Problem, StructureError
from skipviz.network.skips import SKIP_KINDS, AnySkip
from skipviz.network.wiring import Reads
from skipviz.spec import said_of


def no_layer() -> str:
    """That a network without layers is none."""
    return _("A network needs at least one layer.")


def errors(depth: int, skips: Sequence[AnySkip], wiring: Sequence[Reads | None]) -> Iterator[str]:
    """One sentence per layer that reads a state that is not there yet, and per skip that leads
    nowhere, repeats another or cannot be a feedback skip.

    `wiring` is what layers 1..N and the readout read; None is the state before.
    """
    if not depth:
        yield no_layer()
    last = depth + 1
    for k, reads in enumerate(wiring, start=1):
        for state in sorted({s for s in (reads.states if reads else ()) if s >= k}):
            yield _(
                "{reader} reads state {state}, which is not there yet: it can read {there}.",
                reader=_("The readout") if k == last else _("Layer {layer}", layer=k),
                state=state,
                there=states_before(k),
            )
    seen: set[tuple[int, int]] = set()
    for skip in skips:
        arrow = f"{skip.source} → {skip.target}"
        if max(skip.ends) > last:
            yield _(
                "Skip {arrow} ends outside the network, which has layers 0 to {last}.",
                arrow=arrow,
                last=last,
            )
        elif skip.is_feedback and skip.appends:
            yield _(
                "Skip {arrow} leads back and so cannot concatenate: the state would grow.",
                arrow=arrow,
            )
        elif skip.ends in seen:
            yield _("There is already a skip {arrow}.", arrow=arrow)
        seen.add(skip.ends)


def readable(error: ValidationError) -> NetworkError:
    """The same error with a problem per error, in words."""
    return NetworkError([p for detail in error.errors() for p in _problems_of(detail)])


def _problems_of(detail: ErrorDetails) -> list[Problem]:
    where, layer = _where(detail["loc"])
    said = [_("{where}: {problem}", where=where, problem=each) for each in _said(detail)]
    return [Problem(each, layer=layer) for each in (said if where else _said(detail))]


def _said(detail: ErrorDetails) -> Sequence[str]:
    """The sentences of an error: several where it says several of a network."""
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, StructureError):
        return error.messages
    said = said_of(detail)
    return (said,) if isinstance(said, Sentence) else said.split("\n")


def _where(place: tuple[int | str, ...]) -> tuple[str, int | None]:
    """("layers", 2, "dense", "width") as `Layer 3, width`, and the layer if it is one."""
    match place:
        case ("layers", int(index), *rest):
            return _named(_("Layer {layer}", layer=index + 1), rest[1:]), index + 1
        case ("skips", int(index), *rest):
            return _named(_("Skip no. {number}", number=index + 1), rest[1:]), None
        case ("network", *rest):
            return _where(tuple(rest))
        case (str(kind), *rest) if kind in SKIP_KINDS:
            return _named(_("Skip"), rest), None
        case ():
            return "", None
        case _:
            return _named("", list(place)), None


def _named(lead: str, fields: list[int | str]) -> str:
    field = ".".join(str(part) for part in fields)
    return _("{where}, {field}", where=lead, field=field) if lead and field else lead or field
