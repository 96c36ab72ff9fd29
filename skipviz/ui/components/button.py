"""A button whose click waits until it is read.

What `st.button` returns is lost where a run ends before it comes to the button: a part of a page
that refreshes itself draws the whole page first when its computation has just ended.
"""

from typing import Any

import streamlit as st


def clicked(label: str, *, key: str, **look: Any) -> bool:
    """Draw a button, and tell once whether it has been clicked; `look` is as in `st.button`."""
    st.button(label, key=key, on_click=_clicks().add, args=(key,), **look)
    was = key in _clicks()
    _clicks().discard(key)
    return was


def forget_clicks() -> None:
    """Once a whole page is drawn: a click not read by then was on a button that is gone."""
    _clicks().clear()


def _clicks() -> set[str]:
    """The keys of the buttons clicked and not read yet."""
    clicks: set[str] = st.session_state.setdefault("clicks", set())
    return clicks
