"""The charts of a run: one probe per layer and over the steps, loss and accuracy."""

from collections.abc import Sequence

import streamlit as st

from skipviz.figures import (
    editor_gradients,
    layer_curves_spec,
    layer_heatmap_spec,
    training_curves_spec,
)
from skipviz.probes import Probe, probes_of
from skipviz.training.run import Run
from skipviz.ui.live import Chart, live_charts

TITLES = {
    "weight_gradient": "Gradient of weights",
    "state_gradient": "Gradient of states",
    "state_rms": "Size of states",
    "update_ratio": "Update ratio",
}


def charts(run: Run | None) -> None:
    """Draw the charts of what is measured so far; nothing while there is nothing."""
    if run is None:
        live_charts([], gradients=None, key="charts")
        return
    drawn = _drawn(run, _chosen_probe(run), st.context.theme.type or "light")
    live_charts(drawn, gradients=editor_gradients(run), key="charts")


def _chosen_probe(run: Run) -> Probe:
    probes = {p.name: p for p in probes_of(run.settings.probes) if p.at == "step"}
    name = st.segmented_control(
        "What is shown of every layer",
        list(probes),
        default="weight_gradient",
        format_func=lambda name: TITLES.get(name, name),
        key="probe",
        label_visibility="collapsed",
    )
    return probes.get(name or "", probes["weight_gradient"])


def _drawn(run: Run, probe: Probe, theme: str) -> Sequence[Chart]:
    note = f"{probe.label}: {probe.meaning}."
    return (
        Chart(
            "gradient_flow",
            layer_curves_spec(run, probe.name, theme=theme),
            f"{TITLES[probe.name]}, per layer",
            note,
            height=400,
            span=4,
        ),
        Chart(
            "training_curves",
            training_curves_spec(run, theme=theme),
            f"Loss and {run.info.score}",
            f"Loss of each batch; {run.info.score} on the whole test split.",
            height=400,
            span=2,
        ),
        Chart(
            "gradient_heatmap",
            layer_heatmap_spec(run, probe.name, theme),
            f"{TITLES[probe.name]}, layers × steps",
            "The same over the whole run, one log scale for all arms; grey where nothing is known.",
            height=110 + 90 * len(run.arms),
        ),
    )
