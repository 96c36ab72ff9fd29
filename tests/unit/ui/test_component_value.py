"""Messages of components, whose page may have been left meanwhile."""

from types import SimpleNamespace

import pytest
import streamlit as st

from skipviz.ui.components.component_value import component_value


def test_what_was_sent_is_found_and_what_was_not_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"editor": SimpleNamespace(edit={"do": "undo"})})
    assert component_value("editor", "edit") == {"do": "undo"}
    assert component_value("editor", "selected") is None
    assert component_value("tab_memory", "connected") is None
