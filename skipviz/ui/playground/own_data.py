"""Bringing data of one's own: a file or points drawn by hand, checked before training.

A file is read in a worker; the page says in a sentence what was understood, and lets it be changed.
"""

import streamlit as st

from skipviz.data import DataError
from skipviz.data.files.reading import FileRead, ReadStep
from skipviz.jobs import ComputingJob
from skipviz.language import _, again
from skipviz.markup import escape_markdown
from skipviz.ui.components.auto_refresh import auto_refreshed
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.points import draw_points, read_points
from skipviz.ui.playground.reading_choices import reading_choices
from skipviz.ui.session import shared
from skipviz.ui.session.brought import Brought
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import FIRST_RESULT, Computation

POINTS = "points"
NAME = "own_data"  # of the computation
SECONDS = 60.0  # that a file may take; ten megabytes of numbers take five
TICK = 1.0  # seconds between drawings of how far it is: each costs the server 10 ms
MOST_ERRORS = 6  # that are shown
MOST_NAMES = 40  # of columns
KINDS = ("csv", "tsv", "txt", "npz", "zip")
ReadingFile = Computation[ReadStep | FileRead]


def own_data(session: Session) -> None:
    """Draw the uploader, what is understood of a file, and the plane for points."""

    def take() -> None:
        brought = st.session_state["own_data"]
        if brought is None:
            session.brought = None
        else:
            read_data(session, brought.name, brought.getvalue())

    st.file_uploader(
        _("A table (CSV), arrays (NPZ with x and y), or a zip of images in folders"),
        KINDS,
        key="own_data",
        on_change=take,
        max_upload_size=session.limits.upload_mb,
    )
    if session.brought is not None:
        _file(session, ReadingFile(session, shared.pool(), NAME, SECONDS))
    st.markdown(_("Or draw points of two to four classes:"))
    draw_points(POINTS, on_use=lambda: take_points(session, component_value(POINTS, "used")))


def read_data(session: Session, name: str, content: bytes) -> None:
    """Have a file read in a worker; the data of before stay until it is."""
    session.forget(NAME)
    session.brought = Brought(name, content)


def take_points(session: Session, drawn: object) -> None:
    """Take points drawn in the browser as the data of this session."""
    try:
        own = read_points(drawn)
    except DataError as error:
        session.refuse(error)
        return
    session.forget(NAME)
    session.brought = None
    session.take_data(own)


def take_in(session: Session, reading: ReadingFile) -> None:
    """What the worker has made of the file; data of before stay where it is refused."""
    job, brought = reading.job, session.brought
    if brought is None or not isinstance(job, ComputingJob) or job.request != brought.request:
        return
    last = next(reversed(reading.results), None)
    if isinstance(last, FileRead):
        session.brought = brought.answered(last)
        session.forget(NAME)
        if last.own is not None:
            session.take_data(last.own)


def _file(session: Session, reading: ReadingFile) -> None:
    """The file that was brought: how far it is read, or what was understood."""
    brought = session.brought
    if brought is not None and brought.pending:
        reading.start(brought.request)
        reading.await_end(FIRST_RESULT)
        take_in(session, reading)
    brought = session.brought
    if brought is None:
        return
    if brought.pending:
        every = TICK if reading.going else None
        auto_refreshed(_progress, every, lambda: reading.going)(session, reading)
    elif brought.read is not None:
        _understood(session, brought.name, brought.read)
    if brought.read is not None:
        reading_choices(session, brought.read)


def _progress(session: Session, reading: ReadingFile) -> None:
    """How far the worker is; why it ended, and a way to try again."""
    steps = [step for step in reading.results if isinstance(step, ReadStep)]
    now = steps[-1] if steps else ReadStep(_("Reading the file"), 0.0)
    reading.status(_("{doing} …", doing=again(now.doing)), now.share, "")
    if not reading.going:
        st.button(_("Read the file"), key="read_again", on_click=lambda: session.forget(NAME))


def _understood(session: Session, name: str, read: FileRead) -> None:
    """The sentence, or what stands in the way."""
    if read.own is None:
        said = "\n\n".join(map(again, read.errors[:MOST_ERRORS]))
        more = len(read.errors) - MOST_ERRORS
        if more > 0:
            said += "\n\n" + _("and {count} more.", count=more)
        if session.own is not None:
            said = _("{errors} {data} stays.", errors=said, data=session.own.info.title)
        st.error(escape_markdown(said))
        return
    about = read.own.info
    st.markdown(f"{escape_markdown(name[:60])}: **{escape_markdown(again(about.read_as))}**")
    if about.features:
        shown = " · ".join(about.features[:MOST_NAMES])
        more = len(about.features) - MOST_NAMES
        if more > 0:
            shown = _("{names} and {count} more", names=shown, count=f"{more:,}")
        said = escape_markdown(shown)
        st.caption(_("The numbers of a row, in this order: {names}", names=said))
