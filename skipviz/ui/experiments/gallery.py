"""All experiments as cards."""

import streamlit as st

from skipviz import experiments
from skipviz.experiments import Experiment
from skipviz.language import _
from skipviz.ui.session.address import query
from skipviz.ui.session.lesson import lesson_in
from skipviz.ui.shell.locations import app_folder

PAGE = app_folder() / "pages" / "experiments.py"
COLUMNS = 3


def gallery() -> None:
    """A card per experiment, in the order they are best read in."""
    title = _("Guided experiments")
    about = _(
        "Each one puts a published claim to the test on this machine, in seconds, with three seeds "
        "or more: what is measured stands beside what was published, and beside what would show it "
        "false."
    )
    st.html(f'<div class="experiments-head"><h1>{title}</h1><p>{about}</p></div>')
    found = experiments.all_experiments()
    for start in range(0, len(found), COLUMNS):
        with st.container(key=f"cards_{start}"):
            columns = st.columns(COLUMNS)
        for column, experiment in zip(columns, found[start : start + COLUMNS], strict=False):
            with column:
                _card(experiment)


def _card(experiment: Experiment) -> None:
    with st.container(border=True, key=f"card_{experiment.id}", height="stretch"):
        st.page_link(
            PAGE,
            label=f"**{_(experiment.title)}**",
            query_params=address_with(e=experiment.id),
            icon=":material/science:",
        )
        st.markdown(_(experiment.claim))
        st.caption(time_text(experiment))


def address_with(**parameters: str) -> dict[str, str]:
    """The parameters of a link; a lesson goes on."""
    return parameters | lesson_in(query()).query


def time_text(experiment: Experiment) -> str:
    """How long the full version takes."""
    if experiment.instant:
        return _("at once")
    return _("about {seconds} s", seconds=format(experiment.seconds, ".0f"))
