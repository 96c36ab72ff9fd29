"""The drawing of the network, which is its editor."""

from skipviz.arms import LEAVE_ONE_OUT, WHOLE_LABEL, arm_label, stands_for_all
from skipviz.figures import editor_gradients
from skipviz.language import _
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.editor import network_editor
from skipviz.ui.components.headline import word_colour
from skipviz.ui.playground.drawing_view import network_view
from skipviz.ui.playground.edit_events import take_edits
from skipviz.ui.playground.inspector import select
from skipviz.ui.playground.memory import remembered_of
from skipviz.ui.playground.scrubber import chosen_row, drawn_row
from skipviz.ui.playground.tray_panel import drawn_difference
from skipviz.ui.session.session import Session

EDITOR = "editor"


def editor_panel(session: Session) -> None:
    """Draw the editor."""

    def on_edit() -> None:
        take_edits(session, component_value(EDITOR, "edit"))

    def on_select() -> None:
        on_edit()  # what is selected may come of an edit in the same message
        select(session, component_value(EDITOR, "selected"))

    run = session.shown
    at = chosen_row(session, run)
    view = editor_view(session, at if run is None else drawn_row(run, at))
    network_editor(view, key=EDITOR, on_edit=on_edit, on_select=on_select)


def editor_view(session: Session, at: int) -> dict[str, object]:
    """What the editor is shown: the drawing with what is measured of it at row `at`."""
    return network_view(session.resolved, session.about, session.problems) | {
        "revision": session.editing.revision,
        "acknowledged": vars(session.editing.acknowledged),
        "inspected": _inspected(session),
        "limits": {"layers": session.limits.layers},
        "can_undo": bool(session.history.past),
        "can_redo": bool(session.history.future),
        "gradients": _gradients(session, at),
        "awaited": _awaited(session),
        "difference": drawn_difference(session),
        "arms": _rows(session),
    }


def _inspected(session: Session) -> str | None:
    """What the inspector shows, as the drawing calls it: "3", "3..7", "1-3"; or None."""
    match session.editing.selected:
        case ("layer", k):
            return f"{k}"
        case ("layers", first, last):
            return f"{first}..{last}"
        case ("skip", p, q):
            return f"{p}-{q}"
        case ("readout",):
            return f"{session.network.depth + 1}"
    return None


def _rows(session: Session) -> list[dict[str, str]]:
    """The arms that can have a row; those that leave one skip out are too many for that."""
    arms = [arm for arm in session.settings.arms if arm != LEAVE_ONE_OUT]
    if arms and not session.network.skips:
        return [_row(stands_for_all(arms), _(WHOLE_LABEL))]
    return [_row(arm, arm_label(arm)) for arm in arms]


def _row(arm: str, label: str) -> dict[str, str]:
    return {"name": arm, "label": label, "colour": word_colour(arm)}


def _awaited(session: Session) -> bool:
    """Whether gradients of this drawing are still to come; until then its colours may stay."""
    job = session.measured
    return job is not None and not job.ended


def _gradients(session: Session, at: int) -> dict[str, object] | None:
    run = session.shown
    if run is None or run.network != session.network:
        return None
    return remembered_of(session, "gradients", run, at, lambda: editor_gradients(run, at))
