"""What pages draw of the runs that a visitor keeps: keep, lay over the charts, name, forget."""

from collections.abc import Callable

import streamlit as st

from skipviz.language import _
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import LONGEST_NAME, MOST, AnyKept, Shelf


def keep_button(shelf: Shelf[AnyKept], keep: Callable[[], None] | None, key: str) -> None:
    """The button that takes a run in; `keep` is None where there is none."""
    st.button(
        _("Keep"),
        icon=":material/bookmark_add:",
        on_click=keep,
        disabled=keep is None or shelf.full,
        help=_("The tray holds {count} runs. Forget one first.", count=MOST)
        if shelf.full else _("Compare it with others"),
        key=key,
    )  # fmt: skip


def overlay(shelf: Shelf[AnyKept]) -> None:
    """Which of those that were measured lie over the charts."""
    about = {kept.name: kept.about for kept in shelf.runs if kept.run is not None}
    measured = list(about)
    if not measured:
        return
    chosen = st.pills(
        _("Kept runs in the charts"),
        measured,
        selection_mode="multi",
        default=[name for name in shelf.overlaid if name in measured],
        format_func=lambda name: _("{name}: {about}", name=name, about=about[name]),
        key=f"overlaid_{'_'.join(measured)}",
        label_visibility="collapsed",
        width="content",
    )
    shelf.overlaid = tuple(chosen)


def name_input(session: Session, shelf: Shelf[AnyKept], kept: AnyKept) -> None:
    """What the run is called in the charts, which can be changed."""
    key = f"name_{kept.name}"

    def rename() -> None:
        try:
            shelf.rename(kept.name, st.session_state[key])
        except ValueError as error:
            session.notify(str(error))
            st.session_state[key] = kept.name

    st.text_input(_("Name"), kept.name, max_chars=LONGEST_NAME, key=key, on_change=rename)


def forget_button(shelf: Shelf[AnyKept], kept: AnyKept) -> None:
    """Takes it out."""
    st.button(
        _("Forget"),
        key=f"Forget_{kept.name}",
        on_click=lambda: shelf.forget(kept.name),
        type="tertiary",
    )
