"""Train, pause, stop and reset; and what a run is trained with."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import ValidationError

from skipviz import data
from skipviz.arms import ARM_LABELS, STANDARD_ARMS
from skipviz.jobs import Job, JobPool
from skipviz.network import Init
from skipviz.settings import Settings
from skipviz.ui.session import Session

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)
OPTIMIZERS = {"sgd": "SGD with momentum", "adam": "Adam", "adamw": "AdamW"}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "gelu", "silu", "leaky_relu", "softplus", "identity")
INITS = {"pytorch": "PyTorch default", "xavier": "Xavier", "he": "He", "orthogonal": "orthogonal"}


def run_buttons(session: Session, pool: JobPool) -> None:
    """Train, or what can be done with the run in progress."""
    job = session.job
    with st.container(horizontal=True, width="content", key="run_buttons"):
        if job is None or job.ended:
            _train_button(session, pool)
        elif job.state == "paused":
            st.button("Resume", type="primary", icon=":material/play_arrow:", on_click=job.resume)
            st.button("Step", icon=":material/skip_next:", on_click=job.step)
        else:
            st.button("Pause", type="primary", icon=":material/pause:", on_click=job.pause)
        if job is not None and not job.ended:
            st.button("Stop", icon=":material/stop:", on_click=job.stop)
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            help="Back to the initial weights",
            on_click=session.discard,
            disabled=job is None,
        )


def _train_button(session: Session, pool: JobPool) -> None:
    def train() -> None:
        try:
            session.start(pool)
        except RuntimeError as error:
            session.notify(str(error))

    about = data.info(session.settings.data)
    unsound = bool(session.network.check(about.input_shape, about.outputs))
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        on_click=train,
        disabled=unsound,
        help="Mend what is red in the drawing first." if unsound else None,
    )


def progress(session: Session, pool: JobPool) -> None:
    """How far the run is, and how fast it goes."""
    job = session.job
    if job is None:
        st.progress(0.0, text="Not trained yet: the charts show the initial weights.")
        return
    done = max(job.run.steps - 1, 0)
    total = max(job.run.settings.steps, 1)
    st.progress(min(done / total, 1.0), text=_progress_text(job, done, pool))


def run_notes(session: Session) -> None:
    """What went wrong in the run, and whether it still shows what is drawn."""
    job = session.job or session.preview
    if job is None:
        return
    if job.error:
        st.error(job.error)
    for failure in job.run.failures:
        st.warning(f"{ARM_LABELS[failure.arm].capitalize()}: {failure}.")
    if session.outdated:
        st.info("The drawing or the settings changed since this run. Train again to measure them.")


def _progress_text(job: Job, done: int, pool: JobPool) -> str:
    if job.state == "queued":
        return f"Waiting for a free core, position {pool.position(job)}"
    text = f"Step {done} of {job.run.settings.steps}"
    if not job.run.frames:
        return f"{text} · starting"
    rate = done / max(job.run.frames[-1].seconds, 1e-9)
    left = (job.run.settings.steps - done) / max(rate, 1e-9)
    if job.state == "running" and done:
        return f"{text} · {rate:.0f} per second · {left:.0f} s left"
    return f"{text} · {job.state}"


def settings_panel(session: Session) -> None:
    """Data, arms, optimisation; and the network's default activation and init."""
    settings = session.settings
    _choice(session, "data", "Data", list(data.names()), lambda name: data.info(name).title)
    _arms(session)
    _rate(session)
    _choice(session, "optimizer", "Optimizer", list(OPTIMIZERS), OPTIMIZERS.__getitem__)
    left, right = st.columns(2)
    with left:
        _number(session, "steps", "Steps", 1, 5000)
        _number(session, "seed", "Seed", 0, 2**31 - 1)
    with right:
        _number(session, "batch_size", "Batch size", 1, 1024)
        _number(session, "seeds", "Seeds", 1, 10)
    with st.expander("All layers"):
        _defaults(session)
    st.caption(f"Chance is {data.info(settings.data).chance:.2f} on this data.")


def _change(session: Session, **fields: Any) -> None:
    try:
        session.settings = Settings.model_validate(session.settings.model_dump() | fields)
    except ValidationError as error:
        session.notify(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}")


def _show(key: str, value: Any) -> None:
    """Bring a widget up to date after a link or a preset.

    Only then: a value set here overrides what the visitor has clicked in the meantime.
    """
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _bound(session: Session, field: str, value: Any) -> dict[str, Any]:
    """Key and callback of a widget for a field of the settings."""
    key = f"setting_{field}"
    _show(key, value)

    def store() -> None:
        _change(session, **{field: st.session_state[key]})

    return {"key": key, "on_change": store}


def _choice(
    session: Session, field: str, label: str, options: list[str], text: Callable[[str], str]
) -> None:
    bound = _bound(session, field, getattr(session.settings, field))
    st.selectbox(label, options, format_func=text, **bound)


def _number(session: Session, field: str, label: str, low: int, high: int) -> None:
    bound = _bound(session, field, getattr(session.settings, field))
    st.number_input(label, low, high, step=1, **bound)


def _arms(session: Session) -> None:
    key = "setting_arms"
    _show(key, list(session.settings.arms))

    def store() -> None:
        chosen = tuple(arm for arm in STANDARD_ARMS if arm in st.session_state[key])
        if chosen:
            _change(session, arms=chosen)

    st.pills(
        "Compare",
        list(STANDARD_ARMS),
        selection_mode="multi",
        format_func=ARM_LABELS.__getitem__,
        key=key,
        on_change=store,
        help="Same initial weights and batches for all; they differ only in what the skips carry.",
    )


def _rate(session: Session) -> None:
    key = "setting_learning_rate"
    rate = session.settings.learning_rate
    _show(key, rate)

    def store() -> None:
        _change(session, learning_rate=st.session_state[key])
        if session.job is not None:
            session.job.set_learning_rate(session.settings.learning_rate)

    options = sorted({*RATES, rate})
    st.select_slider("Learning rate", options, format_func="{:g}".format, key=key, on_change=store)


def _defaults(session: Session) -> None:
    defaults = session.network.defaults
    keys = ("default_activation", "default_init")
    _show(keys[0], defaults.activation)
    _show(keys[1], defaults.init.scheme)

    def store() -> None:
        init = Init(scheme=st.session_state[keys[1]])
        session.draw(
            session.network.change_defaults(activation=st.session_state[keys[0]], init=init)
        )

    activations = sorted({*ACTIVATIONS, defaults.activation})
    st.selectbox("Activation", activations, key=keys[0], on_change=store)
    schemes = sorted({*INITS, defaults.init.scheme})
    st.selectbox(
        "Initial weights",
        schemes,
        format_func=lambda scheme: INITS.get(scheme, scheme),
        key=keys[1],
        on_change=store,
    )
