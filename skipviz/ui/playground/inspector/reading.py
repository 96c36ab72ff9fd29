"""What a layer reads: which states, through what, and how they become one."""

from typing import get_args

import streamlit as st

from skipviz.language import N_, _
from skipviz.network import Reads
from skipviz.network.wiring import MOST_ENTRIES, Combine, Entry, EntryActivation
from skipviz.ui.components.controlled import controlled

HOW = {"concat": N_("concatenated"), "add": N_("added"), "multiply": N_("multiplied")}
HELP = N_("Numbers of layers before this one, 0 for the input. Wiring is the same in every arm.")


def reads_of_widgets(name: str, k: int, reads: Reads) -> Reads:
    """What the visitor has set that layer k, or the readout, reads."""
    states = _states(name, k, reads)
    if states != reads.states:
        return Reads(entries=tuple(_entry(reads, state) for state in states), combine=reads.combine)
    if len(states) > 1:
        combine = _combine(name, reads.combine)
        if combine != reads.combine:
            return reads.model_copy(update={"combine": combine})
    for place, entry in enumerate(reads.entries):
        through = _through(f"{name}_{place}", entry)
        if through != entry:
            entries = (*reads.entries[:place], through, *reads.entries[place + 1 :])
            return reads.model_copy(update={"entries": entries})
    return reads


def _states(name: str, k: int, reads: Reads) -> tuple[int, ...]:
    current = ", ".join(map(str, reads.states))
    said = controlled(
        f"{name}_reads",
        current,
        lambda key: st.text_input(_("Reads"), current, key=key, help=_(HELP)),
    )
    parts = said.replace(",", " ").split()
    sound = 0 < len(parts) <= MOST_ENTRIES and all(p.isdecimal() and int(p) < k for p in parts)
    if not sound:
        st.caption(_("It can read 0 to {last}, as in 0, {last}.", last=k - 1))
    return tuple(map(int, parts)) if sound else reads.states


def _combine(name: str, current: Combine) -> Combine:
    choices = list(get_args(Combine))

    def draw(key: str) -> Combine:
        picked: Combine = st.selectbox(
            _("These are"),
            choices,
            choices.index(current),
            format_func=lambda each: _(HOW[each]),
            key=key,
        )
        return picked

    return controlled(f"{name}_combine", current, draw)


def _through(name: str, entry: Entry) -> Entry:
    choices = list(get_args(EntryActivation))
    of_layer = _("Layer {layer} through", layer=entry.state)
    label = of_layer if entry.state else _("Input through")

    def draw(key: str) -> EntryActivation:
        at = choices.index(entry.activation)
        picked: EntryActivation = st.selectbox(
            label, choices, at, format_func=_activation_name, key=key
        )
        return picked

    chosen = controlled(f"{name}_through", entry.activation, draw)
    return entry.model_copy(update={"activation": chosen})


def _activation_name(name: str) -> str:
    return "1 − s" if name == "complement" else _(name.replace("_", " "))


def _entry(reads: Reads, state: int) -> Entry:
    """As it was, where the state was read before."""
    return next((entry for entry in reads.entries if entry.state == state), Entry(state=state))
