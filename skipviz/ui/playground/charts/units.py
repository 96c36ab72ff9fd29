"""On demand: what the units of one layer say of the plane."""

import streamlit as st

from skipviz.arms import arm_label
from skipviz.data.split import Split
from skipviz.figures.units import ACROSS, unit_maps_spec
from skipviz.jobs import Computation, JobPool
from skipviz.runs.run import Run
from skipviz.runs.unit_maps import UnitMaps
from skipviz.ui.components.live import Chart
from skipviz.ui.session.session import Session

NAME = "units"


def unit_controls(session: Session, pool: JobPool, run: Run, at: int) -> None:
    """Draw the choice of a layer and an arm, and the button that computes its units."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="units"):
        arm = st.selectbox("Arm", run.main_arms, format_func=arm_label, width=160)
        layer = st.selectbox("Layer", list(range(1, run.layers + 1)), width=110)
        wanted = st.button(
            "Show its units",
            icon=":material/grid_view:",
            help="The run is repeated up to the step shown, which gives the same weights.",
        )
    if not wanted:
        return
    named = {each.name: each for each in run.settings.arms_for(run.network)}
    asked = {
        "network": run.network,
        "settings": run.settings,
        "arm": named[arm],
        "layer": layer,
        "step": int(run.row_steps[at]),
        "own": session.own_shown,
    }
    try:
        job = session.compute(
            NAME, Computation("skipviz.engine.training.units:unit_maps", asked), pool
        )
        job.wait_until_ended(2.0)
    except RuntimeError as error:
        session.notify(str(error))


def unit_charts(session: Session, run: Run, split: Split, theme: str) -> list[Chart]:
    """The units computed last, where they are those of this run."""
    job = session.computations.get(NAME)
    of_run = {"network": run.network, "settings": run.settings, "own": session.own_shown}
    if job is None or not of_run.items() <= job.computation.arguments.items():
        return []
    found = [each for each in job.results if isinstance(each, UnitMaps)]
    if not found:
        return []
    maps = found[-1]
    rows = -(-len(maps.states) // ACROSS)
    return [
        Chart(
            "units",
            unit_maps_spec(maps, split, theme),
            f"Units of layer {maps.layer}, {arm_label(maps.arm)}, step {maps.step}",
            f"The first {len(maps.states)} units: their state at every place, one scale for all.",
            40 + 130 * rows,
        )
    ]


def units_pending(session: Session) -> bool:
    """Whether a refresh may bring them."""
    job = session.computations.get(NAME)
    return job is not None and not job.ended
