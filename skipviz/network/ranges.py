"""Edits of several neighbouring layers at once: changed, removed, duplicated, moved, pasted.

Layers are numbered 1..N. Skips follow the layers they connect; input and readout stay.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from skipviz.language import _
from skipviz.network.changes import moved_ends, parse_skip, with_fields
from skipviz.network.network import Network
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.renaming import named_with_room
from skipviz.network.rewire import copied, cut_out, put_in, reordered, said, with_room
from skipviz.network.skips import AnySkip
from skipviz.network.structure import no_layer
from skipviz.types import is_whole

MOST = 1_000
"""Layers one edit may bring; a network has limits of its own (`Network.check`)."""


def remove_layers(network: Network, first: int, last: int) -> Network:
    """The network without layers `first` to `last` and without the skips that ended there."""
    _require(network, first, last)
    gone = range(first, last + 1)
    if len(gone) == network.depth:
        raise NetworkError([Problem(no_layer(), layer=first)])
    kept = [skip for skip in network.skips if not set(skip.ends) & set(gone)]
    skips = moved_ends(kept, lambda k: k - len(gone) * (k > last))
    return rebuilt(network, skips=skips, **cut_out(network, first, last))


def duplicate_layers(network: Network, first: int, last: int) -> Network:
    """Layers `first` to `last` once more behind themselves, with the skips among them."""
    _require(network, first, last)
    inside = [skip for skip in network.skips if all(first <= k <= last for k in skip.ends)]
    copies = moved_ends(inside, lambda k: k + last - first + 1)
    return _inserted(network, last + 1, copied(network, first, last), copies)


def change_layers(network: Network, first: int, last: int, **fields: Any) -> Network:
    """Some fields of each of the layers `first` to `last` changed, or all made another kind.

    As `Network.change_layer` does it with one.
    """
    _require(network, first, last)
    changed = [with_fields(layer, fields) for layer in network.layers[first - 1 : last]]
    layers = (*network.layers[: first - 1], *changed, *network.layers[last:])
    return rebuilt(network, layers=layers)


def move_layers(network: Network, first: int, last: int, by: int) -> Network:
    """Layers `first` to `last` moved `by` places towards the readout (< 0: the input).

    All skips stay with the layers they connect. One that comes to lead back needs
    time steps; `Network.check` says so. NetworkError where the layers would leave the chain, or
    one would read a layer that is not before it.
    """
    _require(network, first, last)
    if not is_whole(by) or not (first + by >= 1 and last + by <= network.depth):
        message = _(
            "Layers {first} to {last} cannot move by {by}.",
            first=first,
            last=last,
            by=f"{by!r:.20}",
        )
        raise NetworkError([Problem(message)])
    order = list(range(1, network.depth + 1))
    moved, rest = order[first - 1 : last], order[: first - 1] + order[last:]
    order = rest[: first + by - 1] + moved + rest[first + by - 1 :]
    place = {old: new for new, old in enumerate(order, start=1)}
    skips = moved_ends(network.skips, lambda k: place.get(k, k))
    return rebuilt(network, skips=skips, **reordered(network, order))


def paste_layers(
    network: Network,
    at: int,
    layers: Sequence[Mapping[str, Any]],
    skips: Sequence[Mapping[str, Any]] = (),
) -> Network:
    """New layers that become `at`, `at` + 1, ..; `skips` and what layers read count them from 1.

    0 is the state before them. Both are plain data as in the network's JSON; NetworkError lists
    what is wrong with them.
    """
    if not is_whole(at) or not 1 <= at <= network.depth + 1:
        message = _("Layers can go in at 1 to {last}.", last=network.depth + 1)
        raise NetworkError([Problem(message)])
    if not _are_objects(layers) or not _are_objects(skips) or not 1 <= len(layers) <= MOST:
        message = _("What is pasted is a list of 1 to {most} layers.", most=MOST)
        raise NetworkError([Problem(message)])
    parsed = [parse_skip(skip) for skip in skips]
    if not all(1 <= k <= len(layers) for skip in parsed for k in skip.ends):
        raise NetworkError([Problem(_("A pasted skip connects two of the pasted layers."))])
    return _inserted(network, at, put_in(layers, at), moved_ends(parsed, lambda k: k + at - 1))


def _inserted(
    network: Network, at: int, layers: Sequence[object], skips: Sequence[AnySkip]
) -> Network:
    room = moved_ends(network.skips, lambda k: k + len(layers) * (k >= at))
    read = said(network, with_room(network, at, len(layers)))
    old = named_with_room(read, at, len(layers), alone=False)
    grown = (*old["layers"][: at - 1], *layers, *old["layers"][at - 1 :])
    return rebuilt(network, skips=(*room, *skips), **(old | {"layers": grown}))


def _require(network: Network, first: int, last: int) -> None:
    if not (is_whole(first) and is_whole(last) and 1 <= first <= last <= network.depth):
        message = _(
            "There are no layers {first} to {last}.", first=f"{first!r:.20}", last=f"{last!r:.20}"
        )
        raise NetworkError([Problem(message)])


def _are_objects(values: object) -> bool:
    return isinstance(values, list | tuple) and all(isinstance(v, Mapping) for v in values)


def rebuilt(network: Network, **fields: Any) -> Network:
    """The network with these layers, skips or readout, all else as it was; NetworkError lists
    problems."""
    same = {name: getattr(network, name) for name in Network.model_fields}
    tuples = {name: tuple(given) for name, given in fields.items() if isinstance(given, list)}
    return Network.of(**(same | fields | tuples))
