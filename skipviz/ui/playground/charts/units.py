"""On demand: what the units of one layer say of the plane."""

import streamlit as st

from skipviz.data.split import Split
from skipviz.figures.units import ACROSS, unit_maps_spec
from skipviz.jobs import JobPool
from skipviz.language import _, _n
from skipviz.request import Progress
from skipviz.runs.requests import UnitMaps, UnitsOfLayer
from skipviz.runs.run import Run
from skipviz.ui.components.button import clicked
from skipviz.ui.components.live import Chart
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation

PATIENCE = 2.0  # seconds that a click waits for them


def units_in(session: Session, pool: JobPool) -> Computation[Progress | UnitMaps]:
    """Of the layer asked for last."""
    return Computation(session, pool, "units")


def unit_controls(session: Session, pool: JobPool, run: Run, at: int) -> None:
    """Draw the choice of a layer and an arm, and the button that computes its units."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="units"):
        arm = selectbox(
            _("Arm"), run.main_arms, format_func=run.label_of, key="units_arm", width=160
        )
        layer = selectbox(_("Layer"), list(range(1, run.layers + 1)), key="units_layer", width=110)
        wanted = clicked(
            _("Show its units"),
            key="show_units",
            icon=":material/grid_view:",
            help=_("The run is repeated up to the step shown, which gives the same weights."),
        )
    if not wanted:
        return
    named = {each.name: each for each in run.settings.arms_for(run.network)}
    step, own = int(run.row_steps[at]), session.own_shown
    computation = units_in(session, pool)
    request = UnitsOfLayer(run.network, run.settings, named[arm], layer, step, own=own)
    refused = computation.refusal(request)
    if refused is not None:
        session.notify(refused)
    computation.await_end(PATIENCE)


def unit_charts(session: Session, pool: JobPool, run: Run, split: Split, theme: str) -> list[Chart]:
    """The units computed last, where they are those of this run."""
    computation = units_in(session, pool)
    request = computation.job and computation.job.request
    if not isinstance(request, UnitsOfLayer):
        return []
    of_run = (run.network, run.settings, session.own_shown)
    if (request.network, request.settings, request.own) != of_run:
        return []
    found = [each for each in computation.results if isinstance(each, UnitMaps)]
    if not found:
        return []
    maps = found[-1]
    rows = -(-len(maps.states) // ACROSS)
    return [
        Chart(
            "units",
            unit_maps_spec(maps, split, theme),
            _(
                "Units of layer {layer}, {arm}, step {step}",
                layer=maps.layer,
                arm=run.label_of(maps.arm),
                step=maps.step,
            ),
            _n(
                "The first unit: its state at every place.",
                "The first {count} units: their state at every place, one scale for all.",
                len(maps.states),
            ),
            40 + 130 * rows,
        )
    ]
