"""Keeps the focus of the keyboard where a button of the run takes the place of another."""

import functools
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent


def kept_focus() -> None:
    """Draw the invisible component, once on a page."""
    component = st.components.v2.component("skipviz_kept_focus", html="<i></i>", js=_script())
    component(key="kept_focus")


@functools.cache
def _script() -> str:
    return (_HERE / "kept_focus.js").read_text(encoding="utf-8")
