"""Sentences about arms as HTML, each arm in its colour."""

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from skipviz.figures.style import arm_style
from skipviz.markup import escape_html
from skipviz.runs.verdict.message import Message, Value
from skipviz.ui.components.terms import explained

Pieces = Iterable[tuple[str, str | None]]
"""A sentence in pieces of (text, arm it is about)."""


def pieces_of_message(
    template: str, arms: Mapping[str, str] | None = None, /, **values: object
) -> list[tuple[str, str | None]]:
    """A message in pieces, in the reader's language; `arms` are those of values, by place."""
    about = arms or {}
    said = {
        name: Value(value if isinstance(value, str) else str(value), about.get(name))
        for name, value in values.items()
    }
    return list(Message(template, said).pieces)


def headline(pieces: Pieces, detail: str = "", more: Pieces = (), level: int = 1) -> None:
    """What was found, in words, what more there is to say of it, and how it was measured.

    `level` of the heading: a page has one of level 1.
    """
    st.html(headline_html(pieces, detail, more, level))


def headline_html(pieces: Pieces, detail: str, more: Pieces, level: int = 1) -> str:
    """The same as HTML."""
    further = sentence_html(more)
    how = f'<span class="how">{escape_html(detail)}</span>' if detail else ""
    below = f'<p class="further">{further} {how}</p>' if further or how else ""
    said = sentence_html(pieces)
    return f'<div class="verdict"><h{level}>{said}</h{level}>{below}</div>'


def word_colour(arm: str) -> str:
    """The colour of words about an arm, in whichever theme the browser has or changes to."""
    style = arm_style(arm)
    return f"light-dark({style.text('light')},{style.text('dark')})"


def sentence_html(pieces: Pieces) -> str:
    """The sentence as HTML, its words escaped and each term of the glossary defined once."""
    known: set[str] = set()
    return "".join(_piece(text, arm, known) for text, arm in pieces)


def _piece(text: str, arm: str | None, known: set[str]) -> str:
    if arm is None:
        return explained(text, known)
    look = word_colour(arm)
    return f'<span class="arm-{escape(arm)}" style="color: {look}">{escape_html(text)}</span>'
