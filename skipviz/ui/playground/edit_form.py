"""The edits of the drawing as a form, for those who cannot drag."""

from typing import Any

import streamlit as st

from skipviz.network import SKIP_KINDS, Network
from skipviz.ui.components.controlled import controlled
from skipviz.ui.playground.edit_events import take_edit
from skipviz.ui.session.clipboard import copy_layers, pasting
from skipviz.ui.session.session import Session


def edit_form(session: Session) -> None:
    """Draw the form."""
    _add_skip(session)
    _remove_skip(session)
    _change_layers(session)


def _add_skip(session: Session) -> None:
    network = session.network
    ends = list(range(network.depth + 2))

    def name(k: int) -> str:
        return _layer_name(network, k)

    source = st.selectbox("Skip from", ends[:-1], format_func=name)
    target = st.selectbox("Skip to", ends[1:], index=1, format_func=name)
    kind = st.selectbox("Kind", SKIP_KINDS)
    _button(session, "Add skip", do="add_skip", source=source, target=target, kind=kind)


def _remove_skip(session: Session) -> None:
    skips = [skip.ends for skip in session.network.skips]
    if skips:
        source, target = st.selectbox("Skip", skips, format_func=lambda e: f"{e[0]} → {e[1]}")
        _button(session, "Remove skip", do="remove_skip", source=source, target=target)


def _change_layers(session: Session) -> None:
    first, last = _range(session)
    both = {"first": first, "last": last}
    _button(session, "Insert a layer after", do="insert_layer", at=last + 1)
    _button(session, "Remove layers", do="remove_layers", **both)
    _button(session, "Duplicate layers", do="duplicate_layers", **both)
    for place, by in (("input", -1), ("readout", 1)):
        label = f"Move layers towards the {place}"
        st.button(label, on_click=_move, args=(session, first, last, by))
    st.button("Copy layers", on_click=copy_layers, args=(session, first, last))
    pasted = pasting(session, last + 1)
    if pasted is not None:
        _button(session, "Paste layers after", **pasted)


def _range(session: Session) -> tuple[int, int]:
    """The layers to change, a single one at first; kept while the network grows and shrinks.

    Neither box is made anew by what is put into the other: that would take the focus away from
    whoever is on the way from one to the other.
    """
    depth = session.network.depth
    first, last = session.editing.layer_range
    left, right = st.columns(2)
    with left:
        first = _layer_number("From layer", depth, min(first, depth)) or 1
    with right:
        last = _layer_number("To layer", depth, None if last is None else min(last, depth))
    session.editing.layer_range = first, last
    return first, max(first, last or first)


def _layer_number(label: str, depth: int, current: int | None) -> int | None:
    def draw(key: str) -> int | None:
        hint = "the same"
        return st.number_input(label, 1, depth, current, placeholder=hint, key=f"{key}_{depth}")

    return controlled(label, current, draw)


def _move(session: Session, first: int, last: int, by: int) -> None:
    """Move the layers and the range with them: pressed again, the same layers go on."""
    take_edit(session, {"do": "move_layers", "first": first, "last": last, "by": by})
    if first + by >= 1 and last + by <= session.network.depth:
        session.editing.layer_range = first + by, last + by


def _button(session: Session, label: str, **edit: Any) -> None:
    st.button(label, on_click=take_edit, args=(session, edit))


def _layer_name(network: Network, k: int) -> str:
    return {0: "input", network.depth + 1: "readout"}.get(k, f"layer {k}")
