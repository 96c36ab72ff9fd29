"""What layers name when layers come, go and move: the owner of their weights, and the states that
they attend to.

insert     what names a layer goes on naming it; what attended to the state before the new
           layers attends to the last of them
remove     the first layer that uses the weights of one that goes has them from then on; what
           attended to it attends to what it read
move       the first layer of those that share weights has them
duplicate  copies name copies
paste      copies name copies, the state before them for any other state, and no other owner
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture, Readout
from skipviz.network.layers import AnyLayer
from skipviz.network.naming import ATTENDED, attended, tie, with_names
from skipviz.network.problems import NetworkError, Problem
from skipviz.types import is_whole

Move = Callable[[int], int]
Fields = dict[str, Any]
P = TypeVar("P", bound=AnyLayer | Readout)
_TOO_LATE = {
    "memory": N_("Layer {layer} would attend to layer {late}, which is not before it."),
    "values": N_("Layer {layer} would take its values from layer {late}, which is not before it."),
}


def renamed(part: P, owner: Callable[[int], int | None], move: Move) -> P:
    """The layer or readout with other names for the same."""
    fields: Fields = {name: move(state) for name, state in attended(part).items()}
    named = tie(part)
    if named is not None:
        fields["tied_to"] = owner(named)
    changed = any(getattr(part, name) != value for name, value in fields.items())
    return with_names(part, **fields) if changed else part


def named_with_room(fields: Fields, at: int, count: int, *, alone: bool) -> Fields:
    """Layers and readout once `count` layers have come in at `at`; `alone`: before that layer."""
    first = at if alone else at - 1
    return _all(fields, lambda j: j + count * (j >= at), lambda s: s + count * (s >= first))


def named_without(network: Architecture, fields: Fields, first: int, last: int) -> Fields:
    """The layers that are left once `first` to `last` are gone, and the readout."""
    gone, heirs = range(first, last + 1), dict[int, int]()
    for k, owner in network.ties.items():
        if owner in gone and k not in gone:
            heirs.setdefault(owner, k)

    def moved(k: int) -> int:
        return k - len(gone) * (k > last)

    def remaining(state: int) -> int:
        while state in gone:
            state = network.reads_of(state).states[0]
        return moved(state)

    numbers = [k for k in range(1, network.depth + 2) if k not in gone]

    def of(part: P, k: int) -> P:
        def owner(j: int) -> int | None:
            heir = heirs.get(j, j)
            return None if heir == k else moved(heir)

        return renamed(part, owner, remaining)

    layers = tuple(of(layer, k) for layer, k in zip(fields["layers"], numbers, strict=False))
    return {"layers": layers, "readout": of(fields["readout"], network.depth + 1)}


def named_in_order(network: Architecture, fields: Fields, place: Mapping[int, int]) -> Fields:
    """Layers and readout where layer k has become `place`[k]; NetworkError where one would attend
    to a later one."""
    shared: dict[int, int] = {}  # by owner: the first of all that share its weights
    for k, owner in network.ties.items():
        shared[owner] = min(place.get(k, k), shared.get(owner, place[owner]))
    groups = dict(network.ties) | {owner: owner for owner in shared}
    old = {new: k for k, new in place.items()}

    def of(layer: AnyLayer, new: int) -> AnyLayer:
        first = shared.get(groups.get(old[new], 0))
        if first is not None:
            layer = with_names(layer, tied_to=None if first == new else first)
        layer = renamed(layer, lambda j: j, lambda s: place.get(s, s))
        for field, state in attended(layer).items():
            if state >= new:
                raise NetworkError([Problem(_(_TOO_LATE[field], layer=new, late=state))])
        return layer

    layers = tuple(of(layer, new) for new, layer in enumerate(fields["layers"], start=1))
    readout = renamed(fields["readout"], lambda j: shared[j], lambda s: s)
    return {"layers": layers, "readout": readout}


def named_as_copies(layers: Sequence[AnyLayer], first: int) -> list[AnyLayer]:
    """Layers from `first` on as they stand behind themselves."""
    count = len(layers)

    def owner(j: int) -> int:
        return j + count * (j >= first)

    return [renamed(layer, owner, lambda s: s + count * (s >= first - 1)) for layer in layers]


def named_plainly(layer: Mapping[str, Any], move: Move) -> Fields:
    """A plain layer that names others under new numbers; below 1 there is no owner."""
    owner, fields = layer.get("tied_to"), {**layer}
    for name in ATTENDED:
        state = layer.get(name)
        if is_whole(state):
            fields[name] = max(0, move(state))
    if is_whole(owner):
        del fields["tied_to"]
        fields |= {"tied_to": move(owner)} if move(owner) > 0 else {}
    return fields


def _all(fields: Fields, owner: Callable[[int], int | None], move: Move) -> Fields:
    layers = tuple(renamed(layer, owner, move) for layer in fields["layers"])
    return {"layers": layers, "readout": renamed(fields["readout"], owner, move)}
