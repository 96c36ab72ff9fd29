"""The edits of the drawing as a form, for those who cannot drag."""

from typing import Any

import streamlit as st

from skipviz.language import _
from skipviz.network import SKIP_KINDS, Network
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number
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

    source = selectbox(_("Skip from"), ends[:-1], format_func=name, key="skip_from")
    target = selectbox(_("Skip to"), ends[1:], index=1, format_func=name, key="skip_to")
    kind = selectbox(_("Kind"), SKIP_KINDS, format_func=_, key="kind_of_new")
    _button(session, _("Add skip"), do="add_skip", source=source, target=target, kind=kind)


def _remove_skip(session: Session) -> None:
    skips = [skip.ends for skip in session.network.skips]
    if skips:
        source, target = selectbox(
            _("Skip"), skips, format_func=lambda e: f"{e[0]} → {e[1]}", key="skip_to_remove"
        )
        _button(session, _("Remove skip"), do="remove_skip", source=source, target=target)


def _change_layers(session: Session) -> None:
    first, last = _range(session)
    both = {"first": first, "last": last}
    _button(session, _("Insert a layer after"), do="insert_layer", at=last + 1)
    _button(session, _("Remove layers"), do="remove_layers", **both)
    _button(session, _("Duplicate layers"), do="duplicate_layers", **both)
    towards = {_("Move layers towards the input"): -1, _("Move layers towards the readout"): 1}
    for label, by in towards.items():
        st.button(label, on_click=_move, args=(session, first, last, by))
    st.button(_("Copy layers"), on_click=copy_layers, args=(session, first, last))
    pasted = pasting(session, last + 1)
    if pasted is not None:
        _button(session, _("Paste layers after"), **pasted)


def _range(session: Session) -> tuple[int, int]:
    """The layers to change, a single one at first; kept while the network grows and shrinks.

    Neither box is made anew by what is put into the other: that would take the focus away from
    whoever is on the way from one to the other.
    """
    depth = session.network.depth
    first, last = session.editing.layer_range
    left, right = st.columns(2)
    with left:
        first = _layer_number("From layer", _("From layer"), depth, min(first, depth)) or 1
    with right:
        last = _layer_number(
            "To layer", _("To layer"), depth, None if last is None else min(last, depth)
        )
    session.editing.layer_range = first, last
    return first, max(first, last or first)


def _layer_number(name: str, label: str, depth: int, current: int | None) -> int | None:
    def draw(key: str) -> int | None:
        hint = _("the same")
        return whole_number(label, 1, depth, current, placeholder=hint, key=f"{key}_{depth}")

    return controlled(name, current, draw)


def _move(session: Session, first: int, last: int, by: int) -> None:
    """Move the layers and the range with them: pressed again, the same layers go on."""
    take_edit(session, {"do": "move_layers", "first": first, "last": last, "by": by})
    if first + by >= 1 and last + by <= session.network.depth:
        session.editing.layer_range = first + by, last + by


def _button(session: Session, label: str, **edit: Any) -> None:
    st.button(label, on_click=take_edit, args=(session, edit))


def _layer_name(network: Network, k: int) -> str:
    if k == 0:
        return _("input")
    return _("readout") if k > network.depth else _("layer {layer}", layer=k)
