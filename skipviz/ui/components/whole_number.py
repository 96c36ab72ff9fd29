"""A field for a whole number that takes a text for the number it is.

Of whole numbers Streamlit reads the digits in front: it would take 1e9 for 1, without a word. So
the field is one for real numbers, whose limits then speak.
"""

import math
from typing import Any, overload

import streamlit as st


@overload
def whole_number(label: str, low: int, high: int, value: int, *, key: str, **more: Any) -> int: ...


@overload
def whole_number(
    label: str, low: int, high: int, value: int | None, *, key: str, **more: Any
) -> int | None: ...


def whole_number(
    label: str, low: int, high: int, value: int | None, *, key: str, step: int = 1, **more: Any
) -> int | None:
    """`st.number_input` of whole numbers."""
    now = None if value is None else float(value)
    taken = st.number_input(
        label, float(low), float(high), now, step=float(step), format="%.0f", key=key, **more
    )
    return None if taken is None else math.floor(taken + 0.5)  # as the browser shows it
