"""A model that runs in another process of this machine, while it runs."""

from collections.abc import Iterator, Mapping

import streamlit as st

from skipviz.language import N_, _, again
from skipviz.markup import escape_markdown
from skipviz.own_model.drawing import drawing
from skipviz.own_model.live.reader import Reader
from skipviz.own_model.run import ModelRun
from skipviz.own_model.unreached import notes_of
from skipviz.runs.painted import painted
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.text import sentences
from skipviz.ui.channel.moment import Moment
from skipviz.ui.channel.route import ADDRESS
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.components.headline import headline
from skipviz.ui.components.live import live_charts
from skipviz.ui.components.model_drawing import model_drawing
from skipviz.ui.components.theme import theme
from skipviz.ui.model.below import below
from skipviz.ui.model.charts import charts, curves
from skipviz.ui.model.run_bar import run_bar
from skipviz.ui.model.switches import DRAWING, dead_layers, switched, switches
from skipviz.ui.model.tray import tray_row
from skipviz.ui.session import shared
from skipviz.ui.session.session import Session

LATEST = -1
_MEASURED = {
    "beside training": N_(
        "The model is trained as it is; what is cut is measured beside that, at the same weights, "
        "on the same batch."
    ),
    "in turns": N_("Each arm as its last backward pass showed it: one loop makes them in turns."),
}


def measured_at(run: ModelRun) -> Iterator[str]:
    """At which weights the arms were measured, as a further sentence; none where each was trained
    to its own."""
    if len(run.arms) > 1 and run.weights in _MEASURED:
        yield _(_MEASURED[run.weights])


def live_model(session: Session, reader: Reader) -> None:
    """Draw it, and anew for as long as it goes on."""

    def page() -> object:
        return reader.ended, reader.run is None

    auto_refreshed(_live, None if reader.ended else TICK, page)(session, reader)


def _live(session: Session, reader: Reader) -> None:
    state = reader.state  # before the run, which then has all that came before it
    run = reader.run.frozen() if reader.run is not None else None
    at = run_bar(reader, state, run)
    if run is None or not run.steps:
        st.info(_("Nothing was measured.") if reader.ended else _("Waiting for the first step."))
        return
    shown = run.together(at)
    first, *others = verdict(shown).messages
    how = _("{skips}; step {step}.", skips=run.own_skips.headline, step=shown.row_steps[0])
    detail = sentences([how, *measured_at(run)])
    with st.container(key="live_verdict"):
        headline(first.pieces, detail, pieces_of(others))
    arm = switches(session, reader, run, shown)
    cut = reader.switched.cut
    svg = drawing(
        run.structure, painted(shown).arms[arm],
        cut=range(len(run.structure.skips)) if cut is None else frozenset(cut),
    )  # fmt: skip
    model_drawing(svg, DRAWING, arm, on_switch=lambda: switched(reader, run))
    dead_layers(reader, shown)
    for note in notes_of(run):
        st.caption(escape_markdown(again(note)))
    newest = at == LATEST
    tray_row(session, run)
    drawn = charts(run, shown, None if newest else at, theme(), session.model_tray.drawn)
    stream = _stream(session, reader, run) if newest else None
    live_charts(drawn, gradients=None, key="live_model_charts", stream=stream)
    below(run)


def _stream(session: Session, reader: Reader, run: ModelRun) -> Mapping[str, object] | None:
    """How the browser comes to the steps between two refreshes."""
    if reader.ended or reader.state.doing == "paused":
        return None
    look, kept = theme(), session.model_tray.drawn

    def draw(newest: ModelRun) -> Moment:
        shown = newest.together()
        figures = {each.name: each.figure for each in curves(newest, shown, None, look, kept)}
        colours = {arm: [paint.colour for paint in paints]
                   for arm, paints in painted(shown).arms.items()}  # fmt: skip
        return Moment(int(newest.row_steps[LATEST]), figures, {"own": colours})

    token = shared.tokens().grant(session.id, reader, draw)
    step = int(run.row_steps[LATEST])
    return {"address": ADDRESS, "token": token, "job": reader.id, "step": step}
