"""Arms of one's own: the drawn network with gains that the visitor chooses for its skips."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from skipviz.arms import STANDARD_ARMS, Arm, Gain
from skipviz.language import N_, _, _n
from skipviz.markup import escape_markdown
from skipviz.network import Network
from skipviz.spec import said_of
from skipviz.ui.playground.setting_controls import change
from skipviz.ui.session.session import Session

ABOUT = N_(
    "An arm is the network as it is drawn, from the same initial weights on the same batches, with "
    "gains on its skips. Forward multiplies what a skip adds to the state, backward its gradient: "
    "1 is the skip as drawn, 0 none, −1 the opposite."
)
SKIP, FORWARD, BACKWARD = N_("skip"), N_("forward"), N_("backward")
LARGEST = 10.0
Gains = tuple[float, float]
"""Forward and backward."""
Table = Mapping[str, Sequence[Any]]
"""Columns, a row per skip; a cell left empty is None or NaN."""


def own_arms(session: Session) -> None:
    """Draw the form that makes an arm, and those that were made."""
    st.caption(_(ABOUT))
    name = st.text_input(_("Name"), "half", max_chars=40, key="arm_name")
    left, right = st.columns(2)
    forward = _gain(left, _("Forward, all skips"), "arm_forward")
    backward = _gain(right, _("Backward, all skips"), "arm_backward")
    own = _single_gains(session.network)

    def take() -> None:
        add_arm(session, name, (forward, backward), own)

    known = any(arm.name == name for arm in session.settings.own_arms)
    label = _("Change this arm") if known else _("Add this arm")
    st.button(label, on_click=take, key="add_arm")
    for arm in session.settings.own_arms:
        _made(session, arm)


def add_arm(session: Session, name: str, of_all: Gains, own: Table) -> None:
    """Compare with this arm from now on; what is wrong with it is said."""
    named = name.strip()
    if named in STANDARD_ARMS:
        session.notify(
            _("{arm} is the name of an arm that there is. Choose another one.", arm=named)
        )
        return
    try:
        arm = Arm(
            name=named, forward=of_all[0], backward=of_all[1],
            exceptions=exceptions(session.network, of_all, own),
        )  # fmt: skip
    except ValidationError as error:
        session.notify(_("This arm cannot be: {reason}", reason=said_of(error.errors()[0])))
        return
    arms = tuple(dict.fromkeys([*session.settings.arms, named]))
    change(session, own_arms=(*_others(session, named), arm), arms=arms)


def _others(session: Session, name: str) -> tuple[Arm, ...]:
    """The arms of one's own but this one."""
    return tuple(arm for arm in session.settings.own_arms if arm.name != name)


def exceptions(network: Network, of_all: Gains, own: Table) -> tuple[Gain, ...]:
    """The skips whose gains are not those of all; an empty cell is as all."""
    found = []
    for place, skip in enumerate(network.skips):
        given = (own[FORWARD][place], own[BACKWARD][place])
        forward, backward = (
            cell if cell is not None and not math.isnan(cell) else each
            for cell, each in zip(given, of_all, strict=True)
        )
        if (forward, backward) != of_all:
            source, target = skip.ends
            found.append(Gain(source=source, target=target, forward=forward, backward=backward))
    return tuple(found)


def _gain(place: Any, label: str, key: str) -> float:
    return float(place.number_input(label, -LARGEST, LARGEST, 0.5, step=0.1, format="%g", key=key))


def _single_gains(network: Network) -> Table:
    """A table in which single skips get gains of their own; it begins anew with other skips."""
    skips = [f"{skip.source} → {skip.target}" for skip in network.skips]
    empty = [math.nan] * len(skips)
    named = st.column_config.TextColumn(_(SKIP), disabled=True)
    forward, backward = (
        st.column_config.NumberColumn(
            _(name), min_value=-LARGEST, max_value=LARGEST, help=_("Empty: as all skips")
        )
        for name in (FORWARD, BACKWARD)
    )
    edited: Table = st.data_editor(
        {SKIP: skips, FORWARD: empty, BACKWARD: empty},
        column_config={SKIP: named, FORWARD: forward, BACKWARD: backward},
        hide_index=True,
        height=min(36 * (len(skips) + 1) + 4, 220),
        key=f"arm_gains_{hash(tuple(skips))}",
    )
    return edited


def _made(session: Session, arm: Arm) -> None:
    def remove() -> None:
        arms = tuple(name for name in session.settings.arms if name != arm.name) or ("skip",)
        change(session, own_arms=_others(session, arm.name), arms=arms)

    gains = {"forward": f"{arm.forward:g}", "backward": f"{arm.backward:g}"}
    apart = len(arm.exceptions)
    if apart:
        said = _n(
            "forward {forward}, backward {backward}, {count} skip apart",
            "forward {forward}, backward {backward}, {count} skips apart",
            apart,
            **gains,
        )
    else:
        said = _("forward {forward}, backward {backward}", **gains)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("**{arm}**: {gains}", arm=escape_markdown(arm.name), gains=said))
        st.button(_("Remove"), on_click=remove, key=f"remove_arm_{arm.name}", type="tertiary")
