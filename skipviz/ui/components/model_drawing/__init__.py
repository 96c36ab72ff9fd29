"""The drawing of a model: an SVG of ours, which Streamlit's own HTML would not let through."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent


def model_drawing(svg: str, key: str) -> None:
    """Draw an SVG whose words are escaped; it takes the colours of the theme."""
    component = st.components.v2.component(
        "skipviz_model_drawing",
        html='<div class="drawing"></div>',
        css=(_HERE / "model_drawing.css").read_text(encoding="utf-8"),
        js=(_HERE / "model_drawing.js").read_text(encoding="utf-8"),
    )
    component(key=key, data={"svg": svg})
