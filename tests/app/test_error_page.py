"""What a visitor reads when a page fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from skipviz.ui.components import error_page

real = error_page.show_error


def broken() -> None:
    import streamlit as st

    from skipviz.ui.components.auto_refresh import auto_refreshed
    from skipviz.ui.components.error_page import guarded

    def fail() -> None:
        raise ZeroDivisionError("<b>secret</b>")

    st.write("before")
    guarded(fail)()
    auto_refreshed(fail, None)()
    st.write("after")


def test_a_failure_is_said_in_its_place_and_the_rest_is_drawn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(error_page, "show_error", real)
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(broken).run()
    assert not page.exception
    assert [text.value for text in page.markdown] == ["before", "after"]
    assert [error.value for error in page.error] == [error_page.APOLOGY] * 2
    assert "secret" in caplog.text
