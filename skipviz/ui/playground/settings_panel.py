"""The controls beside the charts: what a run is trained with, and what can be changed in the
drawing without the mouse."""

import contextlib
import secrets
from collections.abc import Iterator
from functools import partial

import streamlit as st

from skipviz import data
from skipviz.arms import STANDARD_ARMS, arm_label
from skipviz.data.catalogue import OWN
from skipviz.language import N_, _
from skipviz.settings import UNTIL_STOPPED, Settings
from skipviz.text import duration_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.lazy_expander import lazy_expander, lazy_popover
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.playground.data_rail import data_rail
from skipviz.ui.playground.edit_form import edit_form
from skipviz.ui.playground.inspector import inspector
from skipviz.ui.playground.own_arms import own_arms
from skipviz.ui.playground.own_data import own_data
from skipviz.ui.playground.setting_controls import change, choice, number, real
from skipviz.ui.playground.update_settings import update_settings
from skipviz.ui.session.session import Session

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)
OPTIMIZERS = {"sgd": N_("SGD, momentum"), "adam": "Adam", "adamw": "AdamW"}
PROBES = {
    "minimal": N_("minimal"),
    "standard": N_("standard"),
    "full": N_("full (costs most)"),
}
DEVICES = {"auto": N_("automatic"), "cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}
SHARE = N_(
    "The share of the data that is kept for the test; the rest is trained on. Which samples these "
    "are does not depend on the seed."
)
NOISE = N_(
    "How far points are moved at random, as a multiple of their spread along each axis; each keeps "
    "its class, so that classes come to overlap."
)
WIDTH = 740  # pixels of what opens under More


def run_settings(session: Session) -> None:
    """The controls beside Train; each takes effect at once, also on what is drawn above them."""
    with _taking_effect(session), st.container(horizontal=True, vertical_alignment="bottom"):
        hidden = session.address.hidden
        if "data" not in hidden:
            choice(session, "data", _("Data"), _data_titles(session), 180)
        if "training" not in hidden:
            _learning_rate(session)
            choice(session, "optimizer", _("Optimizer"), OPTIMIZERS, 150)
            _steps(session)
        if "more" not in hidden:
            lazy_popover("more", _("More"), ":material/tune:", partial(_more, session))


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
                lazy_expander(part, _(_FOLDED[part]), partial(draw, session), wanted)
            else:
                draw(session)


@contextlib.contextmanager
def _taking_effect(session: Session) -> Iterator[None]:
    """The whole page is drawn anew where something has changed."""
    before = (session.network, session.settings, session.own, session.notices[:])
    yield
    if before != (session.network, session.settings, session.own, session.notices):
        st.rerun()


def _seed(session: Session) -> None:
    """Another seed, other initial weights and batches: one look is no proof."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="seed_row"):
        number(session, "seed", _("Seed"), 0, 2**31 - 1, 110)
        st.button(
            _("New seed"),
            icon=":material/casino:",
            key="new_seed",
            on_click=lambda: change(session, seed=secrets.randbelow(10_000)),
            help=_("Other initial weights and other batches"),
        )


def _more(session: Session) -> None:
    of_data, of_updates, of_measuring = st.columns(3, width=WIDTH)
    with of_data:
        _until_stopped(session)
        number(session, "batch_size", _("Batch size"), 1, 1024)
        number(session, "seeds", _("Seeds"), 1, 10)
        real(session, "test_share", _("Test share"), 0.9, 0.05, help_text=_(SHARE), low=0.05)
        if session.about.planar:
            real(session, "noise", _("Noise"), 1.0, 0.05, help_text=_(NOISE))
    with of_updates:
        update_settings(session)
    with of_measuring:
        choice(session, "probes", _("Probes"), PROBES)
        number(session, "snapshot_every", _("Steps between snapshots"), 1, 1000)
        number(session, "evaluate_every", _("Steps between evaluations"), 1, 1000)
        choice(session, "device", _("Device"), DEVICES)


def _steps(session: Session) -> None:
    if session.settings.endless:
        st.text_input(_("Steps"), _("until stopped"), disabled=True, width=120)
    else:
        number(session, "steps", _("Steps"), 0, session.limits.steps, 120)


def _until_stopped(session: Session) -> None:
    """A schedule that falls to 0 needs an end, so there is none of it in a run without one."""
    now = session.settings.endless
    text = _(
        "A run goes on until Stop is pressed, here for at most {time} with its pauses. Of a long "
        "run evenly spaced steps are kept. The learning rate then has no schedule.",
        time=duration_text(session.limits.seconds),
    )
    wanted = controlled(
        "endless", now, lambda key: st.toggle(_("Until stopped"), now, key=key, help=text)
    )
    if wanted and not now:
        change(session, steps=UNTIL_STOPPED, schedule="constant")
    elif now and not wanted:
        change(session, steps=Settings().steps)


def _data_titles(session: Session) -> dict[str, str]:
    titles = {name: data.info(name).title for name in data.names()}
    return titles if session.own is None else titles | {OWN: session.own.info.title}


def _arms(session: Session) -> None:
    current = list(session.settings.arms)
    own = [arm.name for arm in session.settings.own_arms]
    options = list(dict.fromkeys([*STANDARD_ARMS, *own, *current]))

    def draw(key: str) -> list[str]:
        return st.pills(
            _("Compare"),
            options,
            selection_mode="multi",
            default=current,
            format_func=arm_label,
            key=key,
            help=_(
                "Same initial weights and batches for all: only what the skips carry differs, and "
                "the weights that skips have of their own."
            ),
        )

    picked = controlled("arms", current, draw)
    value = tuple(arm for arm in options if arm in picked)
    if value and value != session.settings.arms:
        change(session, arms=value)
    if not session.network.skips:
        st.caption(_("Without a skip all arms are the same network: it is drawn once."))
        return
    lazy_popover("own_arms", _("An arm of your own"), ":material/add:", partial(own_arms, session))


def _learning_rate(session: Session) -> None:
    current = session.settings.learning_rate
    options = sorted({*RATES, current})

    def draw(key: str) -> float:
        index = options.index(current)
        return selectbox(
            _("Learning rate"), options, index, format_func="{:g}".format, key=key, width=120
        )

    value = controlled("learning_rate", current, draw)
    if value != current:
        session.change_rate(value)


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
    "layers": N_("Inspect and change"),
    "own": N_("Your own data"),
    "form": N_("Edit without dragging"),
}
