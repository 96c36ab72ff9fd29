"""A button that copies the page's address, which holds the network and its settings."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent


def copy_link(key: str, label: str = "Copy link", query: Mapping[str, str] | None = None) -> None:
    """Draw the button; it works without a rerun. `query` is put into the address that it copies,
    where an empty value takes its name out."""
    component = st.components.v2.component(
        "skipviz_copy_link",
        html='<button type="button"></button><span role="status"></span>',
        css=(_HERE / "copy_link.css").read_text(),
        js=(_HERE / "copy_link.js").read_text(),
    )
    component(key=key, width="content", data={"label": label, "query": dict(query or {})})
