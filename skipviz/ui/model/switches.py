"""Which skips of a live model are cut: by a click in the drawing, all, none, or by their names."""

from functools import partial

import streamlit as st

from skipviz.language import N_, _, _n, again
from skipviz.markup import escape_markdown
from skipviz.own_model.cut import UNSCALED, WHOLE, cut_text
from skipviz.own_model.live.messages import Switch
from skipviz.own_model.live.reader import Reader
from skipviz.own_model.run import ModelRun
from skipviz.text import listed, sentences
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.controlled import controlled
from skipviz.ui.model.run_bar import OBEYED
from skipviz.ui.session.session import Session

DRAWING = "live_drawing"
_PATTERN = "live_pattern"
_ARMS = {"plain": N_("cut alone"), UNSCALED: N_("cut, branch scales at 1")}
_MEANING = {
    "plain": N_("A skip that is cut brings 0 to its merge; its branch stays as it is (plain)."),
    UNSCALED: N_(
        "A skip that is cut brings 0 to its merge, and the factors on its branch (a learned scale, "
        "a gate, drop-path) are taken for 1 (plain_unscaled)."
    ),
}
_MOST_NAMED = 3


def switches(session: Session, reader: Reader, run: ModelRun, shown: ModelRun) -> str:
    """Draw what stands above the drawing; the arm in whose colours it is."""
    now, off = reader.switched, reader.ended or not run.structure.skips
    with st.container(horizontal=True, vertical_alignment="bottom", key="live_switches"):
        st.button(_("Cut all"), key="live_all", disabled=off or now.cut is None,
                  on_click=partial(_ask, reader, now.arm, None))  # fmt: skip
        st.button(_("Cut none"), key="live_none", disabled=off or now.cut == (),
                  on_click=partial(_ask, reader, now.arm, ()))  # fmt: skip
        st.text_input(
            _("Cut those that end in"),
            key=_PATTERN,
            placeholder="layer3.*",
            help=_('A module, or "encoder.* → decoder.*" for both ends; the others are put back.'),
            disabled=off,
            width=190,
            on_change=partial(_cut_named, session, reader, run),
        )
        arm = _arm_of_cut(now.arm, off)
        if arm != now.arm and not off:
            _ask(reader, arm, now.cut)
        colours = _arm_of_colours(shown)
    if run.structure.skips:
        st.caption(escape_markdown(_cut_now(reader, run)))
    return colours


def _cut_now(reader: Reader, run: ModelRun) -> str:
    now = reader.switched
    if now.cut == ():
        said = _("No skip is cut.")
    elif now.cut is None:
        said = _("All skips are cut.")
    else:
        which = cut_text(run.structure, now.cut)
        said = _n("{skips} is cut.", "{skips} are cut.", len(now.cut), skips=which)
    click = [] if reader.ended else [_("Click an arc to cut it or put it back.")]
    return sentences([said, *click, _(_MEANING[now.arm])])


def _arm_of_cut(current: str, off: bool) -> str:
    def draw(key: str) -> str:
        return st.segmented_control(
            _("What cutting does"), list(_ARMS), default=current,
            format_func=lambda name: _(_ARMS[name]),
            key=key, disabled=off, required=True,
        )  # fmt: skip

    return controlled("live_cut", current, draw)


def _arm_of_colours(shown: ModelRun) -> str:
    arms = list(shown.main_arms)
    if len(arms) == 1:
        return arms[0]
    return st.segmented_control(
        _("Colours of the drawing"), arms, default=arms[0], format_func=shown.label_of,
        key=f"live_arm_{'_'.join(arms)}", required=True,
    )  # fmt: skip


def switched(reader: Reader, run: ModelRun) -> None:
    """Take a click in the drawing; what the browser sends is looked through like any input."""
    sent = component_value(DRAWING, "switched")
    known = range(len(run.structure.skips))
    try:
        skips = {int(each) for each in sent["skips"]}  # type: ignore[index]
        cut = bool(sent["cut"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return
    if not skips or not all(each in known for each in skips):
        return
    now = reader.switched
    before = set(known) if now.cut is None else set(now.cut)
    _ask(reader, now.arm, _cut_of(before | skips if cut else before - skips, len(known)))


def _cut_named(session: Session, reader: Reader, run: ModelRun) -> None:
    pattern = str(st.session_state.get(_PATTERN, "")).strip()
    if not pattern:
        return
    try:
        found = run.own_skips[pattern].indices
    except KeyError as error:
        session.notify(again(error.args[0]))
        return
    _ask(reader, reader.switched.arm, _cut_of(found, len(run.structure.skips)))


def _cut_of(skips: frozenset[int] | set[int], all_of_them: int) -> tuple[int, ...] | None:
    return None if len(skips) == all_of_them else tuple(sorted(skips))


def _ask(reader: Reader, arm: str, cut: tuple[int, ...] | None) -> None:
    reader.ask(Switch.model_validate({"arm": arm, "cut": cut}))
    reader.wait_until(lambda: (reader.state.arm, reader.state.cut) == (arm, cut), OBEYED)


def dead_layers(reader: Reader, shown: ModelRun) -> None:
    """Say which layers an arm shuts off, and offer the other way to cut."""
    if not {WHOLE, "plain"} <= set(shown.arms):
        return
    whole, cut = shown.gradient_norms(WHOLE)[0], shown.gradient_norms("plain")[0]
    dead = int(((cut == 0) & (whole > 0) & shown.structure.remains).sum())
    factors = sorted({text for skip in shown.structure.skips for text in skip.shut})
    if not dead:
        return
    named = [*factors[:_MOST_NAMED], *([".."] if len(factors) > _MOST_NAMED else [])]
    said: list[str] = [
        _n(
            "{who}, {count} layer of {all} gets a gradient of exactly 0, with the skips not.",
            "{who}, {count} layers of {all} get a gradient of exactly 0, with the skips not.",
            dead,
            who=shown.who_text("plain"),
            all=shown.layers,
        )
    ]
    if factors:
        said.append(
            _(
                "Factors on branches were exactly 0 when they were found: {factors}.",
                factors=listed(named),
            )
        )
    with st.container(horizontal=True, vertical_alignment="center", key="live_dead"):
        st.markdown(escape_markdown(sentences(said)), width="content")
        if reader.switched.arm != UNSCALED:
            st.button(_("Take branch scales for 1"), key="live_unscale", disabled=reader.ended,
                      on_click=partial(_ask, reader, UNSCALED, reader.switched.cut))  # fmt: skip
