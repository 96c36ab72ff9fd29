"""The controls beside the charts: what a run is trained with, and what can be changed in the
drawing without the mouse."""

import contextlib
import secrets
from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

import streamlit as st
from pydantic import ValidationError

from skipviz import data
from skipviz.arms import STANDARD_ARMS, arm_label
from skipviz.data.catalogue import OWN
from skipviz.settings import Settings
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.lazy_expander import lazy_expander, lazy_popover
from skipviz.ui.playground.data_rail import data_rail
from skipviz.ui.playground.edit_form import edit_form
from skipviz.ui.playground.inspector import inspector
from skipviz.ui.playground.own_data import own_data
from skipviz.ui.session.session import Session

Width = int | Literal["stretch"]
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)
OPTIMIZERS = {"sgd": "SGD, momentum", "adam": "Adam", "adamw": "AdamW"}
PROBES = {"minimal": "minimal", "standard": "standard", "full": "full (costs most)"}
DEVICES = {"auto": "automatic", "cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}
CLIP = "Clip the gradient's norm at (0: never)"


def run_settings(session: Session) -> None:
    """The controls beside Train; each takes effect at once, also on what is drawn above them."""
    with _taking_effect(session), st.container(horizontal=True, vertical_alignment="bottom"):
        hidden = session.address.hidden
        if "data" not in hidden:
            _choice(session, "data", "Data", _data_titles(session), 180)
        if "training" not in hidden:
            _learning_rate(session)
            _choice(session, "optimizer", "Optimizer", OPTIMIZERS, 150)
            _number(session, "steps", "Steps", 1, session.limits.steps, 120)
        if "more" not in hidden:
            lazy_popover("more", "More", ":material/tune:", partial(_more, session))


def rail(session: Session) -> None:
    """What stands beside the charts: the data, the arms, what is selected in the drawing."""
    selected = session.editing.selected != ("style",)
    order = sorted(_PARTS, key=lambda part: part != "layers") if selected else _PARTS
    with _taking_effect(session):
        for part in order:
            if part in session.address.hidden:
                continue
            draw = _PARTS[part]
            if part in _FOLDED:
                wanted = part == "layers" and selected
                lazy_expander(part, _FOLDED[part], partial(draw, session), wanted)
            else:
                draw(session)


@contextlib.contextmanager
def _taking_effect(session: Session) -> Iterator[None]:
    """The whole page is drawn anew where something has changed."""
    before = (session.network, session.settings, session.notices[:])
    yield
    if before != (session.network, session.settings, session.notices):
        st.rerun()


def _seed(session: Session) -> None:
    """Another seed, other initial weights and batches: one look is no proof."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="seed_row"):
        _number(session, "seed", "Seed", 0, 2**31 - 1, 110)
        st.button(
            "New seed",
            icon=":material/casino:",
            key="new_seed",
            on_click=lambda: _change(session, seed=secrets.randbelow(10_000)),
            help="Other initial weights and other batches",
        )


def _more(session: Session) -> None:
    _number(session, "batch_size", "Batch size", 1, 1024)
    _number(session, "seeds", "Seeds", 1, 10)
    if session.settings.optimizer == "sgd":
        _real(session, "momentum", "Momentum", 0.0, 0.999, 0.1)
    _clip(session)
    _choice(session, "probes", "Probes", PROBES)
    _number(session, "snapshot_every", "Steps between snapshots", 1, 1000)
    _number(session, "evaluate_every", "Steps between evaluations", 1, 1000)
    _choice(session, "device", "Device", DEVICES)


def _data_titles(session: Session) -> dict[str, str]:
    titles = {name: data.info(name).title for name in data.names()}
    return titles if session.own is None else titles | {OWN: session.own.info.title}


def _change(session: Session, **fields: Any) -> None:
    try:
        session.settings = Settings.model_validate(session.settings.model_dump() | fields)
    except ValidationError as error:
        session.notify(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}")


def _select(
    name: str, label: str, current: str, titles: dict[str, str], width: Width = "stretch"
) -> str:
    """A select box over names with titles; what is current is always among them."""
    options = [*titles] if current in titles else [*titles, current]

    def draw(key: str) -> str:
        index = options.index(current)
        return st.selectbox(
            label,
            options,
            index,
            format_func=lambda option: titles.get(option, option),
            key=key,
            width=width,
        )

    return controlled(name, current, draw)


def _choice(
    session: Session, field: str, label: str, titles: dict[str, str], width: Width = "stretch"
) -> None:
    current = getattr(session.settings, field)
    value = _select(field, label, current, titles, width)
    if value != current:
        _change(session, **{field: value})


def _number(
    session: Session, field: str, label: str, low: int, high: int, width: Width = "stretch"
) -> None:
    """A whole number between bounds, which give way to what a link or a file brought."""
    current = getattr(session.settings, field)
    least, most = min(low, current), max(high, current)

    def draw(key: str) -> int:
        return int(st.number_input(label, least, most, current, step=1, key=key, width=width))

    value = controlled(field, current, draw)
    if value != current:
        _change(session, **{field: value})


def _real(session: Session, field: str, label: str, low: float, high: float, step: float) -> None:
    current = getattr(session.settings, field)
    most = max(high, current)

    def draw(key: str) -> float:
        return float(st.number_input(label, low, most, current, step=step, format="%g", key=key))

    value = controlled(field, current, draw)
    if value != current:
        _change(session, **{field: value})


def _clip(session: Session) -> None:
    """A number that was once there cannot be cleared, so zero stands for none."""
    current = session.settings.clip or 0.0

    def draw(key: str) -> float:
        return float(st.number_input(CLIP, 0.0, 1e6, current, step=0.5, format="%g", key=key))

    value = controlled("clip", current, draw)
    if value != current:
        _change(session, clip=value or None)


def _arms(session: Session) -> None:
    current = list(session.settings.arms)
    options = [*STANDARD_ARMS, *(arm for arm in current if arm not in STANDARD_ARMS)]

    def draw(key: str) -> list[str]:
        return st.pills(
            "Compare",
            options,
            selection_mode="multi",
            default=current,
            format_func=arm_label,
            key=key,
            help="Same initial weights and batches for all: only what the skips carry differs.",
        )

    picked = controlled("arms", current, draw)
    value = tuple(arm for arm in options if arm in picked)
    if value and value != session.settings.arms:
        _change(session, arms=value)


def _learning_rate(session: Session) -> None:
    current = session.settings.learning_rate
    options = sorted({*RATES, current})

    def draw(key: str) -> float:
        index = options.index(current)
        return st.selectbox(
            "Learning rate", options, index, format_func="{:g}".format, key=key, width=120
        )

    value = controlled("learning_rate", current, draw)
    if value != current:
        _change(session, learning_rate=value)
        if session.job is not None:
            session.job.set_learning_rate(value)


_PARTS = {
    "data": data_rail,
    "own": own_data,
    "arms": _arms,
    "seed": _seed,
    "form": edit_form,
    "layers": inspector,
}
"""What the rail has, by the name under which a link may hide it; the inspector goes first where
something is selected."""
_FOLDED = {
    "layers": "Inspect and change",
    "own": "Your own data",
    "form": "Edit without dragging",
}
