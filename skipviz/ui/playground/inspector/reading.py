"""What a layer reads: which states, through what, and how they become one; and a time step."""

from typing import Any, get_args

import streamlit as st

from skipviz.language import N_, _
from skipviz.network import Network, Reads
from skipviz.network.architecture import Time
from skipviz.network.wiring import MOST_ENTRIES, Combine, Entry, EntryActivation
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number

HOW = {"concat": N_("concatenated"), "add": N_("added"), "multiply": N_("multiplied")}
TIMES = {"repeat": N_("all of the input"), "positions": N_("one position of it")}
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
        picked: Combine = selectbox(
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
        picked: EntryActivation = selectbox(
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


def time_of_widgets(network: Network, most: int) -> dict[str, Any]:
    """The edit that the visitor has made of what a time step reads, or of how many there are,
    where the data does not say so; {} for none.
    """
    options: list[Time] = [*get_args(Time)]

    def choose(key: str) -> Time:
        return selectbox(
            _("A time step reads"),
            options,
            options.index(network.time),
            format_func=lambda each: _(TIMES[each]),
            key=key,
            help=_(
                "With one position each the network runs along a sequence, and skips that lead "
                "back carry the state of the position before."
            ),
        )

    time = controlled("time", network.time, choose)
    if time != network.time:
        return {"do": "set_time", "time": time}
    return _time_steps(network, most) if time == "repeat" else {}


def _time_steps(network: Network, most: int) -> dict[str, Any]:
    def draw(key: str) -> int:
        return whole_number(
            _("Time steps"),
            1,
            most,
            min(network.time_steps, most),
            key=key,
            help=_("From 2 on skips may lead back: they carry the state of the step before."),
        )

    steps = controlled("time_steps", network.time_steps, draw)
    return {} if steps == network.time_steps else {"do": "set_time_steps", "steps": steps}
