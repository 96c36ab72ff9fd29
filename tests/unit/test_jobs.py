"""Training in worker processes, as the page drives it. Every wait is on a condition."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from skipviz.answers import answer
from skipviz.jobs import JobPool, TrainingJob
from skipviz.jobs.here import SeatHere
from skipviz.jobs.pool import MADE_ROOM
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import UNTIL_STOPPED, Settings
from skipviz.training import train
from tests.unit.counted import Counting, Stuck, counted

NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3),))
ENDLESS = Settings(steps=100_000)
OPEN = Path("/proc/self/fd")
PATIENCE = 60.0  # seconds until a wait counts as failed; torch's first import is slow


@pytest.fixture(scope="module")
def warm_pool() -> JobPool:
    pool = JobPool(answer, running=1)
    pool.warm_up()
    return pool


@pytest.fixture
def pool(warm_pool: JobPool) -> Iterator[JobPool]:
    """With nothing in it: a job that the test before has stopped may still hold the core."""
    yield warm_pool
    warm_pool.close(PATIENCE)


@pytest.fixture
def endless(pool: JobPool) -> Iterator[TrainingJob]:
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(1, PATIENCE)
    yield job
    job.stop()
    assert job.wait_until_ended(PATIENCE)


def wait_until(job: TrainingJob, state: str) -> None:
    assert job._wait(lambda: job.state == state, PATIENCE), job.state


def test_a_short_job_finishes_with_the_numbers_of_a_run_in_this_process(pool):
    job = pool.submit(Training(NETWORK, Settings(steps=5)))
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("finished", None)
    here = train(NETWORK, steps=5)
    assert np.array_equal(job.run.gradient_norms("skip"), here.gradient_norms("skip"))
    assert np.array_equal(job.run.loss("plain", "test"), here.loss("plain", "test"))


def test_zero_steps_measure_the_initial_weights(pool):
    job = pool.submit(Training(NETWORK, Settings(steps=0)))
    assert job.wait_until_ended(PATIENCE)
    assert job.run.steps == 1
    assert not job.run.has_weights


def test_frames_arrive_while_the_job_runs(endless):
    assert endless.state == "running"
    assert endless.wait_for_results(endless.run.steps + 1, PATIENCE)


def test_who_listens_is_told_of_every_report_and_of_the_end_until_it_forgets(pool):
    job = pool.submit(Training(NETWORK, ENDLESS))
    told, ended, forgotten = threading.Event(), threading.Event(), []
    forget = job.on_news(lambda: forgotten.append(job.run.steps))
    job.on_news(lambda: (ended if job.ended else told).set())
    assert told.wait(PATIENCE)
    forget()
    heard = len(forgotten)
    job.stop()
    assert ended.wait(PATIENCE)
    assert len(forgotten) == heard > 0


def test_a_paused_job_makes_no_step_until_it_is_told(endless):
    endless.pause()
    wait_until(endless, "paused")
    before = endless.run.steps
    endless.step()
    assert endless.wait_for_results(before + 1, PATIENCE)
    assert (endless.run.steps, endless.state) == (before + 1, "paused")
    endless.resume()
    assert endless.wait_for_results(before + 5, PATIENCE)
    assert endless.state == "running"


def test_a_stopped_job_keeps_its_frames(pool):
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(3, PATIENCE)
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("stopped", None)
    assert job.run.steps >= 3


def test_what_was_trained_comes_with_the_end_of_a_run(pool):
    job = pool.submit(Training(NETWORK, Settings(steps=5, seeds=2)))
    assert job.wait_until_ended(PATIENCE)
    here = train(NETWORK, steps=5, seeds=2)
    for arm, seed in (("skip", 0), ("plain", 1)):
        found, expected = job.run.weights(arm, seed), here.weights(arm, seed)
        assert [*found] == [*expected]
        assert all(np.array_equal(found[name], expected[name]) for name in expected)


def test_what_was_trained_until_it_was_stopped_comes_too_but_not_that_of_a_killed_process(pool):
    stopped, killed = (pool.submit(Training(NETWORK, ENDLESS)) for _ in range(2))
    assert stopped.wait_for_results(1, PATIENCE)
    assert not stopped.run.has_weights
    stopped.stop()
    assert stopped.wait_until_ended(PATIENCE)
    assert stopped.run.weights("plain")["readout.weight"].shape == (10, 8)
    assert killed.wait_for_results(1, PATIENCE)
    killed.kill()
    assert killed.wait_until_ended(PATIENCE)
    assert not killed.run.has_weights


def test_jobs_start_in_the_order_they_came(pool, endless):
    second, third = (pool.submit(Training(NETWORK, ENDLESS)) for _ in range(2))
    assert [pool.position(job) for job in (endless, second, third)] == [0, 1, 2]
    endless.stop()
    assert second.wait_for_results(1, PATIENCE)
    assert [pool.position(job) for job in (second, third)] == [0, 1]
    second.stop()
    assert third.wait_for_results(1, PATIENCE)
    third.stop()
    assert third.wait_until_ended(PATIENCE)


def test_a_queued_job_can_be_stopped_before_it_starts(pool, endless):
    waiting = pool.submit(Training(NETWORK, ENDLESS))
    waiting.stop()
    assert waiting.wait_until_ended(PATIENCE)
    assert (waiting.state, waiting.run.steps) == ("stopped", 0)
    assert endless.state == "running"


def test_a_full_queue_says_so():
    pool = JobPool(answer, running=1, queue=0)
    pool.submit(Training(NETWORK, ENDLESS))
    with pytest.raises(RuntimeError, match="Too many runs are waiting"):
        pool.submit(Training(NETWORK, ENDLESS))
    pool.close()


def test_a_killed_worker_gives_a_clear_message_and_the_next_job_runs(pool):
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(1, PATIENCE)
    os.kill(job._process.pid, signal.SIGKILL)
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "failed"
    assert job.error == (
        "The worker process ended unexpectedly, perhaps for want of memory. Start again."
    )
    after = pool.submit(Training(NETWORK, Settings(steps=1)))
    assert after.wait_until_ended(PATIENCE)
    assert after.state == "finished"


def test_a_worker_halted_from_outside_is_ended_all_the_same(pool):
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(1, PATIENCE)
    os.kill(job._process.pid, signal.SIGSTOP)
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "stopped"


def test_ended_jobs_hold_no_descriptors(pool):
    def ended() -> TrainingJob:
        job = pool.submit(Training(NETWORK, Settings(steps=1)))
        assert job.wait_until_ended(PATIENCE)
        assert job._wait(lambda: job._process is None, PATIENCE)
        return job

    ended()  # the fork server is there from now on
    before = len(list(OPEN.iterdir()))
    kept = [ended() for _ in range(3)]
    assert len(list(OPEN.iterdir())) <= before + 1, kept  # the last link is being closed


def test_a_job_killed_while_its_process_is_launched_ends_and_frees_its_core(pool, monkeypatch):
    asked, launch = threading.Event(), SeatHere.launch

    def slow(*arguments):
        assert asked.wait(PATIENCE)
        return launch(*arguments)

    monkeypatch.setattr(SeatHere, "launch", slow)
    job = pool.submit(Training(NETWORK, ENDLESS))  # returns although there is no process yet
    assert job.state == "running"
    job.kill()
    asked.set()
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "stopped"
    after = pool.submit(Training(NETWORK, Settings(steps=1)))
    assert after.wait_until_ended(PATIENCE)
    assert after.state == "finished"


def test_a_network_that_does_not_fit_gives_its_own_message(pool):
    network = NETWORK.add_skip(0, 4)
    job = pool.submit(Training(network, Settings(steps=1)))
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "failed"
    assert job.error == str(network.check((64,), 10)[0])


def test_a_job_that_takes_too_long_ends_and_keeps_what_it_measured(pool):
    job = pool.submit(Training(NETWORK, ENDLESS), seconds=0.5)
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "stopped"
    assert job.error == "The time limit was reached. What was measured until then is kept."
    assert job.run.steps > 0


def test_a_run_without_an_end_goes_on_until_it_is_stopped(pool):
    job = pool.submit(Training(NETWORK, Settings(steps=UNTIL_STOPPED)))
    assert job.wait_for_results(30, PATIENCE)
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("stopped", None)
    ended = train(NETWORK, steps=20)
    assert np.array_equal(job.run.loss("skip")[:21], ended.loss("skip"))


def test_a_new_learning_rate_holds_from_the_next_update(pool):
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(1, PATIENCE)
    job.pause()
    wait_until(job, "paused")
    job.set_learning_rate(1e-30)
    before = job.run.steps
    for extra in (1, 2):
        job.step()
        assert job.wait_for_results(before + extra, PATIENCE)
    job.stop()
    assert job.wait_until_ended(PATIENCE)


def test_a_rate_changed_in_a_worker_is_noted_and_its_settings_repeat_the_run(pool):
    job = pool.submit(Training(NETWORK, Settings(steps=500)))
    assert job.wait_for_results(1, PATIENCE)
    job.pause()
    wait_until(job, "paused")
    at = job.run.steps
    job.set_learning_rate(0.1)
    job.resume()
    assert job.wait_until_ended(PATIENCE)
    assert job.run.settings.rate_changes == ((at, 0.1),)
    again = train(NETWORK, **dict(job.run.settings))
    assert np.array_equal(job.run.gradient_norms("skip"), again.gradient_norms("skip"))
    assert np.array_equal(job.run.loss("plain"), again.loss("plain"))


@pytest.mark.usefixtures("endless")
def test_a_job_repeats_what_it_was_asked_for_and_what_its_rate_was_changed_to(pool):
    asked = Training(NETWORK, Settings(steps=2))
    job = pool.submit(asked)
    assert job.repeats(asked)
    assert not job.repeats(Training(NETWORK, Settings(steps=2, learning_rate=0.1)))
    job.set_learning_rate(0.1)
    assert job.repeats(Training(NETWORK, Settings(steps=2, learning_rate=0.1)))
    assert not job.repeats(Training(NETWORK, Settings(steps=3, learning_rate=0.1)))
    assert not job.repeats(Training(NETWORK, Settings(steps=2, learning_rate=0.3)))
    job.stop()  # before it started, so that nothing was trained with the new rate
    assert job.repeats(asked)
    assert not job.repeats(Training(NETWORK, Settings(steps=2, learning_rate=0.1)))


def test_a_learning_rate_chosen_in_the_queue_holds_from_the_first_update(pool, endless):
    job = pool.submit(Training(NETWORK, Settings(steps=1, learning_rate=1.0, momentum=0.0)))
    job.set_learning_rate(1e-30)
    assert job.state == "queued"
    endless.stop()
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "finished"
    assert job.run.probe("update_ratio", "skip")[0].max() < 1e-20


def test_a_report_that_cannot_be_kept_ends_the_job_and_frees_its_core(pool, monkeypatch):
    job = pool.submit(Training(NETWORK, ENDLESS))
    assert job.wait_for_results(1, PATIENCE)

    def full(_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(job, "_take_in", full)
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, "no room" in (job.error or "")) == ("failed", True)
    following = pool.submit(Training(NETWORK, Settings(steps=1)))
    assert following.wait_until_ended(PATIENCE)
    assert following.state == "finished"


_SERVER = """
import sys
from skipviz.jobs import JobPool
from skipviz.answers import answer
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
if __name__ == "__main__":
    pool = JobPool(answer, running=1)
    job = pool.submit(Training(Network.mlp(depth=4, width=8), Settings(steps=100_000)))
    assert job.wait_for_results(1, 60)
    print(job._process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path) -> Iterator[subprocess.Popen[str]]:
    script = tmp_path / "server.py"
    script.write_text(_SERVER)
    everywhere = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, script], stdin=pipe, stdout=pipe, text=True, env=everywhere
    ) as process:
        yield process


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_ends_when_its_server_dies(server, end):
    worker = os.pidfd_open(int(server.stdout.readline()))
    server.send_signal(end)
    server.wait(PATIENCE)
    gone, _, _ = select.select([worker], [], [], PATIENCE)
    os.close(worker)
    assert gone == [worker]


def test_a_picture_of_initial_weights_does_not_wait_for_a_long_run(pool, endless):
    waiting = pool.submit(Training(NETWORK, ENDLESS))
    picture = pool.submit(Training(NETWORK, Settings(steps=0)))
    assert picture.wait_until_ended(PATIENCE)
    assert (picture.state, waiting.state, endless.state) == ("finished", "queued", "running")
    waiting.stop()


@pytest.fixture
def counters() -> Iterator[JobPool]:
    pool = JobPool(counted, running=1)
    yield pool
    pool.close(PATIENCE)


def test_what_a_computation_yields_arrives_in_order(counters):
    job = counters.compute(Counting(1000))
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("finished", None)
    assert job.results == list(range(1000))


def test_a_computation_that_fails_says_why_and_keeps_what_it_had(counters):
    job = counters.compute(Counting(3, fail=True))
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("failed", "ValueError: it cannot be counted further")
    assert job.results == [0, 1, 2]


def test_an_endless_computation_can_be_stopped(counters):
    job = counters.compute(Counting())
    assert job.wait_for_results(1, PATIENCE)
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "stopped"
    assert job.results == list(range(len(job.results)))


def test_a_computation_ends_with_its_time(counters):
    job = counters.compute(Counting(), seconds=0.2)
    assert job.wait_until_ended(PATIENCE)
    assert job.state == "stopped"
    assert "time limit" in (job.error or "")


def test_a_step_without_an_end_is_stopped_all_the_same(counters):
    job = counters.compute(Stuck())
    assert job.wait_for_results(1, PATIENCE)
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error, job.results) == ("stopped", None, [1])


def test_a_step_without_an_end_ends_with_its_time(counters):
    job = counters.compute(Stuck(), seconds=0.2)
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.results) == ("stopped", [1])
    assert "in the middle of a step" in (job.error or "")
    after = counters.compute(Counting(1))
    assert after.wait_until_ended(PATIENCE)
    assert after.state == "finished"


def test_a_job_ended_by_others_says_why(pool):
    job = pool.submit(Training(NETWORK, ENDLESS), owner=1)
    assert job.wait_for_results(1, PATIENCE)
    assert not pool.awaited(1)
    waiting = pool.submit(Training(NETWORK, ENDLESS), owner=2)
    assert pool.awaited(1)
    assert not pool.awaited(2)
    job.kill("others wait")
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("stopped", "others wait")
    assert job.run.steps
    waiting.stop()


def test_a_paused_job_leaves_its_core_to_the_next_one(pool):
    first, second = (pool.submit(Training(NETWORK, ENDLESS), owner) for owner in (1, 2))
    assert pool.crowd() == (1, 1)
    assert first.wait_for_results(1, PATIENCE)
    first.pause()
    assert second.wait_for_results(1, PATIENCE)
    assert first.state == "paused"
    first.resume()
    wait_until(first, "running")
    assert second.state == "running"
    assert pool.crowd() == (2, 0)


def test_an_operator_reads_when_a_job_starts_and_why_it_ends(pool, caplog):
    caplog.set_level("INFO", "skipviz.jobs")
    finished = pool.submit(Training(NETWORK, Settings(steps=2)), owner=7)
    assert finished.wait_until_ended(PATIENCE)
    ended = pool.submit(Training(NETWORK, ENDLESS), owner=8)
    waiting = pool.submit(Training(NETWORK, ENDLESS), owner=9)
    assert ended.wait_for_results(1, PATIENCE)
    waiting.stop()
    ended.kill("others wait")
    assert ended.wait_until_ended(PATIENCE)
    lines = [json.loads(record.message) for record in caplog.records]
    told = {(line["event"], line["owner"], line.get("state"), line.get("why")) for line in lines}
    assert told == {
        ("job started", 7, None, None),
        ("job ended", 7, "finished", None),
        ("job started", 8, None, None),
        ("job ended", 8, "stopped", "others wait"),
        ("job ended", 9, "stopped", None),
    }
    first, last = lines[0], next(line for line in lines if line.get("state") == "finished")
    assert (first["what"], first["running"], first["waiting"]) == ("Training", 1, 0)
    assert last["job"] == finished.id
    assert last["seconds"] >= 0
    assert last["memory_mb"] > 100  # torch is in it


def test_without_being_asked_nothing_is_written(pool, caplog):
    job = pool.submit(Training(NETWORK, Settings(steps=1)))
    assert job.wait_until_ended(PATIENCE)
    assert not caplog.records


def test_paused_jobs_hold_no_more_processes_than_there_may_be():
    crowded = JobPool(answer, running=1, processes=2)
    first, second, third = (crowded.submit(Training(NETWORK, ENDLESS), owner) for owner in range(3))
    assert first.wait_for_results(1, PATIENCE)
    first.pause()
    assert second.wait_for_results(1, PATIENCE)
    assert (first.state, third.state) == ("paused", "queued")
    second.pause()
    assert third.wait_for_results(1, PATIENCE)
    assert first.wait_until_ended(PATIENCE)
    assert (first.state, first.error) == ("stopped", MADE_ROOM)
    assert (second.state, bool(first.run.steps)) == ("paused", True)
    third.stop()
    assert third.wait_until_ended(PATIENCE)
    assert second.state == "paused"  # nobody waits any more
    crowded.close(PATIENCE)
