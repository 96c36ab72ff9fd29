"""What components of ours send to Python."""

import streamlit as st


def component_value(key: str, name: str) -> object:
    """What the component of this key has sent under this name.

    None where it has sent nothing, or where its page was left while the message was on its way.
    """
    return getattr(st.session_state.get(key), name, None)
