"""A select box whose choice outlives a change of the page's language.

The browser keeps and sends the text of what is chosen, which is none of the options in the other
language: Streamlit would hand the text on, and go on showing it.
"""

from collections.abc import Sequence
from typing import Any, TypeVar, overload

import streamlit as st
from streamlit.runtime.state import get_session_state

from skipviz.language import language

T = TypeVar("T")


@overload
def selectbox(label: str, options: Sequence[T], index: int = 0, *, key: str, **more: Any) -> T: ...


@overload
def selectbox(
    label: str, options: Sequence[T], index: int | None, *, key: str, **more: Any
) -> T | None: ...


def selectbox(
    label: str, options: Sequence[T], index: int | None = 0, *, key: str, **more: Any
) -> T | None:
    """`st.selectbox`; what it needs of the language before is read with the options it had then.

    It has been given a value also where Streamlit put right one that is no option any more, until
    the browser sends its values again: not where the page is drawn anew by itself.
    """
    spoken: dict[str, str] = st.session_state.setdefault("select_languages", {})
    if spoken.get(key, language()) != language() and key in st.session_state:
        st.session_state[key] = st.session_state[key]
    if index and get_session_state().is_new_state_value(key):
        index = 0  # Streamlit warns of a widget that was given a value and another default
    spoken[key] = language()
    chosen: T | None = st.selectbox(label, options, index, key=key, **more)
    return chosen
