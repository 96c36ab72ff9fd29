"""The drawing of a model: an SVG of ours, which Streamlit's own HTML would not let through."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent


def model_drawing(
    svg: str, key: str, arm: str = "", on_switch: Callable[[], None] | None = None
) -> None:
    """Draw an SVG whose words are escaped; it takes the colours of the theme.

    A click on a switch in it triggers `on_switch`, and the state under `key` then holds `switched`:
    {"skips": the numbers, "cut": whether to cut them}. While a run is streamed to the page the
    layers take the colours of `arm`.
    """
    component = st.components.v2.component(
        "skipviz_model_drawing",
        html='<div class="drawing"></div>',
        css=(_HERE / "model_drawing.css").read_text(encoding="utf-8"),
        js=(_HERE / "model_drawing.js").read_text(encoding="utf-8"),
    )
    component(
        key=key, data={"svg": svg, "arm": arm}, on_switched_change=on_switch or (lambda: None)
    )
