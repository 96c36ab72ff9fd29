"""Messages of components, whose page may have been left meanwhile."""

from types import SimpleNamespace

import pytest
import streamlit as st

from skipviz.ui.sent import sent


def test_what_was_sent_is_found_and_what_was_not_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"editor": SimpleNamespace(edit={"do": "undo"})})
    assert sent("editor", "edit") == {"do": "undo"}
    assert sent("editor", "selected") is None
    assert sent("keeper", "connected") is None
