"""Kept runs: laid over the charts, compared with the drawing, opened again."""

from typing import Any

import streamlit as st

from skipviz.network.difference import difference
from skipviz.runs.run import Run
from skipviz.runs.setting_text import setting_text
from skipviz.settings import Settings
from skipviz.text import plural
from skipviz.ui.components.lazy_expander import lazy_popover
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import LONGEST_NAME, MOST, Kept
from skipviz.ui.session.url_sync import adopt


def tray_panel(session: Session) -> None:
    """Draw the row of kept runs, where there are any: lay them over the charts, look closer."""
    if session.tray.runs:
        with st.container(horizontal=True, vertical_alignment="center", key="tray"):
            _closer(session)
            _overlay(session)


def drawn_difference(session: Session) -> dict[str, list[list[int]]] | None:
    """Added and removed skips of the drawing against the kept run it is compared with."""
    kept = session.tray.named(session.tray.compared)
    if kept is None:
        return None
    found = difference(kept.network, session.network)
    return {"added": [*map(list, found.added)], "removed": [*map(list, found.removed)]}


def keep_button(session: Session, run: Run | None) -> None:
    """Draw the button that takes a run into the tray."""

    def keep() -> None:
        if run is not None:
            session.tray.keep(run)

    full = session.tray.full
    st.button(
        "Keep",
        icon=":material/bookmark_add:",
        on_click=keep,
        disabled=run is None or full,
        help=f"The tray holds {MOST} runs. Forget one first." if full else "Compare it with others",
    )


def _overlay(session: Session) -> None:
    tray = session.tray
    about = {kept.name: _about(kept) for kept in tray.runs if kept.run is not None}
    measured = list(about)
    if not measured:
        return
    chosen = st.pills(
        "Kept runs in the charts",
        measured,
        selection_mode="multi",
        default=[name for name in tray.overlaid if name in measured],
        format_func=lambda name: f"{name}: {about[name]}",
        key=f"overlaid_{'_'.join(measured)}",
        label_visibility="collapsed",
        width="content",
    )
    tray.overlaid = tuple(chosen)


def _closer(session: Session) -> None:
    def draw() -> None:
        for kept in session.tray.runs:
            _card(session, kept)
        if session.tray.compared is not None:
            st.button("Show no differences", key="compare_none", on_click=_compare(session, None))

    lazy_popover("tray", "Kept runs", ":material/bookmarks:", draw)


def _about(kept: Kept) -> str:
    """Which network it was."""
    layers, skips = kept.network.depth, len(kept.network.skips)
    return f"{plural(layers, 'layer')}, {plural(skips, 'skip')}"


def _card(session: Session, kept: Kept) -> None:
    with st.container(border=True, key=f"kept_{kept.name}"):
        _name(session, kept)
        st.caption(
            f"{kept.result[:1].upper()}{kept.result[1:]}. "
            f"{_about(kept)}, {kept.settings.data}. To the drawing now: "
            f"{difference(kept.network, session.network)}; "
            f"{settings_difference(kept.settings, session.settings)}."
        )
        with st.container(horizontal=True):
            _button("Open", kept, _open(session, kept))
            _button("Show the difference", kept, _compare(session, kept.name))
            _button("Forget", kept, _forget(session, kept))


def _name(session: Session, kept: Kept) -> None:
    """What the run is called in the charts, which can be changed."""
    key = f"name_{kept.name}"

    def rename() -> None:
        try:
            session.tray.rename(kept.name, st.session_state[key])
        except ValueError as error:
            session.notify(str(error))
            st.session_state[key] = kept.name

    st.text_input("Name", kept.name, max_chars=LONGEST_NAME, key=key, on_change=rename)


def settings_difference(before: Settings, after: Settings) -> str:
    """The settings that are not the same, in words."""
    old, new = before.model_dump(), after.model_dump()
    changed = [
        f"{name.replace('_', ' ')} {setting_text(name, value)} → {setting_text(name, new[name])}"
        for name, value in old.items()
        if value != new[name]
    ]
    return ", ".join(changed) or "the same settings"


def _button(label: str, kept: Kept, act: Any) -> None:
    st.button(label, key=f"{label}_{kept.name}", on_click=act, type="tertiary")


def _open(session: Session, kept: Kept) -> Any:
    return lambda: adopt(session, kept.network, kept.settings)


def _compare(session: Session, name: str | None) -> Any:
    def act() -> None:
        session.tray.compared = name
        session.editing.revision += 1

    return act


def _forget(session: Session, kept: Kept) -> Any:
    return lambda: session.tray.forget(kept.name)
