"""What pydantic says of a network, in words: where, what, the value that was given, the way out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skipviz.language import N_, Sentence, _
from skipviz.network.architecture import Architecture, Readout
from skipviz.network.layers import LAYER_CLASSES
from skipviz.network.problems import NetworkError, Problem, StructureError
from skipviz.network.skips import SKIP_CLASSES, SKIP_KINDS, Scale
from skipviz.network.styles import Init, Style
from skipviz.network.wiring import Reads
from skipviz.spec import briefly_said_of, said_of
from skipviz.text import capital, layers_text, listed, meant, sentences, value_text

Place = tuple[int | str, ...]

_CLASSES = {
    **LAYER_CLASSES,
    **SKIP_CLASSES,
    "readout": Readout,
    "defaults": Style,
    "init": Init,
    "reads": Reads,
    "branch_scale": Scale,
    "shortcut_scale": Scale,
}
_NUMBERS = {
    "source": N_("a skip starts at the input, 0, or at a layer, not at {value}."),
    "target": N_("a skip ends at a layer, 1 or above, or at the readout, not at {value}."),
    "state": N_("what is read is the state of the input, 0, or of a layer, not of {value}."),
    "memory": N_("what is read is the state of the input, 0, or of a layer, not of {value}."),
    "values": N_("what is read is the state of the input, 0, or of a layer, not of {value}."),
    "tied_to": N_("a layer is tied to a layer, 1 or above, not to {value}."),
}
"""By field that holds the number of a layer: pydantic would call its value "Input", which here is
layer 0."""
_NOT_A_NUMBER = ("greater_than_equal", "less_than_equal", "int_", "model_type")
_WITHOUT_VALUE = ("json_invalid", "value_error", "too_short", "too_long")


@dataclass(frozen=True)
class _Found:
    """What is wrong, and with which field of what: of a layer, or of what `lead` names."""

    said: str
    layer: int | None = None
    lead: str = ""
    field: str = ""


def readable(error: ValidationError, unsaid: str = "") -> NetworkError:
    """The same error in words, a problem per error; one that layers share is said once.

    `unsaid` is a field whose own fields were given without its name.
    """
    details = error.errors()
    places = [detail["loc"] for detail in details]
    found = [
        each
        for detail in details
        if not (detail["type"] == "too_short" and _is_around(detail["loc"], places))
        for each in _found(detail, unsaid)
    ]
    alike: dict[_Found, list[int | None]] = {}
    for each in found:
        key = each if each.layer is None else replace(each, layer=0)
        alike.setdefault(key, []).append(each.layer)
    return NetworkError([_problem(what, layers) for what, layers in alike.items()])


def _is_around(place: Place, others: Sequence[Place]) -> bool:
    """Whether something in it is wrong as well: what is refused is not counted, and missed then."""
    return any(len(each) > len(place) and each[: len(place)] == place for each in others)


def _problem(what: _Found, where: Sequence[int | None]) -> Problem:
    lead, layers = what.lead, [layer for layer in where if layer is not None]
    if layers:
        several = len(layers) > 1
        of_all = _("In {layers}", layers=layers_text(layers)) if several else None
        lead = of_all or _("Layer {layer}", layer=layers[0])
    place = lead or what.field
    if lead and what.field:
        place = _("{where}, {field}", where=lead, field=what.field)
    said = _("{where}: {problem}", where=place, problem=what.said) if place else what.said
    return Problem(said, layer=layers[0] if layers else None)


def _found(detail: ErrorDetails, unsaid: str) -> Iterator[_Found]:
    place = detail["loc"]
    if place[:1] == ("network",):  # that of a link
        place = place[1:]
    layer, lead, fields = _where(place)
    if fields[:1] == (unsaid,) and len(fields) > 1:
        fields = fields[1:]
    if detail["type"].startswith("union_tag_"):
        fields = (*fields, "kind")
    if fields[-2:] == ("init", "scheme"):  # which a plain name is as well
        fields = fields[:-1]
    number = _as_number(detail, fields)
    if number and fields[-1] in ("source", "target"):  # the sentence names the end
        yield _Found(number, lead=lead) if "skips" in place else _Found(capital(number))
        return
    field = ".".join(map(str, fields))
    if number:
        yield _Found(number, layer, lead, field)
        return
    yield from (_Found(each, layer, lead, field) for each in _said(detail, place))


def _where(place: Place) -> tuple[int | None, str, Place]:
    """("layers", 2, "dense", "width") as layer 3 and its field."""
    match place:
        case ("layers", int(index), *rest):
            return index + 1, "", tuple(rest[1:])
        case ("skips", int(index), *rest):
            return None, _("Skip no. {number}", number=index + 1), tuple(rest[1:])
        case (str(kind), *rest) if kind in SKIP_KINDS:
            return None, _("Skip"), tuple(rest)
        case _:
            return None, "", place


def _said(detail: ErrorDetails, place: Place) -> Sequence[str]:
    """The sentences of an error: several where it says several of a network."""
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, StructureError):
        return error.messages
    match detail["type"]:
        case "missing":
            return (_("this field is missing."),)
        case "extra_forbidden":
            return (_unknown(place),)
        case "union_tag_not_found":
            return (_("this field is missing."),)
        case "union_tag_invalid":
            return (_no_kind(detail),)
        case kind if kind in _WITHOUT_VALUE:
            said = said_of(detail)
            return (said,) if isinstance(said, Sentence) else said.split("\n")
        case _:
            return (with_value(detail),)


def _as_number(detail: ErrorDetails, fields: Place) -> str | None:
    """What is wrong with the number of a layer; None where it is something else."""
    name = "state" if fields[-2:-1] == ("entries",) else str(fields[-1]) if fields else ""
    said, given = _NUMBERS.get(name), detail["input"]
    if said is None or not detail["type"].startswith(_NOT_A_NUMBER):
        return None
    if fields[-1] == "target" and given == 0:
        return _("a skip cannot end at the input.")
    return _(said, value=value_text(given))


def with_value(detail: ErrorDetails) -> str:
    """What is wrong with a value, the value, and what may have been meant where names are known."""
    value = detail["input"]
    said = _("{problem}, not {value}.", problem=briefly_said_of(detail), value=value_text(value))
    expected = _quoted(detail.get("ctx", {}), "expected")
    return _guessing(said, value, expected)


def _no_kind(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    kinds, tag = _quoted(context, "expected_tags"), context.get("tag")
    said = _("there is no kind {value}.", value=value_text(tag))
    known = _("There are {kinds}.", kinds=listed(kinds))
    return _guessing(said, tag, kinds, known)


def _unknown(place: Place) -> str:
    """That there is no such field, and which there are beside it."""
    holder = _CLASSES.get(str(place[-2])) if len(place) > 1 else Architecture
    known = [*holder.model_fields] if holder else []
    fields = _("Fields are {fields}.", fields=listed(known)) if known else ""
    return _guessing(_("there is no such field."), place[-1], known, fields)


def _guessing(said: str, given: object, known: Sequence[str], otherwise: str = "") -> str:
    near = meant(given, known) if isinstance(given, str) else None
    if near:
        return sentences([said, _("Did you mean {near}?", near=near)])
    return sentences([said, otherwise]) if otherwise else said


def _quoted(context: Mapping[str, object], name: str) -> list[str]:
    """The names in a list of pydantic: 'a', 'b' or 'c'."""
    return re.findall(r"'([^']*)'", str(context.get(name, "")))
