"""One experiment: the claim, its controls, what is measured, what was published."""

import html

import streamlit as st

from skipviz import experiments, link
from skipviz.experiments import Experiment, Setup
from skipviz.experiments.running import ExperimentRun, Progress
from skipviz.experiments.wording import verdict
from skipviz.figures.chart import chart_height, chart_spec
from skipviz.jobs import JobPool
from skipviz.language import _, again
from skipviz.markup import escape_markdown
from skipviz.text import sentences, with_minus
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.experiments.gallery import PAGE, address_with
from skipviz.ui.experiments.table import formula_html, table_html
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation, refreshed
from skipviz.ui.shell.locations import app_folder

NAME = "experiment"  # of its computation in the session: there is one at a time
SECONDS = 300.0  # the longest an experiment may take
_PLAYGROUND = app_folder() / "pages" / "playground.py"
ExperimentComputation = Computation[Progress]


def claim_page(session: Session, pool: JobPool, experiment: Experiment) -> None:
    """Draw it; the short version starts by itself."""
    _onward(experiment)
    source = experiment.source
    st.html(
        f'<div class="experiments-head"><h1>{html.escape(_(experiment.title))}</h1>'
        f"<p>{html.escape(_(experiment.claim))}</p>"
        f'<p class="source"><a href="{html.escape(source.link)}" target="_blank" rel="noopener">'
        f"{html.escape(_(source.text))}</a></p></div>"
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="experiment_controls"):
        controls = _controls(experiment)
        full = experiment.instant or _is_full(experiment, controls)
        setup = experiment.setup(controls, thin=not full)
        computation = ExperimentComputation(session, pool, NAME, SECONDS)
        request = ExperimentRun(experiment.id, dict(setup.controls), setup.thin)
        refused = computation.refusal(request)
        if refused is not None:
            st.warning(escape_markdown(again(refused)))
        _buttons(computation, experiment, setup, going=refused is None and computation.going)
    if refused is None:
        refreshed(_experiment, computation)(computation, experiment, setup)


def _onward(experiment: Experiment) -> None:
    """Back to the gallery, and to the next experiment."""
    names = experiments.names()
    following = names[(names.index(experiment.id) + 1) % len(names)]
    with st.container(horizontal=True, key="experiment_onward"):
        st.page_link(
            PAGE,
            label=_("All experiments"),
            icon=":material/arrow_back:",
            query_params=address_with(),
        )
        title = _("Next: {title}", title=_(experiments.load(following).title))
        st.page_link(PAGE, label=title, query_params=address_with(e=following))


def _controls(experiment: Experiment) -> dict[str, float]:
    return {
        control.name: st.select_slider(
            _(control.label),
            control.options,
            value=control.default,
            format_func=lambda value: with_minus(f"{value:g}"),
            key=f"{experiment.id}_{control.name}",
            width=240,
        )
        for control in experiment.controls
    }


def _is_full(experiment: Experiment, controls: dict[str, float]) -> bool:
    """Whether the full version of exactly this was asked for."""
    asked = st.session_state.get("experiment_full")
    return bool(asked == (experiment.id, controls))


def _buttons(
    computation: ExperimentComputation, experiment: Experiment, setup: Setup, going: bool
) -> None:
    def run() -> None:
        st.session_state["experiment_full"] = (experiment.id, dict(setup.controls))
        computation.forget()

    if experiment.instant:
        return
    if going and not setup.thin:
        computation.stop_button()
        return
    st.button(
        _("Run in full"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=run,
        help=_(
            "About {seconds} s on one core, three seeds or more",
            seconds=format(experiment.seconds, ".0f"),
        ),
    )


def _experiment(computation: ExperimentComputation, experiment: Experiment, setup: Setup) -> None:
    """What is measured so far."""
    computation.await_result()
    progress = (computation.results or [Progress(0.0)])[-1]
    _status(computation, progress, experiment, setup)
    with st.container(key="experiment_result"):
        left, right = st.columns([1.1, 1], gap="medium")
    with left:
        charts = [
            Chart(
                panel.name,
                chart_spec(panel.chart, theme(), names="ends"),
                again(panel.title),
                again(panel.note),
                chart_height(panel.chart),
            )
            for panel in progress.panels
        ]
        live_charts(charts, gradients=None, key=f"charts_{experiment.id}")
    with right:
        st.html(table_html(experiment, setup, progress))
        _explained(experiment, setup)


def _status(
    computation: ExperimentComputation, progress: Progress, experiment: Experiment, setup: Setup
) -> None:
    computation.say_error()
    said = verdict(progress, setup.thin)
    if computation.state == "stopped":
        said = _("Stopped. What was measured until then is shown.")
    state = "measuring" if computation.going else "open"
    if progress.finished and progress.inside is not None:
        state = "inside" if progress.inside else "outside"
    over = "" if computation.going else " over"
    st.html(
        f'<p class="experiment-verdict {state}" data-verdict="{state}" data-of="{experiment.id}">'
        f"{html.escape(said)}</p>"
        f'<div class="experiment-done{over}">'
        f'<div style="width: {100 * progress.done:.0f}%"></div></div>'
    )


def _explained(experiment: Experiment, setup: Setup) -> None:
    measured = [_(experiment.setting)]
    if experiment.short:
        measured.append(_("The short version: {how}", how=_(experiment.short)))
    if experiment.chance:
        measured.append(_("Chance level: {chance}.", chance=format(experiment.chance, "g")))
    rows: dict[str, str] = {
        _("What would show it false"): _(experiment.falsified),
        _("A common misconception"): _(experiment.cleared),
        _("How it is measured"): sentences(measured),
        _("Where it differs from the source"): _(experiment.differs),
        _("Published"): _(experiment.source.cited),
    }
    text = "".join(
        f"<h3>{title}</h3><p>{formula_html(body)}</p>" for title, body in rows.items() if body
    )
    links = _links(experiment, setup)
    words = html.escape(_("Open in the Playground"))
    heading = f"<h3>{words}</h3>" if links else ""
    st.html(f'<div class="experiment-text">{text}{heading}</div>')
    with st.container(horizontal=True, key="experiment_links"):
        for label, token in links:
            st.page_link(
                _PLAYGROUND,
                label=label,
                query_params=address_with(n=token),
                icon=":material/edit:",
            )


def _links(experiment: Experiment, setup: Setup) -> list[tuple[str, str]]:
    """Label and token of every drawing that fits a link."""
    drawings = experiment.drawings(setup)
    found = [(again(each.label), link.encode(each.network, each.settings)) for each in drawings]
    return [(label, token) for label, token in found if link.fits(token)]
