"""Layers copied in the drawing or the form, to be pasted elsewhere in the session's networks."""

from typing import Any

from skipviz.network.rewire import taken_out
from skipviz.ui.session.session import Session


def copy_layers(session: Session, first: int, last: int) -> None:
    """Keep layers and the skips among them, counted from 1."""
    plain = session.network.model_dump(mode="json")
    shift = first - 1
    session.editing.clipboard = {
        "layers": taken_out(plain["layers"][shift:last], first),
        "skips": [
            skip | {"source": skip["source"] - shift, "target": skip["target"] - shift}
            for skip in plain["skips"]
            if first <= skip["source"] <= last and first <= skip["target"] <= last
        ],
    }


def pasting(session: Session, at: object) -> dict[str, Any] | None:
    """The edit that pastes what was copied so that it becomes layer `at`; None without."""
    if session.editing.clipboard is None:
        return None
    return {"do": "paste_layers", "at": at, **session.editing.clipboard}
