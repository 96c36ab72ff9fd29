"""The edits of the drawing as a form, for those who cannot drag."""

from typing import Any

import streamlit as st

from skipviz.network import SKIP_KINDS, Network
from skipviz.ui.events import take_edit
from skipviz.ui.session import Session


def edit_form(session: Session) -> None:
    """Draw the form, folded away."""
    with st.expander("Edit without dragging"):
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
    network = session.network
    layer = st.selectbox("Layer", list(range(1, network.depth + 1)))
    _button(session, "Insert a layer after", do="insert_layer", at=layer + 1)
    _button(session, "Remove layer", do="remove_layer", layer=layer)


def _button(session: Session, label: str, **edit: Any) -> None:
    st.button(label, on_click=take_edit, args=(session, edit))


def _layer_name(network: Network, k: int) -> str:
    return {0: "input", network.depth + 1: "readout"}.get(k, f"layer {k}")
