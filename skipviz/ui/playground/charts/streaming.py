"""What moves between two refreshes of the page: the curves shown, at the newest step of a run."""

from collections.abc import Mapping
from dataclasses import replace

from skipviz.figures import editor_gradients
from skipviz.language import _
from skipviz.runs.run import Run
from skipviz.ui.channel.moment import Moment
from skipviz.ui.channel.route import ADDRESS
from skipviz.ui.playground.charts.views import Shown, curves
from skipviz.ui.playground.scrubber import LATEST
from skipviz.ui.session import shared
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import GHOST


def stream_of(session: Session, view: str, shown: Shown) -> Mapping[str, object] | None:
    """How the browser comes to the steps between two refreshes; None where there are none to come,
    and where an earlier step is looked at."""
    name = _(GHOST)
    job, ghost = session.job, dict(shown.kept).get(name)
    if job is None or job.ended or shown.at != LATEST or not job.run.steps:
        return None

    def draw(run: Run) -> Moment:
        if ghost is None:
            now = replace(shown, run=run)
        else:
            now = replace(shown, kept=[(n, run if n == name else r) for n, r in shown.kept])
        charts = {each.name: each.figure for each in curves(view, now)}
        return Moment(int(run.row_steps[LATEST]), charts, editor_gradients(now.run))

    token = shared.tokens().grant(session.id, job, draw)
    step = int((ghost or shown.run).row_steps[LATEST])
    return {"address": ADDRESS, "token": token, "job": job.id, "step": step}
