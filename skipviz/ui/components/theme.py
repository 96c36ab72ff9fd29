"""Whether the visitor sees the app light or dark."""

import streamlit as st


def theme() -> str:
    """light or dark."""
    return st.context.theme.type or "light"
