"""Data that have to be downloaded: nothing starts on them by itself, and a failure is said once."""

from pathlib import Path

import pytest

from skipviz import link, presets
from skipviz.jobs import JobPool, TrainingJob
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.ui.playground.run_controls import _progress_text
from skipviz.ui.session import shared
from tests.app.helpers import button, opened, ran, session


@pytest.fixture(autouse=True)
def nothing_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))


def test_resnet_20_opens_on_digits_and_says_what_it_is_meant_for(toasts: list[str]) -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings()), unfolded=False)
    picker = next(each for each in page.selectbox if each.label == "Start from")
    picker.set_value("resnet20")
    ran(page)
    assert session(page).network == presets.load("resnet20")
    assert session(page).settings.data == "digits_images"
    assert toasts == [
        "This network is meant for CIFAR-10, which has to be downloaded first, so it starts on "
        "Digits as images. Choose CIFAR-10 under Data, and Train downloads it."
    ]
    assert session(page).preview is not None
    assert not button(page, "Train").disabled


def test_data_that_are_not_here_are_not_fetched_before_somebody_trains() -> None:
    page = opened(link.encode(presets.load("resnet20"), Settings(data="cifar10")), unfolded=False)
    assert session(page).settings.data == "cifar10"  # a link means what it says
    assert session(page).preview is None
    said = " ".join(each.proto.body for each in page.get("html"))
    assert (
        "CIFAR-10 is not on this computer yet, so nothing is measured before training. "
        "Train downloads it from openml.org once, which takes minutes." in said
    )
    assert not page.warning  # it is said once


def waiting(data: str, pool: JobPool) -> TrainingJob:
    """A job that no worker has been started for."""
    job = TrainingJob(Training(Network.mlp(3, 8), Settings(data=data)), pool.warm_up)
    job.state = "running"
    return job


def test_a_run_says_that_it_downloads_and_does_not_start_for_ever() -> None:
    pool = shared.pool()
    job = waiting("cifar10", pool)
    assert _progress_text(job, 0, pool) == "Step 0 of 200 · downloading CIFAR-10 from openml.org"
    assert _progress_text(waiting("digits", pool), 0, pool) == "Step 0 of 200 · starting"
    job.state = "failed"
    assert _progress_text(job, 0, pool) == "Step 0 of 200 · failed"
