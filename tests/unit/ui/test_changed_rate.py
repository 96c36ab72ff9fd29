"""A learning rate changed while a run goes on: what is outdated by it, and what a link holds."""

import pytest

from skipviz import presets
from skipviz.engine.training.trainer import Trainer
from skipviz.jobs import TrainingJob
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import MAX_RATE_CHANGES, Settings
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session

NETWORK = Network.mlp(depth=3, width=8, skips=((1, 3),))


@pytest.fixture
def session() -> Session:
    """One whose run goes on: its steps are made here, by `trained`."""
    made = Session(History(NETWORK), settings=Settings(steps=9))
    made.job = TrainingJob(Training(NETWORK, made.settings), lambda: None)
    made.job.state = "running"
    return made


def trained(session: Session, changes: dict[int, float], until: int) -> None:
    job = session.job
    assert job is not None
    trainer = Trainer(NETWORK, job.request.settings)
    for frame in trainer:
        job._take_in([frame])
        if frame.step + 1 in changes:
            session.change_rate(changes[frame.step + 1])
            trainer.set_learning_rate(changes[frame.step + 1])
        if frame.step == until:
            return


def test_it_does_not_outdate_the_run_and_a_link_repeats_it(session: Session) -> None:
    trained(session, {4: 0.05}, until=6)
    assert not session.outdated
    assert session.settings == Settings(steps=9, learning_rate=0.05)
    assert session.linked == Settings(steps=9, rate_changes=((4, 0.05),))
    session.settings = session.linked  # as when the page is opened again by its address
    assert not session.outdated


def test_another_setting_outdates_it_and_then_the_link_holds_what_trains_anew(
    session: Session,
) -> None:
    trained(session, {4: 0.05}, until=6)
    session.settings = session.settings.model_copy(update={"seed": 1})
    assert session.outdated
    assert session.linked == session.settings == Settings(steps=9, learning_rate=0.05, seed=1)


def test_after_the_run_another_rate_is_one_to_train_anew_with(session: Session) -> None:
    trained(session, {}, until=9)
    assert session.job is not None
    session.job.state = "finished"
    session.change_rate(0.05)
    assert session.outdated
    assert session.linked.learning_rate == 0.05
    session.change_rate(0.02)
    assert not session.outdated


def test_a_rate_of_which_no_step_was_made_is_not_that_of_the_run(session: Session) -> None:
    trained(session, {}, until=6)
    session.change_rate(0.05)
    assert not session.outdated
    assert session.job is not None
    session.job.state = "stopped"
    assert session.outdated


def test_a_rate_set_by_hand_replaces_the_changes_of_a_link() -> None:
    planned = Settings(rate_changes=((3, 0.1),))
    session = Session(History(presets.load("default")), settings=planned)
    session.change_rate(0.3)
    assert session.settings == Settings(learning_rate=0.3)


def test_when_a_run_keeps_no_more_changes_the_page_says_so(session: Session) -> None:
    job = session.job
    assert job is not None
    full = tuple((k, 0.1 + k / 1e3) for k in range(1, MAX_RATE_CHANGES + 1))
    job.run.settings = job.run.settings.model_copy(update={"rate_changes": full})
    session.change_rate(0.3)
    assert len(session.notices) == 1
    assert "changed 100 times" in session.notices[0]
    assert session.outdated
