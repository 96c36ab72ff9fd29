"""Sentences about arms as HTML, each arm in its colour."""

import html
from collections.abc import Iterable

import streamlit as st

from skipviz.figures.style import arm_style
from skipviz.ui.components.theme import theme

Pieces = Iterable[tuple[str, str | None]]
"""A sentence in pieces of (text, arm it is about)."""


def headline(pieces: Pieces, detail: str = "", more: Pieces = (), level: int = 1) -> None:
    """What was found, in words, what more there is to say of it, and how it was measured.

    `level` of the heading: a page has one of level 1.
    """
    further = sentence_html(more)
    said = f'<span class="how">{html.escape(detail)}</span>' if detail else ""
    below = f'<p class="further">{further} {said}</p>' if further or said else ""
    st.html(f'<div class="verdict"><h{level}>{sentence_html(pieces)}</h{level}>{below}</div>')


def sentence_html(pieces: Pieces) -> str:
    """The sentence as HTML, its words escaped."""
    return "".join(_piece(text, arm) for text, arm in pieces)


def _piece(text: str, arm: str | None) -> str:
    if arm is None:
        return html.escape(text)
    colour = arm_style(arm).text(theme())
    return (
        f'<span class="arm-{html.escape(arm)}" style="color: {colour}">{html.escape(text)}</span>'
    )
