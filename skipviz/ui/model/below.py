"""What stands below the charts: where the skips are in the code, and the run as files."""

import streamlit as st

from skipviz.language import _, _n
from skipviz.own_model.run import ModelRun
from skipviz.own_model.saved import saved
from skipviz.report import report


def below(run: ModelRun) -> None:
    """Draw it; a file is made when somebody asks for it."""
    skips = run.own_skips
    where = _n("{count} skip, where they are", "{count} skips, where they are", skips.merges)
    if len(skips) != skips.merges:
        where = _n(
            "{count} skip, {edges} edges, where they are",
            "{count} skips, {edges} edges, where they are",
            skips.merges,
            edges=len(skips),
        )
    with st.expander(where, key="model_skips"):
        st.html(skips.table_html)
    with st.container(horizontal=True, key="model_files"):
        st.download_button(
            _("Download run.json"),
            lambda: saved(run).model_dump_json().encode(),
            "run.json",
            "application/json",
            icon=":material/download:",
            help=_("Numbers and names; no weights, no code. This page and sv.load_run open it."),
        )
        st.download_button(
            _("Report"),
            lambda: report(run).encode(),
            "report.html",
            "text/html",
            icon=":material/description:",
            help=_("What was found and measured, as one HTML file."),
        )
