"""The page from top to bottom."""

import streamlit as st

from skipviz.arms import arm_label
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec
from skipviz.figures.training import training_curves_spec
from skipviz.markup import escape_markdown
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.runs.painted import painted
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.text import plural
from skipviz.ui.components.headline import headline
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.model_drawing import model_drawing
from skipviz.ui.components.theme import theme
from skipviz.ui.model.brought import EXAMPLES, OWN, chosen, opener
from skipviz.ui.shell.page import open_page

HOW = """import skipviz as sv

with sv.watch(model) as watch:      # finds the skips in the first step
    train(model)                    # your loop, unchanged
print(watch.skips)                  # kind, from, to, file and line

run = sv.compare(model, loss, batches, arms=("skip", "plain"), steps=100)
sv.save_run(run, "run.json")        # numbers and names; no weights, no code
"""
"""What a visitor types at home."""


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    with st.container(horizontal=True, vertical_alignment="bottom", key="model_row"):
        name, run = chosen(session)
        with st.popover("Bring your own", icon=":material/add:"):
            st.markdown("Where skipviz is installed, in your own code:")
            st.code(HOW)
            opener(session)
        arm = _arm(run)
        at = _step(run)
    first, *others = verdict(run, at).messages
    headline(first.pieces, _detail(name, run, at), pieces_of(others))
    model_drawing(drawing(run.structure, painted(run, at).arms[arm]), key="model_drawing")
    for note in run.notes:
        st.caption(escape_markdown(note))
    live_charts(_charts(run, at), gradients=None, key="model_charts")
    with st.expander(f"{plural(len(run.own_skips), 'skip')}, where they are", key="model_skips"):
        st.html(run.own_skips.table_html)


def _detail(name: str, run: ModelRun, at: int) -> str:
    """How it was measured."""
    by = f", trained on {EXAMPLES[name].about}" if name != OWN else ""
    return f"{run.own_skips.headline}; step {run.row_steps[at]}{by}."


def _step(run: ModelRun) -> int:
    """The row chosen; the newest to begin with."""
    if run.steps < 2:
        return -1
    steps = [int(step) for step in run.row_steps]
    key = f"model_step_{id(run)}"
    return steps.index(st.select_slider("Step shown", steps, steps[-1], key=key, width=240))


def _arm(run: ModelRun) -> str:
    """The arm whose gradients the drawing shows."""
    arms = list(run.main_arms)
    if len(arms) == 1:
        return arms[0]
    return st.segmented_control(
        "Gradients in the drawing",
        arms,
        default=arms[0],
        format_func=lambda arm: arm_label(arm),
        key=f"model_arm_{id(run)}",
        required=True,
    )


def _charts(run: ModelRun, at: int) -> list[Chart]:
    look = theme()
    found = [
        Chart(
            "model_layers",
            layer_curves_spec(run, "weight_gradient", at, look),
            "Gradient of weights, per layer",
            "|∂L/∂W|: norm of the gradient of a layer's weights, by the place of the layer in the "
            "model.",
            360,
            4 if run.tells_loss else 6,
        )
    ]
    if run.tells_loss:
        curves = training_curves_spec(run, look, at)
        found.append(Chart("model_loss", curves, "Loss", "Loss of each batch.", 360, 2))
    if run.steps > 1:
        history = layer_heatmap_spec(run, "weight_gradient", look, at)
        note = "One log scale for all arms; grey where nothing is known."
        height = 110 + 90 * len(run.main_arms)
        found.append(Chart("model_history", history, "|∂L/∂W|, layers × steps", note, height))
    return found
