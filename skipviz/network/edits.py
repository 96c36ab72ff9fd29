"""Edits as plain data: what the editor, a fix or a link sends, and what each does to a network."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

from skipviz.language import _
from skipviz.network.network import Network
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.ranges import (
    change_layers,
    duplicate_layers,
    move_layers,
    paste_layers,
    remove_layers,
)

_EDITS: dict[str, Callable[..., Network]] = {
    "add_skip": Network.add_skip,
    "remove_skip": Network.remove_skip,
    "change_skip": Network.change_skip,
    "insert_layer": Network.insert_layer,
    "remove_layer": Network.remove_layer,
    "change_layer": Network.change_layer,
    "change_defaults": Network.change_defaults,
    "change_readout": Network.change_readout,
    "rewire": Network.rewire,
    "set_time_steps": Network.set_time_steps,
    "set_time": Network.set_time,
    "change_layers": change_layers,
    "remove_layers": remove_layers,
    "duplicate_layers": duplicate_layers,
    "move_layers": move_layers,
    "paste_layers": paste_layers,
}
EDIT_NAMES = tuple(_EDITS)
LARGEST = 10**9  # whole number in an edit; no message has to spell out one of thousands of digits


def apply_edit(network: Network, edit: Mapping[str, Any]) -> Network:
    """The network after `{"do": name, **arguments}`; NetworkError when it cannot be done."""
    if not isinstance(edit, Mapping):
        raise NetworkError([Problem(_('An edit is an object such as {"do": "add_skip", ..}.'))])
    arguments = dict(edit)
    name = arguments.pop("do", None)
    change = _EDITS.get(name) if isinstance(name, str) else None
    if change is None:
        message = _(
            "Unknown edit {name}. Known are {list}.",
            name=f"{name!r:.60}",
            list=", ".join(EDIT_NAMES),
        )
        raise NetworkError([Problem(message)])
    if any(isinstance(given, int) and abs(given) > LARGEST for given in arguments.values()):
        message = _("The edit {name} has a number beyond any network.", name=name)
        raise NetworkError([Problem(message)])
    try:
        return change(network, **arguments)
    except TypeError:
        message = _(
            "The edit {name} does not take {given}.", name=name, given=f"{arguments!r:.200}"
        )
        raise NetworkError([Problem(message)]) from None


def apply_edits(network: Network, edits: Iterable[Mapping[str, Any]]) -> Network:
    """The network after one edit after the other; NetworkError where one of them cannot be done."""
    return reduce(apply_edit, edits, network)
