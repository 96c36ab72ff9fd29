"""What a visitor reads when a page fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from skipviz.ui import excuse

real = excuse.excuse


def broken() -> None:
    import streamlit as st

    from skipviz.ui.excuse import excused
    from skipviz.ui.refreshing import refreshed

    def fail() -> None:
        raise ZeroDivisionError("<b>secret</b>")

    st.write("before")
    excused(fail)()
    refreshed(fail, None)()
    st.write("after")


def test_a_failure_is_excused_in_its_place_and_the_rest_is_drawn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(excuse, "excuse", real)
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(broken).run()
    assert not page.exception
    assert [text.value for text in page.markdown] == ["before", "after"]
    assert [error.value for error in page.error] == [excuse.EXCUSE] * 2
    assert "secret" in caplog.text
