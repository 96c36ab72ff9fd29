"""A field for a whole number takes what is typed for the number it is."""

from typing import Any

import pytest
import streamlit as st

from skipviz.ui.components.whole_number import whole_number


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What Streamlit is asked for, and what it answers: the last of `answers`."""
    heard: list[Any] = []

    def number_input(_label: str, *bounds: float | None, **more: Any) -> float | None:
        heard.append((*bounds, more["step"], more["format"]))
        return answers.pop()

    answers: list[float | None] = [None, 2.5, 1000.0]
    monkeypatch.setattr(st, "number_input", number_input)
    return heard


def test_streamlit_is_asked_for_real_numbers_which_have_exponents(asked: list[Any]) -> None:
    assert whole_number("Steps", 0, 5000, 200, key="steps") == 1000
    assert whole_number("Steps", 0, 5000, 200, key="steps") == 3  # JavaScript shows 2.5 as 3
    assert whole_number("Width", 1, 64, None, key="width", step=8) is None
    assert asked[0] == (0.0, 5000.0, 200.0, 1.0, "%.0f")
    assert [type(each) for each in asked[0][:4]] == [float] * 4  # a whole one makes "1e9" a 1
    assert asked[2] == (1.0, 64.0, None, 8.0, "%.0f")
