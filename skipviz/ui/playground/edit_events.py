"""Edits sent by the editor, applied to the session. Nothing here trusts what it is sent."""

from collections.abc import Mapping
from typing import Any

from skipviz.language import _
from skipviz.network import NetworkError, apply_edit
from skipviz.ui.session.clipboard import copy_layers, pasting
from skipviz.ui.session.editor_state import Acknowledged
from skipviz.ui.session.session import Session


def take_edits(session: Session, event: object) -> None:
    """Apply the edits of an event that were not applied before, in order.

    An edit that is refused leaves the network as it was and its reason in the notices; the
    edits after it are still tried, for they do not depend on it more than any other.
    """
    if not isinstance(event, Mapping) or not isinstance(event.get("edits"), list):
        return
    instance = str(event.get("instance", ""))[:64]
    if instance != session.editing.acknowledged.instance:
        session.editing.acknowledged = Acknowledged(instance)
    for edit in event["edits"]:
        if isinstance(edit, Mapping) and _is_new(session, edit):
            session.editing.acknowledged.seq = edit["seq"]
            take_edit(session, {key: value for key, value in edit.items() if key != "seq"})


def take_edit(session: Session, edit: Mapping[str, Any]) -> None:
    """Apply one edit, undo or redo; a refusal is put into the notices."""
    session.editing.revision += 1
    match edit.get("do"):
        case "undo":
            session.history.undo()
        case "redo":
            session.history.redo()
        case "copy_layers":
            _copy(session, edit)
        case "paste_copied":
            pasted = pasting(session, edit.get("at"))
            _apply(session, pasted) if pasted else session.notify(_("Nothing has been copied yet."))
        case _:
            _apply(session, edit)


def _apply(session: Session, edit: Mapping[str, Any]) -> None:
    try:
        edited = apply_edit(session.network, edit)
    except NetworkError as error:
        session.notify(str(error))
        return
    grows = edited.depth > session.network.depth or len(edited.skips) > len(session.network.skips)
    if grows:  # what is too large to draw is refused: copies of copies soon fill the memory
        session.open(edited)
    else:
        session.draw(edited)


def _copy(session: Session, edit: Mapping[str, Any]) -> None:
    first, last = edit.get("first"), edit.get("last")
    if isinstance(first, int) and isinstance(last, int) and 1 <= first <= last:
        copy_layers(session, first, last)


def _is_new(session: Session, edit: Mapping[str, Any]) -> bool:
    seq = edit.get("seq")
    return isinstance(seq, int) and seq > session.editing.acknowledged.seq
