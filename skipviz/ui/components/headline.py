"""Sentences about arms as HTML, each arm in its colour."""

import html
from collections.abc import Callable, Iterable

import streamlit as st

from skipviz.figures.style import arm_style
from skipviz.ui.components.theme import theme

Pieces = Iterable[tuple[str, str | None]]
"""A sentence in pieces of (text, arm it is about)."""


def headline(pieces: Pieces, detail: str = "", more: Pieces = ()) -> None:
    """What was found, in words, what more there is to say of it, and how it was measured."""
    st.html(headline_html(pieces, detail, more, shown_colour))


def headline_html(pieces: Pieces, detail: str, more: Pieces, colour: Callable[[str], str]) -> str:
    """The same as HTML; `colour` gives that of an arm."""
    further = sentence_html(more, colour)
    said = f'<span class="how">{html.escape(detail)}</span>' if detail else ""
    below = f'<p class="further">{further} {said}</p>' if further or said else ""
    return f'<div class="verdict"><h1>{sentence_html(pieces, colour)}</h1>{below}</div>'


def shown_colour(arm: str) -> str:
    """The colour of an arm in the theme that the visitor sees."""
    return arm_style(arm).colour(theme())


def sentence_html(pieces: Pieces, colour: Callable[[str], str] = shown_colour) -> str:
    """The sentence as HTML, its words escaped."""
    return "".join(_piece(text, arm, colour) for text, arm in pieces)


def _piece(text: str, arm: str | None, colour: Callable[[str], str]) -> str:
    if arm is None:
        return html.escape(text)
    name, look = html.escape(arm), html.escape(colour(arm))
    return f'<span class="arm-{name}" style="color: {look}">{html.escape(text)}</span>'
