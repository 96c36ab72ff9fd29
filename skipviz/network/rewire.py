"""What happens to the wiring of a network when its layers come, go and move.

Skips keep the layers they connect. Of what layers read by wiring

    insert     whatever read the state before the new layers reads the last of them; a new layer
               that says what it reads is put before layer `at` alone, which reads it
    remove     whatever read a layer that goes reads what that layer read
    move       `reads` follow the layers they name; a layer that says nothing reads the one before
    duplicate  copies read copies; what read the last layer reads its copy
    paste      copies read copies, and the state before them in place of any other

so that a chain stays the chain it is. Layers are numbered 1..N, the readout is N + 1.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skipviz.language import _
from skipviz.network.architecture import Architecture, Readout
from skipviz.network.layers import AnyLayer
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.renaming import (
    named_as_copies,
    named_in_order,
    named_plainly,
    named_with_room,
    named_without,
)
from skipviz.network.wiring import Entry, Reads, as_data, canonical, says_what_it_reads

Move = Callable[[int], int]
Wiring = list[Reads | None]
Fields = dict[str, Any]


def said(network: Architecture, wiring: Sequence[Reads | None]) -> Fields:
    """The layers and the readout of the network, which read this now."""
    layers = [_reading(layer, reads) for layer, reads in zip(network.layers, wiring, strict=False)]
    return {"layers": tuple(layers), "readout": _readout(network, wiring)}


def renumbered(reads: Reads | None, move: Move) -> Reads | None:
    """The same entries under other numbers."""
    if reads is None:
        return None
    entries = (entry.model_copy(update={"state": move(entry.state)}) for entry in reads.entries)
    return reads.model_copy(update={"entries": tuple(entries)})


def with_room(network: Architecture, at: int, count: int) -> Wiring:
    """What is read once `count` layers have come in at `at`, on the way of all that read at - 1."""

    def move(state: int) -> int:
        return state + count * (state >= at - 1)

    return [
        reads if k < at else renumbered(reads, move)
        for k, reads in enumerate(network.wiring, start=1)
    ]


def with_one_before(network: Architecture, at: int) -> Wiring:
    """What is read once one layer has come in at `at`, on the way to the one there alone."""

    def move(state: int) -> int:
        return state + (state >= at)

    moved = [renumbered(reads, move) for reads in _explicit(network)]
    moved[at - 1] = None
    return [reads and canonical(k + (k >= at), reads) for k, reads in enumerate(moved, start=1)]


def without(network: Architecture, first: int, last: int) -> Wiring:
    """What is read once layers `first` to `last` are gone: in their place, what they read."""
    wiring = _explicit(network)
    for gone in range(last, first - 1, -1):
        replaced = wiring[gone - 1]
        wiring = [_replaced(reads, gone, replaced) for reads in wiring]
    del wiring[first - 1 : last]
    count = last - first + 1
    moved = (renumbered(reads, lambda k: k - count * (k > last)) for reads in wiring)
    return [reads and canonical(k, reads) for k, reads in enumerate(moved, start=1)]


def cut_out(network: Architecture, first: int, last: int) -> Fields:
    """The layers but `first` to `last`, and the readout, with what they read then."""
    wiring = without(network, first, last)
    layers = (*network.layers[: first - 1], *network.layers[last:])
    left = [_reading(layer, reads) for layer, reads in zip(layers, wiring, strict=False)]
    fields = {"layers": tuple(left), "readout": _readout(network, wiring)}
    return named_without(network, fields, first, last)


def reordered(network: Architecture, order: Sequence[int]) -> Fields:
    """The layers in another order, and the readout; NetworkError where one would read ahead."""
    place = {old: new for new, old in enumerate(order, start=1)}
    found = {
        place.get(k, k): renumbered(reads, lambda state: place.get(state, state))
        for k, reads in enumerate(network.wiring, start=1)
    }
    for k, reads in found.items():
        if reads and max(reads.states) >= k:
            late = max(reads.states)
            message = _(
                "Layer {layer} would read layer {late}, which is not before it.",
                layer=k,
                late=late,
            )
            raise NetworkError([Problem(message)])
    layers = [_reading(network.layers[old - 1], found[new]) for old, new in place.items()]
    readout = _readout(network, [found[network.depth + 1]])
    return named_in_order(network, {"layers": tuple(layers), "readout": readout}, place)


def copied(network: Architecture, first: int, last: int) -> list[AnyLayer]:
    """Layers `first` to `last` as they stand behind themselves.

    Copies read copies, and the last layer where the originals read what comes before the first.
    """
    count = last - first + 1

    def move(state: int) -> int:
        return state + count * (state >= first - 1)

    layers = network.layers[first - 1 : last]
    read = [_reading(layer, renumbered(layer.reads, move)) for layer in layers]
    return named_as_copies(read, first)


def taken_out(layers: Sequence[Mapping[str, Any]], first: int) -> list[Fields]:
    """Plain layers from `first` on, whose reads count from 1; 0 stands for what comes before."""
    return [_with_reads(layer, lambda k: k - first + 1) for layer in layers]


def put_in(layers: Sequence[Mapping[str, Any]], at: int) -> list[Fields]:
    """Plain layers, whose reads count from 1, as they read where the first becomes `at`."""
    return [_with_reads(layer, lambda k: k + at - 1) for layer in layers]


def _with_reads(layer: Mapping[str, Any], move: Move) -> Fields:
    try:
        reads = Reads.model_validate(layer["reads"]) if layer.get("reads") is not None else None
    except ValueError:
        return {**layer}  # the network says what is wrong with it
    there, named = renumbered(reads, lambda k: max(0, move(k))), named_plainly(layer, move)
    return named if there is None else {**named, "reads": there.model_dump(mode="json")}


def _explicit(network: Architecture) -> list[Reads]:
    return [network.reads_of(k) for k in range(1, network.depth + 2)]


def _replaced(reads: Reads, gone: int, by: Reads) -> Reads:
    """With what a layer read in its place; twice the same is once enough."""
    if gone not in reads.states:
        return reads
    if reads.only == gone:
        return by
    kept = [entry for entry in reads.entries if entry.state != gone]
    entries: list[Entry] = []
    for entry in reads.entries:
        if entry.state != gone:
            entries.append(entry)
        else:
            new = _in_place(entry, by, reads.combine)
            entries += [each for each in new if each not in kept]
    return reads.model_copy(update={"entries": tuple(entries)})


def _in_place(entry: Entry, by: Reads, combine: str) -> list[Entry]:
    """What stands for an entry whose layer read `by`: the same, where the two can be one."""
    if entry.activation == "identity" and (by.combine == combine or len(by.entries) == 1):
        return list(by.entries)
    return [entry.model_copy(update={"state": by.states[0]})]


def _readout(network: Architecture, wiring: Sequence[Reads | None]) -> Readout:
    readout = network.readout
    same = readout.reads == wiring[-1]
    return readout if same else readout.model_copy(update={"reads": wiring[-1]})


def _reading(layer: AnyLayer, reads: Reads | None) -> AnyLayer:
    return layer if layer.reads == reads else layer.model_copy(update={"reads": reads})


def put_before(
    network: Architecture, at: int, layer: AnyLayer | Mapping[str, Any], *, alone: bool
) -> Fields:
    """The layers with a new one that becomes layer `at`, and the readout.

    With `alone`, or where it says what it reads, layer `at` alone reads it.
    """
    says = says_what_it_reads(layer)
    wiring = with_one_before(network, at) if alone or says else with_room(network, at, 1)
    new = layer if says or not alone else that_reads(layer, network.reads_of(at))
    old = named_with_room(said(network, wiring), at, 1, alone=alone or says)
    return old | {"layers": (*old["layers"][: at - 1], new, *old["layers"][at - 1 :])}


def that_reads(layer: AnyLayer | Mapping[str, Any], reads: Reads) -> AnyLayer | Fields:
    """A layer that is about to come in, perhaps as plain data, with what it is to read."""
    if isinstance(layer, Mapping):
        return {**layer, "reads": as_data(reads)}
    return _reading(layer, reads)
