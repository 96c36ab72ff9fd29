"""Which chapter is shown: the list beside it, a picker on a phone, and the way onward."""

from typing import Literal

import streamlit as st

from skipviz.language import _
from skipviz.teaching import CHAPTERS
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.session.address import CHAPTER, Trail, from_browser, given, gone_back, one_of, put

_SHOWN, _TRAIL = "chapter_shown", "chapter_trail"
_NAMES = (*(chapter.id for chapter in CHAPTERS), "glossary")


def page_named(name: str) -> str:
    """The chapter of the address, the first one for a name that is not known."""
    return one_of(_NAMES, name, otherwise=CHAPTERS[0].id)


def chosen_page() -> str:
    """The chapter of the address, but not one that has just been left.

    A refresh that was on its way when the visitor went on still brings the address before.
    """
    named = page_named(given(CHAPTER))
    if not from_browser() or (_trail().echoes(named) and not gone_back()):
        shown = str(st.session_state.get(_SHOWN, named))
        put(CHAPTER, shown)
    else:
        shown = named
        st.session_state[_TRAIL] = Trail([named])
    st.session_state[_SHOWN] = shown
    return shown


def contents(chosen: str) -> None:
    """The list of chapters; style.css shows either the buttons or, on a phone, the picker."""
    titles = _titles()
    with st.container(key="contents_list"):
        for name, title in titles.items():
            kind: Literal["primary", "tertiary"] = "primary" if name == chosen else "tertiary"
            st.button(title, key=f"to_{name}", type=kind, on_click=_open, args=(name,))
    with st.container(key="contents_picker"):
        picked = selectbox(
            _("Chapter"),
            _NAMES,
            index=_NAMES.index(chosen),
            format_func=titles.__getitem__,
            key=f"chapter_picker_{chosen}",
        )
        if picked != chosen:
            _open(picked)
            st.rerun()


def onward(chosen: str) -> None:
    """To the chapter before and to the one after."""
    titles, place = _titles(), _NAMES.index(chosen)
    with st.container(horizontal=True, key="onward"):
        if place > 0:
            before = _NAMES[place - 1]
            st.button(
                titles[before],
                key="before",
                icon=":material/arrow_back:",
                on_click=_open,
                args=(before,),
            )
        if place + 1 < len(_NAMES):
            after = _NAMES[place + 1]
            st.button(
                titles[after],
                key="after",
                type="primary",
                icon=":material/arrow_forward:",
                on_click=_open,
                args=(after,),
            )


def _titles() -> dict[str, str]:
    numbered = {c.id: f"{i}. {_(c.title)}" for i, c in enumerate(CHAPTERS, start=1)}
    return numbered | {"glossary": _("Glossary")}


def _open(name: str) -> None:
    _trail().given(name)
    st.session_state[_SHOWN] = name
    put(CHAPTER, name)


def _trail() -> Trail:
    trail: Trail = st.session_state.setdefault(_TRAIL, Trail())
    return trail
