"""The live half of the page: how far the study is, what it found, its charts."""

import html
import math
from collections.abc import Iterator
from typing import Any

import streamlit as st

from skipviz.figures.studies import (
    FACTOR_LABELS,
    study_curves_spec,
    study_heatmap_spec,
    value_label,
)
from skipviz.language import N_, _, _n, again
from skipviz.markup import escape_markdown
from skipviz.runs.zeros import size_text
from skipviz.studies import (
    QUANTITIES,
    QUANTITY_LABELS,
    Quantity,
    Result,
    Study,
    Table,
    others,
    table,
)
from skipviz.studies.study import OF_GRADIENT
from skipviz.studies.trials import Value
from skipviz.text import duration_text, number_text, sentences
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.theme import theme
from skipviz.ui.shell.computing import refreshed
from skipviz.ui.studies.chosen import (
    ON_COMMAND_LINE,
    Chosen,
    StudyComputation,
    refusal,
    refused,
    results_of,
    seconds_left,
    size_of,
)
from skipviz.ui.studies.finding import finding, judged

KINDS = {"curves": N_("curves"), "heat map": N_("heat map")}


def run(computation: StudyComputation, chosen: Chosen, draft: Study | None) -> None:
    """Draw it; what is chosen is started if it was not."""
    why = refused(computation, chosen.study)
    _buttons(computation, chosen, draft, going=why is None and computation.going)
    if why is not None:
        st.warning(sentences([escape_markdown(again(why)), _(ON_COMMAND_LINE)]))
        return
    refreshed(_study, computation)(computation, chosen)


def _buttons(
    computation: StudyComputation, chosen: Chosen, draft: Study | None, going: bool
) -> None:
    """Start or Stop, and what Start would do."""

    def start() -> None:
        if draft is not None:
            chosen.study = draft
            computation.forget()

    with st.container(horizontal=True, vertical_alignment="center", key="run_buttons"):
        if going and draft in (None, chosen.study):
            computation.stop_button()
            return
        why = None if draft is None else refusal(draft, computation.session.limits)
        st.button(
            _("Start"),
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
            disabled=draft is None or why is not None,
        )
        if draft is not None:
            size = size_of(draft)
            about = _n(
                "{count} run, about {duration} on one core",
                "{count} runs, about {duration} on one core",
                size.runs,
                duration=duration_text(size.seconds),
            )
            refused = sentences([escape_markdown(why), _(ON_COMMAND_LINE)]) if why else ""
            st.caption(refused or about)


def _study(computation: StudyComputation, chosen: Chosen) -> None:
    """What is measured so far."""
    computation.await_result()
    study, results = chosen.study, results_of(computation.results)
    _progress(computation, study, len(results))
    quantity, across, by, drawn = _view(chosen, results)
    where = _held(chosen.name, results, across, by)
    cells = table(results, quantity, across, by, where, study.values(by))
    found = finding(cells, quantity, across, by, study.score)
    said = sentences([found, *_bare(results, quantity, across, by), *judged(results)])
    st.html(f'<p class="study-finding">{html.escape(said)}</p>')
    along = study.values(across)
    charts = _charts(cells, quantity, across, by, theme(), None if drawn == "heat map" else along)
    live_charts(charts, gradients=None, key="study_charts")
    _failures(results)
    if not computation.going:
        _all_runs(study, results)


def _progress(computation: StudyComputation, study: Study, runs: int) -> None:
    total = size_of(study).runs
    computation.say_error()
    left = _(
        "about {duration} left", duration=duration_text(seconds_left(computation.results, study))
    )
    state = left if computation.going else _(_ENDED.get(computation.state or "", ""))
    text = computation.waiting or _n(
        "{runs} of {count} run · {state}",
        "{runs} of {count} runs · {state}",
        total,
        runs=runs,
        state=state,
    )
    st.progress(min(runs / max(total, 1), 1.0), text=text)


def _view(chosen: Chosen, results: list[Result]) -> tuple[Quantity, str, str, str]:
    """What is drawn: the quantity, across one factor, by another, as curves or as a heat map."""
    study, name = chosen.study, chosen.name
    varied = list(dict.fromkeys([study.across, study.by, *study.varied]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="study_view"):
        quantity = _select(N_("Quantity"), study.quantities, study.shown, QUANTITY_LABELS, name)
        across = _select(N_("Across"), varied, study.across, FACTOR_LABELS, name)
        rest = [factor for factor in varied if factor != across]
        by = _select(N_("By"), rest, study.by, FACTOR_LABELS, f"{name}_{across}")
        kinds = tuple(KINDS)
        kind = kinds[_is_map(results, across, by)]
        drawn = _select(N_("Drawn as"), kinds, kind, KINDS, f"{name}_{across}_{by}_{kind}")
    return quantity, across, by, drawn


def _select(label: str, options: Any, first: Any, labels: Any, key: str) -> Any:
    options = list(options)
    index = options.index(first) if first in options else 0
    chosen = f"study_{key}_{label}_{len(options)}"
    return selectbox(
        _(label), options, index, format_func=lambda each: _(labels.get(each, each)), key=chosen
    )


def _is_map(results: list[Result], across: str, by: str) -> bool:
    """Words along the axis, or the ends of one skip, are better seen as squares."""
    values = {r.factors[across] for r in results if across in r.factors}
    return {across, by} == {"source", "target"} or any(isinstance(v, str) for v in values)


def _held(name: str, results: list[Result], across: str, by: str) -> dict[str, Any]:
    """The values of all other factors that vary: one each."""
    found = others([r for r in results if {across, by} <= r.factors.keys()], across, by)
    held: dict[str, Any] = {}
    if found:
        with st.container(horizontal=True, key="study_held"):
            for factor, values in found.items():
                labels = {value: value_label(factor, value) for value in values}
                key = f"{name}_{factor}"
                held[factor] = _select(FACTOR_LABELS[factor], values, values[0], labels, key)
    return held


def _charts(
    cells: Table, quantity: Quantity, across: str, by: str, theme: str, along: list[Value] | None
) -> list[Chart]:
    """Curves along those values, or without them heat maps."""
    title = _(_TITLES[quantity])
    theory = any(math.isfinite(c.predicted) for row in cells.values() for c in row.values())
    note = _(_NOTES.get(quantity, _OTHER_NOTE))
    if along is not None:
        spec = study_curves_spec(cells, quantity, across, by, theme, along)
        return [Chart("study_curves", spec, title, note, height=440)]
    height = max(260, min(120 + 34 * len(cells), 520))
    return [
        Chart(
            f"study_map_{'theory' if said else 'measured'}",
            study_heatmap_spec(cells, quantity, across, by, theme, predicted=said),
            _("Predicted by theory") if said else title,
            _("Mean field theory, without a run, on the same scale.") if said else note,
            height=height,
            span=3 if theory else 6,
        )
        for said in (False, True)[: 1 + theory]
    ]


def _bare(results: list[Result], quantity: Quantity, across: str, by: str) -> Iterator[str]:
    """What the chain without a skip has, where the factors are the ends of one skip."""
    row = table(results, quantity, "depth", "pattern").get("none", {})
    if {across, by} == {"source", "target"} and len(row) == 1:
        text = size_text if quantity in OF_GRADIENT else number_text
        yield _("Without any skip it is {value}.", value=text(next(iter(row.values())).mean))


def _failures(results: list[Result]) -> None:
    failed = [result for result in results if result.status == "failed"]
    if failed:
        why = escape_markdown(again(failed[0].message))
        template = _FAILED_MORE if len(failed) > 1 else _FAILED
        st.warning(_(template, count=len(failed) - 1, why=why))
    broken = [result for result in results if result.status == "done" and result.message]
    if broken:
        st.info(
            _(
                "{runs} broke down while training: the {why}.",
                runs=_n("{count} run", "{count} runs", len(broken)),
                why=escape_markdown(again(broken[0].message)),
            )
        )


def _all_runs(study: Study, results: list[Result]) -> None:
    """A table that can be sorted and searched, once it is asked for."""
    if not results or not st.toggle(
        _n("Table of the {count} run", "Table of all {count} runs", len(results)), key="study_table"
    ):
        return
    named = [*(study.varied or ("depth",)), "seed"]
    shown = [*named, *study.quantities, "predicted"]
    rows = [
        {**result.factors, **{name: getattr(result, name) for name in _OF_RUNS}}
        for result in results
    ]
    st.dataframe(
        [{name: row.get(name) for name in (*shown, "message")} for row in rows],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.3g") for name in _FORMATTED},
    )


_FAILED = N_("1 run could not be made: {why}")
_FAILED_MORE = N_("1 run and {count} more could not be made: {why}")
_OTHER_NOTE = N_("Whole split, after the last step. Band: all seeds.")
_ENDED = {
    "queued": N_("queued"),
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
}
"""How a study stands."""
_FORMATTED = (*QUANTITIES, "predicted")
_OF_RUNS = ("seed", "message", *_FORMATTED)
_TITLES: dict[Quantity, str] = {
    "ratio": N_("Gradient of the first layer over that of the last"),
    "first": N_("Gradient of the first layer"),
    "last": N_("Gradient of the last layer"),
    "weakest": N_("Gradient of the weakest layer over the largest"),
    "train_loss": N_("Training loss"),
    "test_loss": N_("Test loss"),
    "test_score": N_("Test score"),
}
_NOTES = {
    "ratio": N_("Initial weights, one batch. Geometric mean and band of all seeds."),
    "first": N_("Initial weights, one batch. Geometric mean and band of all seeds."),
    "last": N_("Initial weights, one batch. Geometric mean and band of all seeds."),
    "weakest": N_(
        "Initial weights, one batch; layers at exactly 0 left out. Geometric mean and band."
    ),
}
