"""From a mismatch to a problem with its fixes as edits."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from skipviz.language import N_, Continued, Sentence, _
from skipviz.network.architecture import Architecture
from skipviz.network.changes import with_fields
from skipviz.network.layers import AnyLayer, layer_adapter
from skipviz.network.mismatch import MismatchError
from skipviz.network.problems import Edit, Fix, Problem
from skipviz.network.skips import AnySkip, skip_adapter
from skipviz.network.wiring import Reads, as_data, canonical, one_state
from skipviz.text import listed

_COMBINED = {
    "concat": N_("Concatenate them"),
    "add": N_("Add them"),
    "multiply": N_("Multiply them"),
}


def layer_problem(network: Architecture, k: int, mismatch: MismatchError) -> Problem:
    """The problem of layer k: fixes change it, put a layer before it, or remove it."""
    layer = network.layers[k - 1]
    changes = [
        Fix(label, ({"do": "change_layer", "layer": k, **fields},))
        for label, fields in mismatch.changes
        if _changes(layer, fields)
    ]
    own = {"reads": as_data(layer.reads)} if layer.reads else {}  # then it goes in just before k
    before = [
        Fix(label, ({"do": "insert_layer", "at": k, "layer": new | own},))
        for label, new in mismatch.before
    ]
    remove = [Fix(_("Remove the layer"), ({"do": "remove_layer", "layer": k},))]
    fixes = (*changes, *before, *(remove if network.depth > 1 else []))
    return Problem(_sentence(_named(k, layer), mismatch, fixes), layer=k, fixes=fixes)


def reads_problem(
    network: Architecture, k: int, mismatch: MismatchError, ways: Sequence[Reads]
) -> Problem:
    """The problem of what layer k, or the readout, reads: fixes let it read something else."""
    last = network.depth + 1
    where = _("The readout") if k == last else _named(k, network.layers[k - 1])
    fixes = tuple(Fix(_way_text(way), (rewiring(k, way),)) for way in ways)
    return Problem(_sentence(where, mismatch, fixes), layer=k, fixes=fixes)


def readout_problem(k: int, mismatch: MismatchError) -> Problem:
    """The problem of the readout, layer k = N + 1: fixes change it."""
    changes = tuple(
        Fix(label, ({"do": "change_readout", **fields},)) for label, fields in mismatch.changes
    )
    return Problem(_sentence(_("The readout"), mismatch, changes), layer=k, fixes=changes)


def other_ways(k: int, reads: Reads) -> Iterator[Reads]:
    """What layer k might read instead: the same states combined otherwise, or one of them."""
    if len(reads.entries) > 1:
        for combine in ("concat", "add", "multiply"):
            if combine != reads.combine:
                yield reads.model_copy(update={"combine": combine})
    for state in sorted({*reads.states, k - 1}, reverse=True):
        if reads.only != state:
            yield one_state(state)


def rewiring(k: int, reads: Reads) -> Edit:
    """The edit that lets layer k, or the readout, read this."""
    return {"do": "rewire", "layer": k, "reads": as_data(canonical(k, reads))}


def _way_text(reads: Reads) -> str:
    if reads.only is None:
        return _(_COMBINED[reads.combine])
    if not reads.only:
        return _("Read the input alone")
    return _("Read layer {layer} alone", layer=reads.only)


def _changes(part: AnyLayer | AnySkip, fields: dict[str, Any]) -> bool:
    """Whether the part becomes another one: a fix that changes nothing is none."""
    adapter: TypeAdapter[Any] = (
        skip_adapter if isinstance(part, get_args(AnySkip)) else layer_adapter
    )
    try:
        return bool(adapter.validate_python(with_fields(part, fields)) != part)
    except ValidationError:
        return False


def skip_problem(skip: AnySkip, mismatch: MismatchError, *extra: Fix) -> Problem:
    """The problem of a skip: fixes change it or remove it."""
    ends: Edit = {"source": skip.source, "target": skip.target}
    fixes = (
        *(
            Fix(label, ({"do": "change_skip", **ends, **fields},))
            for label, fields in mismatch.changes
            if _changes(skip, fields)
        ),
        *extra,
        Fix(_("Remove it"), ({"do": "remove_skip", **ends},)),
    )
    return Problem(_sentence(_arrow(skip), mismatch, fixes), skip=skip.ends, fixes=fixes)


def _arrow(skip: AnySkip) -> str:
    arrow = f"{skip.source} → {skip.target}"
    return _("Feedback skip {arrow}", arrow=arrow) if skip.is_feedback else skip_named(arrow)


def skip_named(arrow: str) -> str:
    """A skip by its ends, at the head of a sentence."""
    return _("Skip {arrow}", arrow=arrow)


def _named(k: int, layer: AnyLayer) -> str:
    return _("Layer {layer} ({kind})", layer=k, kind=layer.kind)


def _sentence(where: str, mismatch: MismatchError, fixes: tuple[Fix, ...]) -> str:
    """`Skip 1 → 3 adds a state of width 128 to one of width 10. Make it .. or remove it.`"""
    if not fixes:
        return _("{where} {problem}.", where=where, problem=mismatch.message)
    return _(
        "{where} {problem}. {fixes}.", where=where, problem=mismatch.message, fixes=ways_text(fixes)
    )


def ways_text(fixes: Sequence[Fix]) -> str:
    """`Make it a projection or remove it`."""
    first, *others = [fix.label for fix in fixes]
    if not others:
        return first
    *ways, last = map(_continued, others)
    return _("{ways} or {last}", ways=listed([first, *ways]), last=last)


def _continued(label: str) -> str:
    if isinstance(label, Sentence):
        return Continued.of(label.origin)
    return label[:1].lower() + label[1:]
