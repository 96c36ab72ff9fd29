"""A button that copies the page's address, which holds the network and its settings."""

import functools
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from skipviz.language import N_, _
from skipviz.ui.components.bundle import bundle

_HERE = Path(__file__).parent


LABEL = N_("Copy link")


def copy_link(key: str, label: str = LABEL, query: Mapping[str, str] | None = None) -> None:
    """Draw the button; it works without a rerun. `query` is put into the address that it copies,
    where an empty value takes its name out."""
    component = st.components.v2.component(
        "skipviz_copy_link",
        html='<button type="button"></button><span role="status"></span>',
        css=(_HERE / "copy_link.css").read_text(),
        js=_script(),
    )
    component(key=key, width="content", data={"label": _(label), "query": dict(query or {})})


@functools.cache
def _script() -> str:
    return bundle(_HERE, ("../languages/messages.js",), "copy_link.js")
