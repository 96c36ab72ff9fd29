"""Whose weights a layer has, and what its attention attends to."""

from typing import Any

import streamlit as st

from skipviz.language import N_, _
from skipviz.network import Attention, Embedding, Network
from skipviz.network.naming import ATTENDED, shares_norms, tie
from skipviz.text import state_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox

Fields = dict[str, Any]
_ATTENDED = {
    "memory": (
        N_("Attends to"),
        N_("what it reads"),
        N_("Keys and values are made from that state as its layer hands it on."),
    ),
    "values": (
        N_("Values from"),
        N_("its own map"),
        N_("The values are that state as it is, without a map of them."),
    ),
}
"""What a choice is called, what None is, and what it says of itself."""


def tie_of_widgets(name: str, network: Network, k: int) -> Fields:
    """What the visitor has changed of whose weights layer k, or the readout, has."""
    owner = network.tie_of(k)
    choices = [None, *_owners(network, k)]
    if owner is None and len(choices) == 1:
        return {}
    choices += [] if owner in choices else [owner]

    def draw(key: str) -> int | None:
        return selectbox(
            _("Weights"), choices, choices.index(owner), format_func=_owner_text, key=key,
            help=_("Shared weights are one parameter; every use adds to its gradient."),
        )  # fmt: skip

    chosen = controlled(f"{name}_tied_to", owner, draw)
    if chosen != owner:
        return {"tied_to": chosen}
    if owner is None or k > network.depth or not hasattr(network.layers[k - 1], "tied_norms"):
        return {}
    return _norms(name, shares_norms(network.layers[k - 1]))


def attended_of_widgets(name: str, network: Network, k: int) -> Fields:
    """What the visitor has changed of what layer k attends to; nothing where it does not."""
    if not isinstance(network.layers[k - 1], Attention):
        return {}
    return {
        field: chosen
        for field in ATTENDED
        for now, chosen in [_attended(name, network, k, field)]
        if chosen != now
    }


def _attended(name: str, network: Network, k: int, field: str) -> tuple[int | None, int | None]:
    """The state that it attends to in this field, before and after the visitor has chosen."""
    now: int | None = getattr(network.layers[k - 1], field)
    choices: list[int | None] = [None, *range(k)]
    label, by_default, told = _ATTENDED[field]

    def said(state: int | None) -> str:
        return _(by_default) if state is None else state_text(state)

    def draw(key: str) -> int | None:
        return selectbox(
            _(label), choices, choices.index(now), format_func=said, key=key, help=_(told)
        )

    return now, controlled(f"{name}_{field}", now, draw)


def _norms(name: str, tied: bool) -> Fields:
    chosen = controlled(
        f"{name}_tied_norms",
        tied,
        lambda key: st.checkbox(_("Shares the norms too"), tied, key=key),
    )
    return {} if chosen == tied else {"tied_norms": chosen}


def _owners(network: Network, k: int) -> list[int]:
    """The earlier layers that have weights such as layer k could use."""
    earlier = enumerate(network.layers[: k - 1], start=1)
    own = [(j, layer) for j, layer in earlier if tie(layer) is None]
    if k > network.depth:
        return [j for j, layer in own if isinstance(layer, Embedding)]
    kind = network.layers[k - 1]
    return [j for j, layer in own if layer.kind == kind.kind and hasattr(kind, "tied_to")]


def _owner_text(owner: int | None) -> str:
    return _("its own") if owner is None else _("those of layer {layer}", layer=owner)
