"""A lesson: its title and task above the page, and the dialog in which a teacher makes one."""

import streamlit as st

from skipviz.language import N_, _, language
from skipviz.markup import escape_markdown
from skipviz.ui.components.copy_link import copy_link
from skipviz.ui.components.lazy_expander import close_part
from skipviz.ui.session.address import LANGUAGE
from skipviz.ui.session.lesson import LONGEST, PARTS, TASK, TITLE, Lesson
from skipviz.ui.session.session import Session
from skipviz.ui.session.url_sync import link_query

_OPEN = "lesson_dialog_open"


def lesson_text(session: Session) -> None:
    """Say what the lesson is and asks for, where it is one."""
    lesson = session.address.lesson
    if lesson.title or lesson.task:
        with st.container(key="lesson", gap=None):
            if lesson.title:
                st.markdown(f"**{escape_markdown(lesson.title)}**")
            if lesson.task:
                st.markdown(escape_markdown(lesson.task))


def lesson_button() -> None:
    """Draw the button that opens the dialog."""
    st.button(
        _("Make a lesson"),
        icon=":material/school:",
        key="make_lesson",
        on_click=_open_dialog,
        width="stretch",
    )


def lesson_dialog(session: Session) -> None:
    """Draw the dialog while it is open: any run of the page that leaves it out would close it."""
    if st.session_state.get(_OPEN):
        titled = st.dialog(_("Make a lesson of this page"), on_dismiss=_forget_dialog)
        titled(_dialog)(session)


def _open_dialog() -> None:
    """And close what the button stands in, which would take the first click in the dialog."""
    st.session_state[_OPEN] = True
    close_part("export")


def _forget_dialog() -> None:
    st.session_state[_OPEN] = False


def _dialog(session: Session) -> None:
    lesson = session.address.lesson
    title = st.text_input(_("Title"), lesson.title, max_chars=LONGEST[TITLE], key="lesson_title")
    task = st.text_area(
        _("Task"),
        lesson.task,
        max_chars=LONGEST[TASK],
        key="lesson_task",
        placeholder=_("Which single skip is enough to train all 40 layers? Drag it, and measure."),
    )
    hide = st.multiselect(
        _("Hide these parts"),
        list(PARTS),
        sorted(lesson.hidden, key=list(PARTS).index),
        format_func=lambda part: _(PARTS[part]),
        key="lesson_hide",
        help=_("The network, its data and its settings are in the link as they are now."),
    )
    made = Lesson(title.strip(), task.strip(), frozenset(hide))
    copy_link(key="lesson_link", label=N_("Copy lesson link"), query=_query(session, made))


def _query(session: Session, lesson: Lesson) -> dict[str, str]:
    """With empty texts for what another lesson in the address says and this one does not; who opens
    it reads the page in the language it was made in."""
    cleared = dict.fromkeys(session.address.lesson.query, "")
    return link_query(session) | cleared | lesson.query | {LANGUAGE: language()}
