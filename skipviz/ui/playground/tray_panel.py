"""Kept runs: laid over the charts, compared with the drawing, opened again."""

from typing import Any

import streamlit as st

from skipviz.language import N_, _
from skipviz.network.difference import difference
from skipviz.runs.setting_text import setting_text
from skipviz.settings import Settings
from skipviz.text import capital
from skipviz.ui.components.lazy_expander import lazy_popover
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import Kept
from skipviz.ui.session.url_sync import adopt
from skipviz.ui.shell.kept import forget_button, name_input, overlay


def tray_panel(session: Session) -> None:
    """Draw the row of kept runs, where there are any: lay them over the charts, look closer."""
    if session.tray.runs:
        with st.container(horizontal=True, vertical_alignment="center", key="tray"):
            _closer(session)
            overlay(session.tray)


def drawn_difference(session: Session) -> dict[str, list[list[int]]] | None:
    """Added and removed skips of the drawing against the kept run it is compared with."""
    kept = session.tray.named(session.tray.compared)
    if kept is None:
        return None
    found = difference(kept.network, session.network)
    return {"added": [*map(list, found.added)], "removed": [*map(list, found.removed)]}


def _closer(session: Session) -> None:
    def draw() -> None:
        for kept in session.tray.runs:
            _card(session, kept)
        if session.tray.compared is not None:
            st.button(
                _("Show no differences"), key="compare_none", on_click=_compare(session, None)
            )

    lazy_popover("tray", _("Kept runs"), ":material/bookmarks:", draw)


def _card(session: Session, kept: Kept) -> None:
    with st.container(border=True, key=f"kept_{kept.name}"):
        name_input(session, session.tray, kept)
        st.caption(
            _(
                "{result}. {network}, {data}. To the drawing now: {network_change}; {settings}.",
                result=capital(str(kept.result)),
                network=kept.about,
                data=_(kept.run.info.title) if kept.run else kept.settings.data,
                network_change=str(difference(kept.network, session.network)),
                settings=settings_difference(kept.settings, session.settings),
            )
        )
        with st.container(horizontal=True):
            _button(N_("Open"), kept, _open(session, kept))
            _button(N_("Show the difference"), kept, _compare(session, kept.name))
            forget_button(session.tray, kept)


def settings_difference(before: Settings, after: Settings) -> str:
    """The settings that are not the same, in words."""
    old, new = before.model_dump(), after.model_dump()
    changed = [
        f"{name.replace('_', ' ')} {setting_text(name, value)} → {setting_text(name, new[name])}"
        for name, value in old.items()
        if value != new[name]
    ]
    return ", ".join(changed) or _("the same settings")


def _button(label: str, kept: Kept, act: Any) -> None:
    st.button(_(label), key=f"{label}_{kept.name}", on_click=act, type="tertiary")


def _open(session: Session, kept: Kept) -> Any:
    return lambda: adopt(session, kept.network, kept.settings)


def _compare(session: Session, name: str | None) -> Any:
    def act() -> None:
        session.tray.compared = name
        session.editing.revision += 1

    return act
