"""A button that copies the page's address, which holds the network and its settings."""

from collections.abc import Collection
from pathlib import Path

import streamlit as st

from skipviz.ui.address import HIDDEN, hidden_text

_HERE = Path(__file__).parent


def copy_link(key: str, label: str = "Copy link", hide: Collection[str] = ()) -> None:
    """Draw the button; it works without a rerun. `hide` are parts that the link hides."""
    component = st.components.v2.component(
        "skipviz_copy_link",
        html='<button type="button"></button><span role="status"></span>',
        css=(_HERE / "copy_link.css").read_text(),
        js=(_HERE / "copy_link.js").read_text(),
    )
    query = {HIDDEN: hidden_text(hide)} if hide else {}
    component(key=key, width="content", data={"label": label, "query": query})
