"""The bar above the drawing: what the network is as a whole, changed with one click or number."""

from collections.abc import Callable
from typing import get_args

import streamlit as st

from skipviz import data, presets
from skipviz.language import N_, _
from skipviz.network import SKIP_KINDS, Network, NetworkError
from skipviz.network.styles import Activation
from skipviz.network.whole import (
    ALL,
    FROM_INPUT,
    NONE,
    change_depth,
    change_kind,
    change_width,
    pattern_of,
    place_skips,
    width_of,
)
from skipviz.text import kind_text, layer_count_text, ordinal, skip_count_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.playground.available_presets import networks, preset_named, rate_for
from skipviz.ui.playground.inspector.fields import why_unused
from skipviz.ui.session.session import Session

RATE = "rate_of_preset"  # the learning rate that came with the last preset
OWN = "own"
PRESETS = 252  # pixels: as wide as the longest name, in English and in Chinese
PATTERNS = (NONE, "every 2", "every 3", ALL, FROM_INPUT)
TITLES = {NONE: N_("none"), ALL: N_("all"), FROM_INPUT: N_("input"), OWN: N_("own")}
MIXED = N_("mixed")
ABOUT_PATTERNS = N_(
    "Where skips go, by a rule that is kept when the number of layers changes. All: from each "
    "layer to the next; input: from the input to every layer. Your own: drag from layer to layer."
)


def build_bar(session: Session) -> None:
    """Draw the bar; each control changes the drawing at once, as one step that can be undone."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="build_bar"):
        if "presets" not in session.address.hidden:
            _preset_picker(session)
        if "build" not in session.address.hidden:
            _depth(session)
            _width(session)
            _activation(session)
            _pattern(session)
            _kind(session)
        _history_buttons(session)
        st.markdown(_cost_text(session), width="stretch")


def _preset_picker(session: Session) -> None:
    names = list(networks())
    now = preset_named(session.network, session.settings.data)

    def draw(key: str) -> str | None:
        return selectbox(
            _("Start from"),
            names,
            index=None if now is None else names.index(now),
            format_func=lambda name: _(presets.info(name).title),
            placeholder=_("Your own network"),
            key=key,
            width=PRESETS,
        )

    name = controlled("preset", now, draw)
    if name is not None and name != now:
        rate = st.session_state.get(RATE, rate_for(now))
        if session.settings.learning_rate in (rate, rate_for(now)):  # one chosen by hand stays
            st.session_state[RATE] = rate_for(name)
            changed = {"learning_rate": rate_for(name), "rate_changes": ()}
            session.settings = session.settings.model_copy(update=changed)
        session.load_preset(networks()[name], data.default_for(name) or session.settings.data)
        st.rerun()


def _depth(session: Session) -> None:
    network = session.network

    def draw(key: str) -> int:
        most = max(session.limits.layers, network.depth)
        return whole_number(_("Layers"), 1, most, network.depth, key=key, width=124)

    depth = controlled("depth", network.depth, draw)
    if depth != network.depth:
        _draw(session, lambda: change_depth(network, depth))


def _width(session: Session) -> None:
    network, now = session.network, width_of(session.network)

    def draw(key: str) -> int | None:
        return whole_number(
            _("Width"),
            1,
            max(session.limits.width, now or 1),
            now,
            placeholder=_(MIXED),
            key=key,
            width=124,
            help=_("Units of every dense layer, channels of every convolution"),
        )

    width = controlled("width", now, draw)
    if width is not None and width != now:
        _draw(session, lambda: change_width(network, width))


def _activation(session: Session) -> None:
    network, unused = session.network, why_unused(session.network)
    now: str | None = None if unused else network.defaults.activation
    options: tuple[str, ...] = get_args(Activation)

    def draw(key: str) -> str | None:
        return selectbox(
            _("Activation"),
            options,
            None if now is None else options.index(now),
            format_func={each: _(each) for each in options}.__getitem__,
            placeholder="–",
            disabled=now is None,
            help=_(unused) if unused else None,
            key=key,
            width=92,
        )

    activation = controlled("activation", now, draw)
    if activation is not None and activation != now:
        _draw(session, lambda: network.change_defaults(activation=activation))


def pattern_title(pattern: str) -> str:
    """What a rule is called: "every 21st" for "every 21"."""
    if pattern in TITLES:
        return _(TITLES[pattern])
    return _("every {nth}", nth=ordinal(int(pattern.removeprefix("every "))))


def _pattern(session: Session) -> None:
    """The rule is recognised from the drawing; skips that follow none are the visitor's own."""
    network = session.network
    found = pattern_of(network) or OWN
    more = () if found in (*PATTERNS, OWN) else (found,)

    def draw(key: str) -> str:
        picked = st.segmented_control(
            _("Skips"),
            [*PATTERNS, *more, OWN],
            default=found,
            format_func=pattern_title,
            key=key,
            width="content",
            help=_(ABOUT_PATTERNS),
        )
        return picked or found

    pattern = controlled("pattern", found, draw)
    if pattern not in (found, OWN):
        _draw(session, lambda: place_skips(network, pattern))


def _kind(session: Session) -> None:
    network = session.network
    kinds = {skip.kind for skip in network.skips}
    now: str | None = kinds.pop() if len(kinds) == 1 else None

    def draw(key: str) -> str | None:
        return selectbox(
            _("Kind"),
            SKIP_KINDS,
            None if now is None else SKIP_KINDS.index(now),
            format_func={kind: kind_text(kind) for kind in SKIP_KINDS}.__getitem__,
            placeholder=_(MIXED) if network.skips else _("no skips"),
            disabled=not network.skips,
            key=key,
            width=108,
        )

    kind = controlled("kind_of_all", now, draw)
    if kind is not None and kind != now:
        _draw(session, lambda: change_kind(network, kind))


def _draw(session: Session, change: Callable[[], Network]) -> None:
    """Take the changed network; a refusal is said, and the widgets follow the drawing again."""
    try:
        session.open(change())
    except NetworkError as error:
        session.notify(str(error))
    session.editing.revision += 1
    st.rerun()


def _history_buttons(session: Session) -> None:
    history = session.history
    st.button(
        _("Undo"),
        icon=":material/undo:",
        key="undo",
        on_click=history.undo,
        disabled=not history.past,
    )
    st.button(
        _("Redo"),
        icon=":material/redo:",
        key="redo",
        on_click=history.redo,
        disabled=not history.future,
    )


def _cost_text(session: Session) -> str:
    network = session.network
    drawn = {
        "layers": layer_count_text(network.depth),
        "skips": skip_count_text(len(network.skips)),
    }
    try:
        counts = session.resolved.counts
    except NetworkError:
        return _("{layers} · {skips} · :red[does not fit]", **drawn)
    text = _("{layers} · {skips} · {weights} weights", weights=f"{counts.parameters:,}", **drawn)
    return "\u00a0".join(text.rsplit(" ", 1))  # in two lines the number stays with its word
