"""What a run trained, as a file for the exported PyTorch source."""

import re
from collections.abc import Callable

import streamlit as st

from skipviz.export.weights import safetensors_file
from skipviz.jobs import TrainingJob
from skipviz.language import N_, SOURCE, _, speaking
from skipviz.runs.costs import weight_bytes
from skipviz.runs.run import WEIGHT_BYTES, Run
from skipviz.text import number_text
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.session.session import Session

HELP = N_(
    "By the names of the PyTorch source of the network as it was trained. "
    "safetensors.torch.load_file reads it, and load_state_dict takes it in."
)
LATER = N_("They can be had when a run has ended.")
ENDED_AT_ONCE = N_("This run was ended at once, and its weights with it. Train again to have them.")
OTHER_ARM = N_(
    "The PyTorch source computes the network with its skips. These are the same tensors, trained "
    "in this other arm."
)
REDRAWN = N_(
    "The drawing has changed since this run. These weights are of the network that was trained; "
    "the PyTorch source above is of the one drawn now."
)


def trained_weights(session: Session) -> None:
    """Draw the choice of an arm and the button; a sentence where there is nothing to be had."""
    job = session.job
    if job is None or not job.ended or not job.run.has_weights:
        missing = _(LATER) if job is None or not job.ended else _why_none(job)
        _button(b"", "", disabled=True)
        st.caption(missing)
        return
    run = job.run
    arm, seed = _choice(run)
    _button(lambda: safetensors_file(run, arm, seed), _file_name(run, arm, seed), disabled=False)
    if arm != "skip":
        st.caption(_(OTHER_ARM))
    if job.request.network != session.network:
        st.caption(_(REDRAWN))


def _choice(run: Run) -> tuple[str, int]:
    """Of which arm, and of which seed where there are several."""
    every = [(arm, seed) for arm in run.distinct_arms for seed in range(run.settings.seeds)]

    def text(of: tuple[str, int]) -> str:
        arm, seed = of
        label = run.label_of(arm)
        if run.settings.seeds == 1:
            return label
        return _("{arm}, seed {seed}", arm=label, seed=run.settings.seed + seed)

    return selectbox(_("Weights of the arm"), every, format_func=text, key="weights_arm")


def _button(data: bytes | Callable[[], bytes], name: str, disabled: bool) -> None:
    st.download_button(
        _("Trained weights (safetensors)"),
        data,
        name or "weights.safetensors",
        "application/octet-stream",
        on_click="ignore",
        disabled=disabled,
        help=_(HELP),
        width="stretch",
    )


def _file_name(run: Run, arm: str, seed: int) -> str:
    """weights-with-skips.safetensors."""
    with speaking(SOURCE):
        words = [*re.findall(r"\w+", run.label_of(arm))]
    if run.settings.seeds > 1:
        words += ["seed", str(run.settings.seed + seed)]
    return f"{'-'.join(['weights', *words])}.safetensors"


def _why_none(job: TrainingJob) -> str:
    needed = weight_bytes(job.run.resolved, job.run.settings)
    if needed <= WEIGHT_BYTES:
        return _(ENDED_AT_ONCE)
    return _(
        "The weights of all arms and seeds take {size} MB; of more than {most} MB none are kept "
        "here. Train fewer arms or seeds, or a smaller network; or train it in Python, where "
        "sv.export.safetensors writes them.",
        size=number_text(needed / 2**20),
        most=WEIGHT_BYTES // 2**20,
    )
