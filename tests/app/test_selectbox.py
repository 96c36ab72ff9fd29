"""A select box whose options are others from one run of the page to the next."""

import logging

import pytest
from streamlit import runtime
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from skipviz.ui.components.selectbox import selectbox

    selectbox("Data", ["digits", st.session_state["own"]], 1, key="data")
    if st.session_state["own"] == "second" and st.session_state["again"]:
        st.session_state["again"] = False
        st.rerun()


def test_a_choice_that_streamlit_put_right_is_no_second_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Streamlit says so in the log, once per server, where the page is drawn anew at once."""
    said: list[str] = []
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    monkeypatch.setattr(policies, "_LOGGER", logging.Logger("policies"))
    monkeypatch.setattr(policies._LOGGER, "warning", lambda text, *_, **__: said.append(text))
    page = AppTest.from_function(_page)
    page.session_state["own"] = "first"
    page.session_state["again"] = True
    page.run()
    page.session_state["own"] = "second"
    page.run()
    assert not page.exception
    assert page.selectbox(key="data").value == "second"
    assert not page.session_state["again"]
    assert said == []
