"""What a layer names besides what it reads: the layer whose weights it uses, `tied_to`, and the
states that its attention takes for `memory` and for `values`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from skipviz.language import N_, _

L = TypeVar("L")
ATTENDED = ("memory", "values")
"""The fields by which attention names states besides what it reads, in the order of its sources."""


def tie(part: Any) -> int | None:
    """The layer whose weights a layer or the readout uses; None where it has its own."""
    found: int | None = getattr(part, "tied_to", None)
    return found


def attended(part: Any) -> dict[str, int]:
    """By field the states that a layer is made from besides what it reads; {} for most layers."""
    found = {name: getattr(part, name, None) for name in ATTENDED}
    return {name: state for name, state in found.items() if state is not None}


def shares_norms(part: Any) -> bool:
    """Whether the norms of a tied layer are those of its owner too."""
    return bool(getattr(part, "tied_norms", False))


def owned(layers: Sequence[L]) -> tuple[L, ...]:
    """The layers, of which every tied one names the layer that has the weights: one way to say it.

    Without a tie there is no norm to share.
    """
    found: list[L] = []
    for layer in layers:
        named = tie(layer)
        there = named is not None and 1 <= named <= len(found)
        owner = tie(found[named - 1]) if there and named is not None else None
        if owner is not None:
            layer = with_names(layer, tied_to=owner)
        if named is None and shares_norms(layer):
            layer = with_names(layer, tied_norms=False)
        found.append(layer)
    return tuple(found)


def naming_errors(
    depth: int, ties: Mapping[int, int], named: Mapping[int, Mapping[str, int]]
) -> Iterator[str]:
    """A sentence per layer that names one that is not before it."""
    for k, owner in ties.items():
        if owner >= min(k, depth + 1):
            yield _(
                "{who} is tied to layer {owner}, which is not before it: {there}.",
                who=_("The readout") if k > depth else _("Layer {layer}", layer=k),
                owner=owner,
                there=_("no layer is")
                if k == 1
                else _("it can be tied to 1 to {last}", last=k - 1),
            )
    for k, states in named.items():
        for field, state in states.items():
            if state >= k:
                yield _(_NOT_YET[field], layer=k, state=state, there=states_before(k))


_NOT_YET = {
    "memory": N_(
        "Layer {layer} attends to state {state}, which is not there yet: it can be {there}."
    ),
    "values": N_(
        "Layer {layer} takes its values from state {state}, which is not there yet: it can be "
        "{there}."
    ),
}


def states_before(k: int) -> str:
    """The states that layer k could read, in words."""
    return _("0 to {last}", last=k - 1) if k > 1 else _("the input alone")


def with_names(layer: L, **fields: Any) -> L:
    """The layer or the readout, naming others."""
    copied: L = layer.model_copy(update=fields)  # type: ignore[attr-defined]
    return copied
