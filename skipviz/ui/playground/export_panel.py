"""The network as a file: source, weights and JSON to take away, JSON to bring back."""

import streamlit as st

from skipviz import export
from skipviz.language import _
from skipviz.network import Network, NetworkError
from skipviz.report import report
from skipviz.ui.components.lazy_expander import lazy_popover
from skipviz.ui.playground.lesson import lesson_button
from skipviz.ui.playground.trained_weights import trained_weights
from skipviz.ui.session.session import Session

LARGEST = 1  # megabyte of JSON; ten thousand layers take a tenth of it


def files(session: Session) -> None:
    """Draw the button and what opens below it."""

    def draw() -> None:
        _report(session)
        _downloads(session)
        trained_weights(session)
        _upload(session)
        lesson_button()

    lazy_popover("export", _("Export"), ":material/download:", draw)


def _downloads(session: Session) -> None:
    network, about = session.network, session.about

    def source() -> str:
        return export.pytorch(network, about.input_shape, about.outputs)

    st.download_button(
        _("PyTorch source"),
        source,
        "network.py",
        "text/x-python",
        on_click="ignore",
        disabled=bool(session.problems),
        width="stretch",
    )
    st.download_button(
        _("Equations (LaTeX)"),
        lambda: export.latex(network),
        "equations.tex",
        "text/x-tex",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        _("Network as JSON"),
        network.to_json(),
        "network.json",
        "application/json",
        on_click="ignore",
        width="stretch",
    )


def _report(session: Session) -> None:
    address = str(st.context.url or "").split("?")[0]

    offline = st.checkbox(
        _("Charts of the report draw without the internet (5 MB more)"), key="report_offline"
    )

    def made() -> str:
        run = session.trained or session.shown  # as far as it is when the button is pressed
        return report(run, address, offline) if run is not None else ""

    st.download_button(
        _("Report of the run (HTML)"),
        made,
        "report.html",
        "text/html",
        on_click="ignore",
        disabled=session.job is None and session.shown is None,
        help=_("One file: verdict, drawing, charts, numbers, settings, source."),
        width="stretch",
    )


def _upload(session: Session) -> None:
    def take() -> None:
        brought = st.session_state["upload"]
        if brought is not None:
            _read(session, brought.getvalue())

    st.file_uploader(
        _("Open a network from JSON"), "json", key="upload", on_change=take, max_upload_size=LARGEST
    )


def _read(session: Session, content: bytes) -> None:
    """A file that cannot be read leaves the drawing as it was, and says why."""
    try:
        session.open(Network.from_json(content.decode("utf-8")))
    except UnicodeDecodeError:
        session.notify(_("The file is no text, so it holds no network."))
    except NetworkError as error:
        session.notify(_("The file holds no network. {why}", why=str(error)))
