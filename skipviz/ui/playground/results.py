"""The live half of the page: verdict, controls and charts, refreshed while something runs."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from skipviz.jobs import Job, JobPool
from skipviz.language import _, again
from skipviz.network import Network
from skipviz.runs.run import Run
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.text import kind_text, rates_text, seeds_text
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.components.headline import headline_html
from skipviz.ui.components.kept_focus import kept_focus
from skipviz.ui.playground.charts import charts
from skipviz.ui.playground.charts.theory import theory_in
from skipviz.ui.playground.charts.units import units_in
from skipviz.ui.playground.memory import remembered_of
from skipviz.ui.playground.run_controls import progress, run_buttons, run_notes
from skipviz.ui.playground.scrubber import chosen_row, drawn_row
from skipviz.ui.playground.tray_panel import tray_panel
from skipviz.ui.session.common import may_await
from skipviz.ui.session.session import Session
from skipviz.ui.shell.kept import keep_button

WAITING = 2.0  # and while it waits in the queue, where nothing moves
COMFORTABLE = 6.0  # refreshes a second, of all visitors together
FIRST_FRAMES = 0.5  # seconds a rerun waits for a run to move, so that it need not wait a tick


def results(session: Session, pool: JobPool) -> None:
    """Draw the live half; it refreshes itself only while frames are to be expected."""
    _drawn_live(_results, session, pool)


def run_bar(session: Session, pool: JobPool) -> None:
    """Draw Train and how far the run is; it refreshes itself as the results do."""
    _drawn_live(_run_row, session, pool)
    kept_focus()


def _drawn_live(draw: Callable[[Session, JobPool], None], session: Session, pool: JobPool) -> None:
    live = auto_refreshed(draw, _tick(session, pool), lambda: _page_depends_on(session, pool))
    live(session, pool)


def _results(session: Session, pool: JobPool) -> None:
    awaited = session.preview if session.redrawn else session.job or session.preview
    alone = stretched(*pool.crowd_for(session.client)) == 1
    if awaited is not None and alone and may_await(session, awaited):
        awaited.wait_for_results(min(2, awaited.request.settings.steps + 1), FIRST_FRAMES)
    run = session.shown
    at = chosen_row(session, run)
    with st.container(key="measured_head"):
        st.html(found_html(session, run, at))
        if "tray" not in session.address.hidden:
            tray_panel(session)
    with st.container(key="measured_charts"):
        run_notes(session)
        charts(session, pool, run, at if run is None else drawn_row(run, at))


def _run_row(session: Session, pool: JobPool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="run_row"):
        run_buttons(session, pool)
        if "tray" not in session.address.hidden:
            run, tray = session.trained, session.tray
            keep_button(tray, None if run is None else partial(tray.keep, run), "keep")
        progress(session, pool)


def _page_depends_on(session: Session, pool: JobPool) -> object:
    """What the rest of the page shows: when it changes here, the whole page has to follow."""
    return (
        session.network,
        session.settings,
        session.linked,
        session.address.view,
        session.notices[:],
        session.tray.compared,
        [kept.name for kept in session.tray.runs],
        session.job and session.job.id,
        _tick(session, pool),
    )


def _tick(session: Session, pool: JobPool) -> float | None:
    """Seconds between refreshes; None where nothing new is to be expected."""
    going = _going(session, pool)
    if not going:
        return None
    moves = any(job.state == "running" for job in going)
    return (TICK if moves else WAITING) * stretched(*pool.crowd_for(session.client))


def stretched(running: int, waiting: int) -> int:
    """By how much refreshes are stretched, so that a crowd does not keep the server busy.

    The crowd is that of the visitor's own address, times the addresses there are: one with a
    hundred tabs slows down its own.

    A power of two, for every change of it draws the whole page anew.
    """
    asked = running / TICK + waiting / WAITING
    return 1 << max(0, round(math.log2(max(asked, 1) / COMFORTABLE)))


def _going(session: Session, pool: JobPool) -> list[Job[Any]]:
    extras = theory_in(session, pool).job, units_in(session, pool).job
    return [job for job in (*_measuring(session), *extras) if job is not None and not job.ended]


def _measuring(session: Session) -> list[Job[Any]]:
    jobs = (session.job, session.preview)
    return [job for job in jobs if job is not None and not job.ended]


def found_html(session: Session, run: Run | None, at: int) -> str:
    """The headline of row `at` and what stands below it."""
    if run is None:
        return headline_html([(_why_nothing(session), None)], "", ())
    return remembered_of(session, "found", run, at, lambda: _told(run, at))


def _told(run: Run, at: int) -> str:
    first, *others = verdict(run, at).messages
    return headline_html(first.pieces, _detail(run, at), pieces_of(others))


def _why_nothing(session: Session) -> str:
    if session.problems:
        return _("The drawing does not fit together: fix what is red, and it is measured again.")
    if session.refused and (session.job is None or session.redrawn):
        return str(again(session.refused))
    if _measuring(session):
        return _("Measuring the gradient of every layer …")
    return _("Train measures the gradient of every layer.")


def _first_weights(network: Network) -> str:
    """What is measured before training, by the scheme that all layers have."""
    schemes = {network.style(k).init.scheme for k in range(1, network.depth + 1)}
    if len(schemes) != 1:
        return _("Initial weights")
    scheme = _("{scheme} init", scheme=kind_text(schemes.pop()))
    return _("Initial weights ({scheme})", scheme=scheme)


def _where(run: Run, at: int) -> str:
    """The step that is spoken of, and the one that is drawn, where that is an earlier one."""
    step, drawn = run.row_steps[at], run.row_steps[drawn_row(run, at)]
    if drawn != step:
        return _(
            "Step {step} (drawn is step {drawn}, the last with a finite gradient)",
            step=step,
            drawn=drawn,
        )
    return _("Step {step}", step=step) if step else _first_weights(run.network)


def _detail(run: Run, at: int) -> str:
    settings, step = run.settings, run.row_steps[at]
    changes = [each for each in settings.rate_changes if each[0] < step]
    told = {
        "where": _where(run, at),
        "seeds": seeds_text(settings.seed, settings.seeds),
        "data": _(run.info.title),
        "batch": settings.batch_size,
    }
    if changes:
        return _(
            "{where}, {seeds}, {data}, learning rate {rates}, "
            "L the mean loss over a batch of {batch}.",
            rates=rates_text(changes),
            **told,
        )
    return _("{where}, {seeds}, {data}, L the mean loss over a batch of {batch}.", **told)
