"""The network the chapters speak of: the visitor's own, or a small example in its place."""

from dataclasses import dataclass

import streamlit as st

from skipviz import presets
from skipviz.data import OwnData
from skipviz.language import _
from skipviz.measures.requests import SkipAtHand
from skipviz.network import Add, AnySkip, Network, Pad, Projection, Scale, ShortcutGate
from skipviz.text import skip_count_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.session.session import Session

EXAMPLE = "forward_skip"
MOST_LAYERS = 120


@dataclass(frozen=True)
class AtHand:
    """`why_example` is None for the visitor's own network."""

    network: Network
    data: str | OwnData
    seed: int
    ends: tuple[int, int]
    why_example: str | None = None

    def request(self, kind: type[SkipAtHand]) -> SkipAtHand:
        """What a section measures of it."""
        return kind(self.network, self.data, self.seed, self.ends)


def at_hand(session: Session) -> AtHand:
    """The visitor's network with the skip looked at, or the example where that is not to be had."""
    why = _why_not(session)
    if why is not None:
        example = presets.load(EXAMPLE)
        return AtHand(example, "digits", 0, example.skips[0].ends, why)
    own = session.own_with(session.settings)
    skips = [skip.ends for skip in session.network.skips if fits(session.network, skip)]
    looked_at = st.session_state.get("skip_looked_at")
    ends = looked_at if looked_at in skips else skips[len(skips) // 2]
    return AtHand(session.network, own or session.settings.data, session.settings.seed, ends)


def introduction(session: Session, hand: AtHand) -> None:
    """Say which network is spoken of, and let the reader choose the skip or load the example."""
    with st.container(border=True, key="at_hand"):
        if hand.why_example is None:
            _about_own(hand)
        else:
            _about_example(session, hand.why_example)


def _about_own(hand: AtHand) -> None:
    skips = [skip.ends for skip in hand.network.skips if fits(hand.network, skip)]
    st.markdown(
        _(
            "**Your network** is the one drawn in the Playground: {depth} layers, {skips}. "
            "What is said of it below is measured on its first weights (seed {seed}, the first "
            "samples of the train split, 64 at most, float64).",
            depth=hand.network.depth,
            skips=skip_count_text(len(hand.network.skips)),
            seed=hand.seed,
        )
    )
    if len(skips) > 1:

        def draw(key: str) -> tuple[int, int]:
            return selectbox(
                _("Skip looked at"),
                skips,
                index=skips.index(hand.ends),
                format_func=lambda ends: f"{ends[0]} → {ends[1]}",
                key=key,
                width=220,
            )

        ends = controlled("skip_of_learn", hand.ends, draw)
        if ends != hand.ends:
            st.session_state["skip_looked_at"] = ends
            st.rerun()


def _about_example(session: Session, why: str) -> None:
    st.markdown(
        _(
            "{why} So the example here is a chain of ten tanh layers of 32 units with one skip, "
            "$p = 3$ to $q = 7$, on the digits.",
            why=why,
        )
    )
    st.button(
        _("Load the example into the Playground"),
        icon=":material/open_in_new:",
        on_click=session.load_preset,
        args=(presets.load(EXAMPLE), "digits"),
    )


def fits(network: Network, skip: AnySkip) -> bool:
    """Whether s_q = h_q + s_p holds for it as it stands: the case that the equations treat.

    Other skips may add to the same sum, but nothing may act on h_q or on the sum.
    """
    plain = Add(source=skip.source, target=skip.target)
    if skip != plain or skip.source == 0:
        return False
    to_readout = skip.target > network.depth  # where both places to join are the same
    if not to_readout and network.layers[skip.target - 1].state_norm != "none":
        return False
    into = [each for each in network.skips if each.target == skip.target]
    return all(
        _adds_only(each) and each.join == "output"
        for each in into
        if to_readout or each.join == "output"
    )


def _adds_only(skip: AnySkip) -> bool:
    """Whether the state it joins is left as it is, and something is added to it."""
    if isinstance(skip, Add | Projection | Pad):
        return skip.branch_scale == Scale() and skip.survival == 1
    return isinstance(skip, ShortcutGate) and skip.survival == 1


def _why_not(session: Session) -> str | None:
    network = session.network
    if session.problems:
        return _("The network drawn in the Playground does not fit its data yet.")
    if network.runs_over_time:
        return _("The network drawn in the Playground runs over time.")
    if network.is_wired:
        return _("The network drawn in the Playground is no chain: layers read other states.")
    if network.depth > MOST_LAYERS:
        return _(
            "The network drawn in the Playground has {depth} layers, too many to print.",
            depth=network.depth,
        )
    if not any(fits(network, skip) for skip in network.skips):
        return _("The network drawn in the Playground has no plain skip $s_q = h_q + s_p$.")
    return None
