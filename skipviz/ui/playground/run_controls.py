"""Train, pause, stop and reset, and how far the run is."""

import streamlit as st

from skipviz import data
from skipviz.data.downloads import PLACE
from skipviz.jobs import JobPool, TrainingJob
from skipviz.language import N_, _, _n
from skipviz.runs.frame import ConstantChannels
from skipviz.text import capital, duration_text
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import say_why

STATES = {
    "queued": N_("queued"),
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
}
"""How a job stands, in words."""
OBEYED = 0.4  # seconds a click waits for the worker, so that the page shows its effect at once


def run_buttons(session: Session, pool: JobPool) -> None:
    """Train, or what can be done with the run in progress."""
    job = session.job
    with st.container(horizontal=True, width="content", key="run_buttons"):
        if job is None or job.ended:
            _train_button(session, pool)
        else:
            _steering(job)
        st.button(
            _("Reset"),
            icon=":material/restart_alt:",
            help=_("Back to the initial weights"),
            on_click=session.discard,
            disabled=job is None,
        )


def _steering(job: TrainingJob) -> None:
    if job.state == "paused":
        st.button(
            _("Resume"), type="primary", icon=":material/play_arrow:", on_click=_resume, args=(job,)
        )
        st.button(
            _("Step"),
            icon=":material/skip_next:",
            key="step",
            help=_("One step more"),
            on_click=_step,
            args=(job,),
        )
    else:
        st.button(
            _("Pause"),
            type="primary",
            icon=":material/pause:",
            on_click=_pause,
            args=(job,),
            disabled=job.state == "queued",
        )
    st.button(
        _("Stop"),
        icon=":material/stop:",
        key="stop",
        help=_("End the run; what it has measured stays"),
        on_click=_stop,
        args=(job,),
    )


def _pause(job: TrainingJob) -> None:
    job.pause()
    job.wait_for_state("paused", OBEYED)


def _resume(job: TrainingJob) -> None:
    job.resume()
    job.wait_for_state("running", OBEYED)


def _step(job: TrainingJob) -> None:
    before = job.run.steps
    job.step()
    job.wait_for_results(before + 1, OBEYED)


def _stop(job: TrainingJob) -> None:
    job.stop()
    job.wait_until_ended(OBEYED)


def _train_button(session: Session, pool: JobPool) -> None:
    def train() -> None:
        try:
            session.start(pool)
        except RuntimeError as error:
            session.notify(str(error))

    unsound = bool(session.problems)
    st.button(
        _("Train"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=train,
        disabled=unsound,
        help=_("Fix what is red in the drawing first.") if unsound else None,
    )


def progress(session: Session, pool: JobPool) -> None:
    """How far the run is, and how fast it goes."""
    job = session.job
    if job is None:
        st.progress(0.0, text=_("Not trained yet."))
        return
    done = max(job.run.steps - 1, 0)
    total = max(job.run.settings.steps, 1)  # of a run without an end the bar stays empty
    st.progress(min(done / total, 1.0), text=_progress_text(job, done, pool))


def run_notes(session: Session) -> None:
    """What went wrong in the run, and whether it still shows what is drawn."""
    measured, current = session.measured, None if session.redrawn else session.job
    jobs = [job for job in (current, measured) if job is not None]
    for text, state in {job.error: job.state for job in jobs}.items():
        say_why(text, state)
    if measured is not None:
        for failure in measured.run.failures:
            if failure.arm in measured.run.distinct_arms:
                arm = capital(measured.run.label_of(failure.arm))
                st.warning(
                    _("{arm}: {failure}.", arm=arm, failure=failure.text(measured.run.layers))
                )
        for found in measured.run.constant:
            st.info(_constant_text(found))
    if session.redrawn:
        if measured is not None and (measured.run.steps or not measured.ended):
            st.info(_redrawn_text(session))
    elif session.outdated:
        st.info(_("The settings changed since this run. Train again to measure them."))


def _redrawn_text(session: Session) -> str:
    """What is shown, where the run is that of before."""
    run, job = session.trained, session.job
    if run is None or job is None:
        return _("Shown is what is drawn now, before training.")
    if job.ended:
        return _(
            "Shown is what is drawn now, before training. Pale in the charts is the run of before, "
            "at step {step}. Train again to train what is drawn.",
            step=run.row_steps[-1],
        )
    if job.state == "paused":
        return _(
            "Shown is what is drawn now, before training. Pale in the charts is the run of before, "
            "paused at step {step}. Stop it and train again to train what is drawn.",
            step=run.row_steps[-1],
        )
    return _(
        "Shown is what is drawn now, before training. Pale in the charts is the run of before, "
        "which goes on. Stop it and train again to train what is drawn."
    )


def _constant_text(found: ConstantChannels) -> str:
    return _n(
        "Layer {layer}: {channels} of the {all} channels that batch norm reads does not change "
        "within the first batch. What it leaves of it is rounding, and the gradient goes by its "
        "sign: another program, just as correct, may train to other numbers.",
        "Layer {layer}: {channels} of the {all} channels that batch norm reads do not change "
        "within the first batch. What it leaves of them is rounding, and the gradient goes by its "
        "sign: another program, just as correct, may train to other numbers.",
        found.channels,
        layer=found.layer,
        channels=found.channels,
        all=found.of,
    )


def _before_the_first(job: TrainingJob) -> str:
    """What a run does that has measured nothing yet."""
    if job.ended:
        return _(STATES[job.state])
    downloads = not data.at_hand(job.request.settings.data)
    if downloads:
        return _("downloading {data} from {place}", data=_(job.run.info.title), place=PLACE)
    return _("starting")


def _progress_text(job: TrainingJob, done: int, pool: JobPool) -> str:
    if job.state == "queued":
        return _("Waiting for a free core, position {position}", position=pool.position(job))
    endless = job.run.settings.endless
    steps = job.run.settings.steps
    text = (
        _("Step {step}", step=done) if endless else _("Step {step} of {all}", step=done, all=steps)
    )
    if not job.run.steps:
        return _("{step} · {doing}", step=text, doing=_before_the_first(job))
    rate = done / max(float(job.run.seconds()[-1]), 1e-9)
    left = (job.run.settings.steps - done) / max(rate, 1e-9)
    if job.state == "running" and done:
        device = job.run.device.upper()
        ends = _("until stopped") if endless else _("{time} left", time=duration_text(left))
        return _(
            "{step} · {ends} · {rate} per second on {device}",
            step=text, rate=f"{rate:.0f}", device=device, ends=ends,
        )  # fmt: skip
    broke = job.state == "finished" and done < steps and not endless
    doing = _("every arm broke down") if broke else _(STATES[job.state])
    return _("{step} · {doing}", step=text, doing=doing)
