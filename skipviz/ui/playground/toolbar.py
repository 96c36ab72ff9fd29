"""The row above the drawing: preset, undo and redo, what the network costs, and the link."""

import streamlit as st

from skipviz import data, presets
from skipviz.network import NetworkError
from skipviz.text import plural
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.copy_link import copy_link
from skipviz.ui.playground.available_presets import networks, preset_named, rate_for
from skipviz.ui.playground.export_panel import files
from skipviz.ui.session.session import Session

RATE = "rate_of_preset"  # the learning rate that came with the last preset


def toolbar(session: Session) -> None:
    """Draw the row."""
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        if "presets" not in session.address.hidden:
            _preset_picker(session)
        _history_buttons(session)
        st.markdown(_cost_text(session), width="stretch")
        if "export" not in session.address.hidden:
            files(session)
        copy_link(key="copy_link")


def _preset_picker(session: Session) -> None:
    names = list(networks())
    now = preset_named(session.network, session.settings.data)

    def draw(key: str) -> str | None:
        return st.selectbox(
            "Start from",
            names,
            index=None if now is None else names.index(now),
            format_func=lambda name: presets.info(name).title,
            placeholder="Your own network",
            key=key,
            label_visibility="collapsed",
            width=280,
        )

    name = controlled("preset", now, draw)
    if name is not None and name != now:
        rate = st.session_state.get(RATE, rate_for(now))
        if session.settings.learning_rate in (rate, rate_for(now)):  # one chosen by hand stays
            st.session_state[RATE] = rate_for(name)
            changed = {"learning_rate": rate_for(name)}
            session.settings = session.settings.model_copy(update=changed)
        session.load_preset(networks()[name], data.meant_for(name) or session.settings.data)
        st.rerun()


def _history_buttons(session: Session) -> None:
    history = session.history
    st.button(
        "Undo",
        icon=":material/undo:",
        key="undo",
        on_click=history.undo,
        disabled=not history.past,
    )
    st.button(
        "Redo",
        icon=":material/redo:",
        key="redo",
        on_click=history.redo,
        disabled=not history.future,
    )


def _cost_text(session: Session) -> str:
    network = session.network
    drawn = f"{plural(network.depth, 'layer')} · {plural(len(network.skips), 'skip')}"
    try:
        counts = session.resolved.counts
    except NetworkError:
        return f"{drawn} · :red[does not fit]"
    return f"{drawn} · {counts.parameters:,} weights · {counts.macs:,} MACs"
