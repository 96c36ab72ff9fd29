"""What a section measures, drawn: a sentence, numbers, formulas, a chart, how it was measured."""

import html
from typing import Any

import streamlit as st

from skipviz.charts import Heat, Number, Table
from skipviz.figures import layer_curves_spec, layer_heatmap_spec, training_curves_spec
from skipviz.figures.chart import HEIGHT, chart_spec
from skipviz.figures.style import Spec
from skipviz.jobs import TrainingJob
from skipviz.language import N_, _, again
from skipviz.markup import escape_html
from skipviz.measures.results import Result
from skipviz.runs.run import Run
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.teaching import Section
from skipviz.teaching.chapter import View
from skipviz.text import number_text, seeds_text
from skipviz.ui.components.button import clicked
from skipviz.ui.components.headline import sentence_html
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.learn.at_hand import AtHand
from skipviz.ui.learn.running import request_of
from skipviz.ui.shell.computing import Computation

_TITLES: dict[View, str] = {
    "weight_gradient": N_("Gradient of the weights, per layer"),
    "state_gradient": N_("Gradient of the states, per layer"),
    "state_rms": N_("Size of the states, per layer"),
    "training": N_("Loss and score"),
    "heatmap": N_("Gradient of the weights, layers × steps"),
}
_SPOT = "\0"  # where coloured words stand in a sentence


def draw_live(computation: Computation[Any], section: Section, hand: AtHand) -> None:
    """Draw what is measured so far, or the button that starts it."""
    name, job = computation.name, computation.job
    if job is None:
        said = _("Not measured yet.")
        st.html(f'<p class="measured-verdict">{escape_html(said)}</p>')
        if clicked(_("Run"), type="primary", icon=":material/play_arrow:", key=f"run_{name}"):
            computation.restart(request_of(section.live, hand))
        return
    computation.say_error()
    if computation.going:
        with st.container(horizontal=True, vertical_alignment="center"):
            label = computation.waiting or _("Measuring …")
            st.html(f'<p class="measuring" role="status">{html.escape(label)}</p>')
            computation.stop_button("tertiary")
    if isinstance(job, TrainingJob):
        _run(job.run.frozen(), section.views, name)
    elif computation.results:
        _result(computation.results[-1], name)


def _run(run: Run, views: tuple[View, ...], name: str) -> None:
    if not run.steps:
        return
    said = _of_the_signal(run) if views[0] == "state_rms" else pieces_of(verdict(run).messages)
    st.html(f'<p class="measured-verdict">{sentence_html(said)}</p>')
    charts = [
        Chart(f"{name}-{view}", _view(run, view), _(_TITLES[view]), _note(run, view), HEIGHT)
        for view in views
    ]
    live_charts(charts, gradients=None, key=f"charts_{name}")


def _note(run: Run, view: View) -> str:
    values = {
        "step": run.row_steps[-1],
        "steps": run.settings.steps,
        "seeds": seeds_text(run.settings.seed, run.settings.seeds),
        "data": _(run.info.title),
    }
    if view == "training" and run.settings.steps:
        said = N_("Step {step} of {steps}, {seeds}, {data}; each batch; the whole test split.")
    elif run.settings.steps:
        said = N_("Step {step} of {steps}, {seeds}, {data}; log scale.")
    elif view == "training":
        said = N_("Initial weights, {seeds}, {data}; each batch; the whole test split.")
    else:
        said = N_("Initial weights, {seeds}, {data}; log scale.")
    return _(said, **values)


def _of_the_signal(run: Run) -> list[tuple[str, str | None]]:
    """How the size of the states changes along the chain, arm by arm."""
    whole = _(
        "From the first layer to the last, the size of the state changes by the factor {factors}.",
        factors=_SPOT,
    )
    before, after = whole.split(_SPOT)
    factors: list[tuple[str, str | None]] = []
    for place, arm in enumerate(run.distinct_arms):
        sizes = run.probe("state_rms", arm)[-1]
        factor = number_text(float(sizes[run.layers - 1] / sizes[0]))
        factors += [(_(", "), None)] if place else []
        factors += [(_("{factor} {arm}", factor=factor, arm=run.label_of(arm)), arm)]
    return [(before, None), *factors, (after, None)]


def _view(run: Run, view: View) -> Spec:
    match view:
        case "training":
            return training_curves_spec(run, theme=theme())
        case "heatmap":
            return layer_heatmap_spec(run, theme=theme())
        case _:
            return layer_curves_spec(run, view, theme=theme())


def _result(result: Result, name: str) -> None:
    st.html(f'<p class="measured-verdict">{escape_html(again(result.verdict))}</p>')
    for formula in result.formulas:
        st.latex(formula)
    _numbers(result.numbers)
    if result.table is not None:
        _table(result.table)
    if result.figure is not None:
        of_time = isinstance(result.figure, Heat)
        title = _("Layers × time steps") if of_time else again(result.figure.y.title)
        chart = Chart(name, chart_spec(result.figure, theme()), title, again(result.note), HEIGHT)
        live_charts([chart], gradients=None, key=f"charts_{name}")
    else:
        st.caption(again(result.note))


def _numbers(numbers: tuple[Number, ...]) -> None:
    if numbers:
        entries = "".join(
            f"<div><dt>{escape_html(again(n.label))}</dt><dd>{escape_html(again(n.text))}</dd></div>"
            for n in numbers
        )
        st.html(f'<dl class="measured-numbers">{entries}</dl>')


def _table(table: Table) -> None:
    head = "".join(f"<th>{escape_html(again(cell))}</th>" for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape_html(again(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    st.html(
        f'<div class="measured-table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
