"""The study to take away: its TOML, its results, its best network in the playground."""

import streamlit as st

from skipviz import link
from skipviz.language import _
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.studies import Result, Study, to_csv
from skipviz.ui.shell.locations import app_folder
from skipviz.ui.studies.chosen import Chosen, StudyComputation, results_of

_PLAYGROUND = app_folder() / "pages" / "playground.py"


def shares(computation: StudyComputation, chosen: Chosen, draft: Study | None) -> None:
    """Draw the downloads, and the link to the playground once there is a result."""
    st.download_button(
        _("Study as TOML"),
        (draft or chosen.study).to_toml(),
        f"{chosen.name}.toml",
        "application/toml",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help=_("Run it with `skipviz study`: on all cores, or on a cluster."),
    )
    if computation.job is None:
        return
    st.download_button(
        _("Results as CSV"),
        lambda: to_csv(results_of(computation.results)),
        f"{chosen.name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    if not computation.going:
        _open_largest(results_of(computation.results), chosen.study)


def _open_largest(results: list[Result], study: Study) -> None:
    """The way to the network whose quantity is the largest, where there is one that fits a link."""
    best = _largest(results, study)
    token = _token(best) if best is not None else ""
    if token and link.fits(token):
        st.page_link(
            _PLAYGROUND,
            label=_("Open the largest in the Playground"),
            query_params={"n": token},
            icon=":material/edit:",
        )


def _largest(results: list[Result], study: Study) -> Result | None:
    quantity = study.shown
    known = [r for r in results if getattr(r, quantity) is not None]
    return max(known, key=lambda r: r.value(quantity), default=None)


def _token(result: Result) -> str:
    told = result.settings
    fields = {name: told[name] for name in ("data", "seed", "batch_size")}
    if "learning_rate" in told:
        fields["learning_rate"] = told["learning_rate"]
    return link.encode(Network.from_json(told["network"]), Settings.model_validate(fields))
