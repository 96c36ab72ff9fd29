"""What can be chosen of how a file is read, in place: target, gaps, words, columns left out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from skipviz.data.files.reading import Choice, FileRead
from skipviz.language import N_, _, again
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.lazy_expander import lazy_popover
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.session.session import Session

LABELS = {
    "task": N_("Predict"),
    "gaps": N_("Rows with gaps"),
    "words": N_("Columns of words"),
    "strays": N_("Cells that do not fit"),
    "header": N_("The first row holds"),
    "separator": N_("Columns are parted by"),
    "decimal": N_("Decimal mark"),
    "encoding": N_("Encoding"),
    "channels": N_("Channels come"),
    "axes": N_("A sample of x is"),
    "side": N_("Bring images to"),
}
HELP = {
    "gaps": N_(
        "Filled with the mean of the column, or its most common word, over the rows that are "
        "trained on. Rows without a label are always dropped."
    ),
    "words": N_("A column of words becomes a number for each word: 1 where it stands, else 0."),
    "strays": N_("Words among numbers, numbers that are not finite, rows of another length."),
}
OF_TEXT = ("header", "separator", "decimal", "encoding")


def reading_choices(session: Session, read: FileRead) -> None:
    """Draw them; a change has the file read anew."""
    if session.brought is not None:
        read = replace(read, reading=session.brought.wanted(read.reading))
    if read.columns:
        _columns(session, read)
    for choice in read.choices:
        if choice.name not in OF_TEXT:
            _choice(session, read, choice)
    of_text = [choice for choice in read.choices if choice.name in OF_TEXT]
    if of_text:
        draw = partial(_all, session, read, of_text)
        lazy_popover("own_text", _("How the text is read"), ":material/text_fields:", draw)


def _all(session: Session, read: FileRead, choices: Sequence[Choice]) -> None:
    for choice in choices:
        _choice(session, read, choice)


def _columns(session: Session, read: FileRead) -> None:
    """Which are predicted, and which are not read."""
    places = list(range(len(read.columns)))
    target = list(read.reading.target or ())
    found = _several(_("Target"), "target", target, places, read)
    if found and found != target:
        _choose(session, target=tuple(found))
    others = [place for place in places if place not in target]
    out = sorted(set(read.reading.left_out or ()) & set(others))
    left = _several(_("Left out"), "left_out", out, others, read)
    if left != out:
        _choose(session, left_out=tuple(left))


def _several(
    label: str, name: str, now: list[int], places: Sequence[int], read: FileRead
) -> list[int]:
    def draw(key: str) -> list[int]:
        return st.multiselect(
            label, places, now, format_func=_name_in(read), key=key, placeholder=_("no column")
        )

    return sorted(controlled(f"reading_{name}", now, draw))


def _name_in(read: FileRead) -> Callable[[int], str]:
    return lambda place: read.columns[place].name


def _choice(session: Session, read: FileRead, choice: Choice) -> None:
    """One of several; what the file leaves open has to be chosen."""
    now = getattr(read.reading, choice.name)
    values = [value for value, _ in choice.options]
    names = dict(choice.options)

    def draw(key: str) -> Any:
        return selectbox(
            _(LABELS[choice.name]),
            values,
            values.index(now) if now in values else None,
            format_func=lambda value: again(names[value]),
            placeholder=_("as it is") if choice.name == "side" else _("choose"),
            help=_(HELP[choice.name]) if choice.name in HELP else None,
            key=key,
        )

    value = controlled(f"reading_{choice.name}", now, draw)
    if value is not None and value != now:
        _choose(session, **{choice.name: value})


def _choose(session: Session, **chosen: Any) -> None:
    if session.brought is not None:
        session.brought = session.brought.choosing(**chosen)
        st.rerun()
