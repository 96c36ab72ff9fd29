"""Every test of the page ends the workers it started."""

import sys
from collections.abc import Iterator

import pytest
import streamlit as st

from skipviz.ui.components import error_page
from skipviz.ui.session import shared
from skipviz.ui.shell import page as shell


@pytest.fixture(autouse=True)
def no_worker_outlives_a_test() -> Iterator[None]:
    """The pool of one test is not that of the next.

    Nor is the main module: AppTest leaves its script in its place, which every process started
    later runs, those of the pool that is closed here among them.
    """
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
    shared.pool().close()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def warm_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest makes every run the first of a server, which would take away the widgets' state."""
    monkeypatch.setattr(shell, "ensure_navigation", lambda: None)


@pytest.fixture(autouse=True)
def no_apologies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong on a page fails the test instead of being apologised for."""
    monkeypatch.setattr(error_page, "show_error", _fail)


@pytest.fixture
def toasts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that was said, also in a run of the page that another one followed at once."""
    said: list[str] = []
    monkeypatch.setattr(st, "toast", lambda text, **_: said.append(text))
    return said


def _fail(error: Exception) -> None:
    raise error
