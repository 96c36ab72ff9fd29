"""Controls of single settings: what is chosen is taken at once."""

import zlib
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import streamlit as st
from pydantic import ValidationError

from skipviz.language import _
from skipviz.settings import Settings
from skipviz.spec import said_of
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.session.session import Session

Width = int | Literal["stretch"]
T = TypeVar("T")


def change(session: Session, **fields: Any) -> None:
    """Take these settings; where they cannot be, say why."""
    try:
        session.settings = Settings.model_validate(session.settings.model_dump() | fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = [str(each) for each in first["loc"][:1]]
        said = said_of(first)
        session.notify(_("{where}: {problem}", where=where[0], problem=said) if where else said)


def choice(
    session: Session,
    field: str,
    label: str,
    titles: dict[str, str],
    width: Width = "stretch",
    help_text: str | None = None,
) -> None:
    """A select box over names with titles, which are messages; what is current is among them.

    Where a title changes, as with another file of one's own data, it is another box: the browser
    keeps what is chosen by its title, and would go on showing the one of before.
    """
    current = getattr(session.settings, field)
    options = [*titles] if current in titles else [*titles, current]
    # strict: what a browser sends late, in another language, must not pass for an option
    named = {option: titles.get(option, str(option)) for option in options}
    titled = zlib.crc32(repr(titles).encode())

    def draw(key: str) -> str:
        index = options.index(current)
        picked: str = selectbox(
            label,
            options,
            index,
            format_func=lambda option: _(named[option]),
            key=f"{key}_{titled:x}",
            width=width,
            help=help_text,
        )
        return picked

    _taken(session, field, current, draw)


def number(
    session: Session,
    field: str,
    label: str,
    low: int,
    high: int,
    width: Width = "stretch",
    help_text: str | None = None,
) -> None:
    """A whole number between bounds, which give way to what a link or a file brought."""
    current: int = getattr(session.settings, field)
    least, most = min(low, current), max(high, current)

    def draw(key: str) -> int:
        return whole_number(label, least, most, current, key=key, width=width, help=help_text)

    _taken(session, field, current, draw)


def real(
    session: Session,
    field: str,
    label: str,
    high: float,
    step: float,
    current: float | None = None,
    help_text: str | None = None,
    low: float = 0.0,
) -> None:
    """A number between bounds; `current` is what is shown where the field holds None."""
    held = getattr(session.settings, field)
    now = float((current or 0.0) if held is None else held)

    def draw(key: str) -> float:
        most = max(high, now)
        return float(
            st.number_input(
                label, min(low, now), most, now, step=step, format="%g", key=key, help=help_text
            )
        )

    _taken(session, field, now, draw)


def _taken(session: Session, field: str, current: T, draw: Callable[[str], T]) -> None:
    """Draw the widget of a field, and take what it says where that is something else."""
    value = controlled(field, current, draw)
    if value != current:
        change(session, **{field: value})
