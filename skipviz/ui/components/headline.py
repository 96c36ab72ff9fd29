"""Sentences about arms as HTML, each arm in its colour."""

import html
from collections.abc import Callable, Iterable

import streamlit as st

from skipviz.figures.style import arm_style
from skipviz.ui.components.theme import theme

Pieces = Iterable[tuple[str, str | None]]
"""A sentence in pieces of (text, arm it is about)."""


def headline(pieces: Pieces, detail: str = "", more: Pieces = (), level: int = 1) -> None:
    """What was found, in words, what more there is to say of it, and how it was measured.

    `level` of the heading: a page has one of level 1.
    """
    st.html(headline_html(pieces, detail, more, shown_colour, level))


def headline_html(
    pieces: Pieces, detail: str, more: Pieces, colour: Callable[[str], str], level: int = 1
) -> str:
    """The same as HTML; `colour` gives that of an arm."""
    further = sentence_html(more, colour)
    how = f'<span class="how">{html.escape(detail)}</span>' if detail else ""
    below = f'<p class="further">{further} {how}</p>' if further or how else ""
    said = sentence_html(pieces, colour)
    return f'<div class="verdict"><h{level}>{said}</h{level}>{below}</div>'


def shown_colour(arm: str) -> str:
    """The colour of words about an arm in the theme that the visitor sees."""
    return arm_style(arm).text(theme())


def sentence_html(pieces: Pieces, colour: Callable[[str], str] = shown_colour) -> str:
    """The sentence as HTML, its words escaped."""
    return "".join(_piece(text, arm, colour) for text, arm in pieces)


def _piece(text: str, arm: str | None, colour: Callable[[str], str]) -> str:
    if arm is None:
        return html.escape(text)
    name, look = html.escape(arm), html.escape(colour(arm))
    return f'<span class="arm-{name}" style="color: {look}">{html.escape(text)}</span>'
