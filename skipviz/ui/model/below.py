"""What stands below the charts: where the skips are in the code, and the run as files."""

import streamlit as st

from skipviz.own_model.run import ModelRun
from skipviz.own_model.saved import saved
from skipviz.report import report
from skipviz.text import plural


def below(run: ModelRun) -> None:
    """Draw it; a file is made when somebody asks for it."""
    skips = run.own_skips
    edges = f", {len(skips)} edges" if len(skips) != skips.merges else ""
    found = f"{plural(skips.merges, 'skip')}{edges}, where they are"
    with st.expander(found, key="model_skips"):
        st.html(skips.table_html)
    with st.container(horizontal=True, key="model_files"):
        st.download_button(
            "Download run.json",
            lambda: saved(run).model_dump_json().encode(),
            "run.json",
            "application/json",
            icon=":material/download:",
            help="Numbers and names; no weights, no code. This page and sv.load_run open it.",
        )
        st.download_button(
            "Report",
            lambda: report(run).encode(),
            "report.html",
            "text/html",
            icon=":material/description:",
            help="What was found and measured, as one HTML file.",
        )
