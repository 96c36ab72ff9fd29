"""Pause, resume, stop, and how far a live model is."""

from functools import partial

import streamlit as st

from skipviz.language import N_, _, again
from skipviz.markup import escape_markdown
from skipviz.own_model.live.messages import LiveState, Steer
from skipviz.own_model.live.reader import Reader
from skipviz.own_model.run import ModelRun

OBEYED = 0.4  # seconds a click waits for the loop, so that the page shows its effect at once
_DOING = {
    "running": N_("Running"),
    "paused": N_("Paused"),
    "idle": N_("Not watched just now"),
    "ended": N_("Ended"),
}


def run_bar(reader: Reader, state: LiveState, run: ModelRun | None) -> int:
    """Draw it; the row to show, -1 for the newest."""
    with st.container(horizontal=True, vertical_alignment="center", key="run_buttons_live"):
        if state.doing != "ended":
            _buttons(reader, state)
        said: list[str] = [_(_DOING[state.doing])]
        if run is not None and run.steps:
            said.append(_("step {step}", step=format(run.row_steps[-1], ",")))
        said += [again(state.why)] if state.why else []
        st.markdown(escape_markdown(" · ".join(said)), width="content")
        if run is not None and run.steps > 1 and state.doing != "running":
            return _step_shown(run)
    return -1


def _buttons(reader: Reader, state: LiveState) -> None:
    if state.doing == "paused":
        st.button(_("Resume"), type="primary", icon=":material/play_arrow:", key="live_resume",
                  on_click=partial(_steer, reader, "resume"))  # fmt: skip
        st.button(_("Step"), icon=":material/skip_next:", key="live_step",
                  on_click=partial(_step, reader))  # fmt: skip
    else:
        st.button(
            _("Pause"),
            type="primary",
            icon=":material/pause:",
            key="live_pause",
            help=_("Your loop stands still until you resume it, or close this page.")
            if not state.steers else None,
            on_click=partial(_steer, reader, "pause"),
        )  # fmt: skip
    if state.steers:
        st.button(_("Stop"), icon=":material/stop:", key="live_stop",
                  on_click=partial(_steer, reader, "stop"))  # fmt: skip


def _steer(reader: Reader, do: str) -> None:
    reader.ask(Steer.model_validate({"do": do}))
    then = {"pause": "paused", "resume": "running", "stop": "ended"}[do]
    reader.wait_until(lambda: reader.state.doing in (then, "ended"), OBEYED)


def _step(reader: Reader) -> None:
    before = reader.run.steps if reader.run is not None else 0
    reader.ask(Steer(do="step"))
    reader.wait_until(lambda: reader.run is not None and reader.run.steps > before, OBEYED)


def _step_shown(run: ModelRun) -> int:
    """The row of the step chosen; the newest to begin with, and again after every step."""
    steps = [int(step) for step in run.row_steps]
    chosen = st.select_slider(
        _("Step shown"), steps, steps[-1], width=240, key=f"live_shown_{steps[-1]}",
        label_visibility="collapsed",
    )  # fmt: skip
    place = steps.index(chosen)
    return -1 if place == len(steps) - 1 else place
