"""The charts of a run: what is chosen of it, at the step chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from skipviz import data
from skipviz.data import Split
from skipviz.figures import editor_gradients
from skipviz.jobs import JobPool
from skipviz.language import _, language
from skipviz.runs.run import Run
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.playground.charts.learned import learned_control
from skipviz.ui.playground.charts.ranking import rank_button
from skipviz.ui.playground.charts.streaming import stream_of
from skipviz.ui.playground.charts.theory import theory_of
from skipviz.ui.playground.charts.units import unit_charts, unit_controls
from skipviz.ui.playground.charts.views import Shown, drawn, views_of
from skipviz.ui.playground.memory import remembered
from skipviz.ui.playground.scrubber import scrubber
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import GHOST


@dataclass(frozen=True)
class Picture:
    """Charts, and the colours that go with them in the drawing of the network."""

    charts: Sequence[Chart]
    gradients: dict[str, Any]


def charts(session: Session, pool: JobPool, run: Run | None, at: int) -> None:
    """Draw the charts of what is measured so far at row `at`; nothing while there is nothing."""
    if run is None:
        live_charts([], gradients=None, key="charts")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="view_row"):
        view = _chosen_view(session, run)
        scrubber(session, run)
    if view == "ablation":
        rank_button(session, pool, run)
    kept = session.tray.drawn
    if (ghost := session.ghost) is not None:
        kept.append((_(GHOST), ghost))
    split = _split(session, run)
    if view == "boundary":
        unit_controls(session, pool, run, at)
    theory = theory_of(session, pool, run) if view in ("weights", "states") else None
    quantity = learned_control(run) if view == "learned" else ""
    shown = Shown(run, at, theme(), tuple(kept), theory, split, quantity)

    def draw() -> Picture:
        found = drawn(view, shown)
        if view == "boundary" and split is not None:
            found += unit_charts(session, pool, run, split, theme())
        return Picture(found, editor_gradients(run, at))

    picture = remembered(session, "charts", (view, quantity, _sources(session, shown)), draw)
    stream = stream_of(session, view, shown)
    live_charts(picture.charts, gradients=picture.gradients, key="charts", stream=stream)


def _sources(session: Session, shown: Shown) -> object:
    """All that the charts of a view depend on. A run grows only by steps, and is told by its job;
    kept runs and own data are equal only to themselves."""
    came = [(name, each.id, each.count) for name, each in session.computations.items()]
    jobs = [job and job.id for job in (session.measured, session.job)]
    kept = [(name, run.steps if name == _(GHOST) else run) for name, run in shown.kept]
    return language(), jobs, shown.run.steps, shown.at, shown.theme, kept, session.own, came


def _split(session: Session, run: Run) -> Split | None:
    """The samples to draw on the plane; None where there is no plane."""
    if not run.info.planar:
        return None
    return data.split_of(run.settings, session.own_shown)


def _chosen_view(session: Session, run: Run) -> str:
    titles = views_of(run)
    first = next(iter(titles))
    current = session.address.view if session.address.view in titles else first

    def draw(key: str) -> str:
        picked = st.segmented_control(
            _("What is shown"),
            list(titles),
            default=current,
            format_func=titles.__getitem__,
            key=key,
            label_visibility="collapsed",
        )
        return picked or current

    view = controlled(f"view_{'_'.join(titles)}", current, draw)
    session.address.view = "" if view == first else view
    return view
