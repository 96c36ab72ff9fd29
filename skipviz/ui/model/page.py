"""The page from top to bottom."""

import streamlit as st

from skipviz.language import N_, _, again
from skipviz.markup import escape_markdown
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.unreached import notes_of
from skipviz.runs.painted import painted
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.text import sentences
from skipviz.ui.components.headline import headline
from skipviz.ui.components.live import live_charts
from skipviz.ui.components.model_drawing import model_drawing
from skipviz.ui.components.theme import theme
from skipviz.ui.model.below import below
from skipviz.ui.model.brought import EXAMPLES, OWN, chosen, opener
from skipviz.ui.model.charts import charts
from skipviz.ui.model.followed import watching
from skipviz.ui.model.live import live_model, measured_at
from skipviz.ui.model.tray import tray_row
from skipviz.ui.shell.page import open_page

HOW = N_("""import skipviz as sv

with sv.watch(model) as watch:      # finds the skips in the first step
    train(model)                    # your loop, unchanged
print(watch)                        # skips with file and line, and what was found amiss

run = sv.compare(model, loss, batches, arms=("skip", "plain"), steps=100)
sv.save_run(run, "run.json")        # numbers and names; no weights, no code

# live on this page, from the command line: skipviz open my_model.py:build
""")
"""What a visitor types at home."""


_HOW_OWN = N_("{skips}; step {step}.")
_HOW_EXAMPLE = N_("{skips}; step {step}, trained on {data}.")


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    reader = watching()
    with st.container(horizontal=True, vertical_alignment="bottom", key="model_row"):
        name, run = chosen(session, live=reader is not None)
        with st.popover(_("Bring your own"), icon=":material/add:"):
            st.markdown(_("Where skipviz is installed, in your own code:"))
            st.code(_(HOW))
            opener(session)
        if run is not None:
            arm = _arm(run)
            at = _step(run)
    if run is None:
        if reader is not None:
            live_model(session, reader)
        return
    shown = run.together(at)
    first, *others = verdict(shown).messages
    headline(first.pieces, _detail(name, run, at), pieces_of(others))
    arm = arm if arm in shown.arms else shown.main_arms[0]
    model_drawing(drawing(run.structure, painted(shown).arms[arm]), key="model_drawing")
    for note in notes_of(run):
        st.caption(escape_markdown(again(note)))
    tray_row(session, run)
    drawn = charts(run, shown, at, theme(), session.model_tray.drawn)
    live_charts(drawn, gradients=None, key="model_charts")
    below(run)


def _detail(name: str, run: ModelRun, at: int) -> str:
    """How it was measured."""
    template = _HOW_OWN if name == OWN else _HOW_EXAMPLE
    data = "" if name == OWN else _(EXAMPLES[name].about)
    how = _(template, skips=run.own_skips.headline, step=run.row_steps[at], data=data)
    return sentences([how, *measured_at(run)])


def _step(run: ModelRun) -> int:
    """The row chosen; the newest to begin with."""
    if run.steps < 2:
        return -1
    steps = [int(step) for step in run.row_steps]
    key = f"model_step_{id(run)}"
    return steps.index(st.select_slider(_("Step shown"), steps, steps[-1], key=key, width=240))


def _arm(run: ModelRun) -> str:
    """The arm whose gradients the drawing shows."""
    arms = list(run.main_arms)
    if len(arms) == 1:
        return arms[0]
    return st.segmented_control(
        _("Gradients in the drawing"),
        arms,
        default=arms[0],
        format_func=run.label_of,
        key=f"model_arm_{id(run)}",
        required=True,
    )
