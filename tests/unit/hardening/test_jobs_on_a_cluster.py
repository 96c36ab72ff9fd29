"""Jobs of the page on a real Dask scheduler with two workers. Every wait is on a condition."""

import asyncio
import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import dask
import numpy as np
import psutil
import pytest
from distributed import Client

from skipviz import __version__
from skipviz.answers import answer
from skipviz.jobs import Bounds, Cluster, Job, JobPool, TrainingJob
from skipviz.jobs.journal import LOGGER
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.training import train
from tests.unit.counted import Counting, Stuck, counted
from tools import dask_processes
from tools.server import free_port, running_app
from tools.visitor import Visitor

NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3),))
ENDLESS = Training(NETWORK, Settings(steps=100_000))
SHORT = Training(NETWORK, Settings(steps=2))
PATIENCE = dask_processes.PATIENCE
KILLED = "The worker process ended unexpectedly, perhaps for want of memory. Start again."
LOST = "The machine that computed this was lost. Start again: it goes on another one."
MISSING = (
    "The cluster that computes for this server cannot be reached just now. Start again in a "
    "minute: it is taken up as soon as it is back."
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dask_processes.Cluster]:
    with dask_processes.cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


@pytest.fixture(scope="module")
def shared_pool(cluster: dask_processes.Cluster) -> Iterator[JobPool]:
    place = Cluster(cluster.address, answer, memory_mb=300)
    yield JobPool(answer, place=place)
    place.close()


@pytest.fixture
def pool(shared_pool: JobPool) -> Iterator[JobPool]:
    """With nothing in it."""
    shared_pool.warm_up()
    yield shared_pool
    shared_pool.close(PATIENCE)


def finished(job: Job) -> Job:
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("finished", None)
    return job


def begun(job: TrainingJob) -> TrainingJob:
    assert job.wait_for_results(1, PATIENCE), job.error
    assert not job.ended, job.error
    return job


def wait_until(job: Job, state: str) -> None:
    assert job._wait(lambda: job.state == state, PATIENCE), job.state


def ends(pid: int) -> Callable[[], bool]:
    """Tells whether a process has ended in time."""
    process = os.pidfd_open(pid)

    def ended() -> bool:
        gone, _, _ = select.select([process], [], [], PATIENCE)
        os.close(process)
        return bool(gone)

    return ended


def worker_of(cluster: dask_processes.Cluster, job: Job) -> subprocess.Popen[bytes]:
    """The worker of Dask whose fork server the process of a job comes from."""
    assert job._process is not None
    pid, parents = job._process.pid, []
    while pid is not None and pid > 1:
        parents.append(pid)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return next(worker for worker in cluster.workers if worker.pid in parents)


def test_a_run_has_the_numbers_it_has_here(pool: JobPool) -> None:
    job = finished(pool.submit(Training(NETWORK, Settings(steps=5))))
    here = train(NETWORK, steps=5)
    assert np.array_equal(job.run.gradient_norms("skip"), here.gradient_norms("skip"))
    assert np.array_equal(job.run.loss("plain", "test"), here.loss("plain", "test"))
    for name, tensor in here.weights("plain").items():
        assert np.array_equal(job.run.weights("plain")[name], tensor)


def test_a_run_is_paused_goes_step_by_step_and_on_and_is_stopped(pool: JobPool) -> None:
    job = begun(pool.submit(ENDLESS))
    job.pause()
    wait_until(job, "paused")
    before = job.run.steps
    job.step()
    assert job.wait_for_results(before + 1, PATIENCE)
    assert (job.run.steps, job.state) == (before + 1, "paused")
    job.resume()
    assert job.wait_for_results(before + 40, PATIENCE)  # more reports than may be in flight
    job.stop()
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("stopped", None)


def test_a_changed_rate_is_noted_and_repeats_the_run(pool: JobPool) -> None:
    job = begun(pool.submit(Training(NETWORK, Settings(steps=300))))
    job.pause()
    wait_until(job, "paused")
    at = job.run.steps
    job.set_learning_rate(0.1)
    job.resume()
    finished(job)
    assert job.run.settings.rate_changes == ((at, 0.1),)
    again = train(NETWORK, **dict(job.run.settings))
    assert np.array_equal(job.run.loss("plain"), again.loss("plain"))


def test_as_many_run_as_the_workers_have_threads_and_what_is_told_in_the_queue_holds(
    pool: JobPool, cluster: dask_processes.Cluster
) -> None:
    first, second = (begun(pool.submit(ENDLESS, owner)) for owner in (1, 2))
    places = {worker_of(cluster, job).pid for job in (first, second)}
    assert places == {worker.pid for worker in cluster.workers}
    asked = Training(NETWORK, Settings(steps=1, learning_rate=1.0, momentum=0.0))
    third = pool.submit(asked, owner=3)
    third.set_learning_rate(1e-30)
    assert (third.state, pool.position(third)) == ("queued", 1)
    first.stop()
    finished(third)
    assert third.run.probe("update_ratio", "skip")[0].max() < 1e-20
    assert second.state == "running"


def test_limits_of_memory_and_time_are_told_as_here(
    pool: JobPool, cluster: dask_processes.Cluster
) -> None:
    greedy = pool.submit(Training(Network.mlp(depth=3, width=6_000), Settings(steps=5)))
    assert greedy.wait_until_ended(PATIENCE)
    assert greedy.error is not None
    assert greedy.error.startswith("This needs more memory than the 300 MB a run is given here.")
    late = pool.submit(ENDLESS, seconds=0.3)
    assert late.wait_until_ended(PATIENCE)
    assert late.error == "The time limit was reached. What was measured until then is kept."
    assert late.run.steps > 0
    assert all(worker.poll() is None for worker in cluster.workers)


def test_a_network_that_does_not_fit_gives_its_own_message(pool: JobPool) -> None:
    network = NETWORK.add_skip(0, 4)
    job = pool.submit(Training(network, Settings(steps=1)))
    assert job.wait_until_ended(PATIENCE)
    assert job.error == str(network.check((64,), 10)[0])


def test_a_killed_process_of_a_job_disturbs_nobody(
    pool: JobPool, cluster: dask_processes.Cluster
) -> None:
    doomed, other = (begun(pool.submit(ENDLESS, owner)) for owner in (1, 2))
    os.kill(doomed._process.pid, signal.SIGKILL)
    assert doomed.wait_until_ended(PATIENCE)
    assert (doomed.state, doomed.error) == ("failed", KILLED)
    finished(pool.submit(SHORT))
    assert other.state == "running"
    assert all(worker.poll() is None for worker in cluster.workers)


def test_the_process_of_a_job_ends_when_nobody_looks_at_it(pool: JobPool) -> None:
    job = begun(pool.submit(ENDLESS))
    ended = ends(job._process.pid)
    job.kill("others wait")
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("stopped", "others wait")
    assert ended()


def test_a_step_without_an_end_is_ended_where_it_runs(cluster: dask_processes.Cluster) -> None:
    place = Cluster(cluster.address, counted)
    pool = JobPool(counted, place=place, bounds=Bounds(seconds=0.2))
    stuck = pool.compute(Stuck())
    assert stuck.wait_for_results(1, PATIENCE)
    ended = ends(stuck._process.pid)
    assert stuck.wait_until_ended(PATIENCE)
    assert "in the middle of a step" in (stuck.error or "")
    assert ended()
    assert finished(pool.compute(Counting(3_000))).results == list(range(3_000))
    place.close()


def test_another_version_on_the_cluster_is_named(
    pool: JobPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = __version__
    monkeypatch.setattr("skipviz.jobs.cluster.__version__", "0.0.1")
    job = pool.submit(SHORT)
    assert job.wait_until_ended(PATIENCE)
    assert job.error == (
        f"The cluster has skipviz {there}, this server 0.0.1: "
        "nothing can be computed until both are the same."
    )


def test_two_servers_share_a_cluster(pool: JobPool, cluster: dask_processes.Cluster) -> None:
    job = begun(pool.submit(ENDLESS))
    place = Cluster(cluster.address, answer)
    finished(JobPool(answer, place=place).submit(SHORT))
    place.close()
    assert job.wait_for_results(job.run.steps + 1, PATIENCE)
    assert job.state == "running"


def test_a_scheduler_that_answers_late_loses_no_run(
    pool: JobPool,
    cluster: dask_processes.Cluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = begun(pool.submit(ENDLESS))
    with Client(cluster.address, set_as_default=False) as client:
        scheduler = client.run_on_scheduler(os.getpid)
    monkeypatch.setattr("skipviz.jobs.cluster._REACHED_WITHIN", 0.1)
    os.kill(scheduler, signal.SIGSTOP)
    try:
        dask_processes.wait_until(lambda: "cluster slow" in caplog.text)
        assert job.wait_for_results(job.run.steps + 1, PATIENCE)
        assert job.state == "running"
    finally:
        os.kill(scheduler, signal.SIGCONT)


def test_a_killed_worker_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    with dask_processes.cluster(tmp_path) as cluster:
        place = Cluster(cluster.address, answer)
        pool = JobPool(answer, place=place)
        doomed, other = (begun(pool.submit(ENDLESS, owner)) for owner in (1, 2))
        ended = ends(doomed._process.pid)
        worker_of(cluster, doomed).kill()
        assert doomed.wait_until_ended(PATIENCE)
        assert (doomed.state, doomed.error) == ("failed", LOST)
        assert doomed.run.steps > 0
        assert ended()
        assert other.wait_for_results(other.run.steps + 1, PATIENCE)
        assert other.state == "running"
        other.pause()
        wait_until(other, "paused")
        finished(pool.submit(SHORT, owner=1))
        pool.close(PATIENCE)
        place.close()


def test_without_a_cluster_it_is_said_and_it_is_taken_up_when_it_comes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker is one with a nanny, as `dask worker` starts it."""
    port = free_port()
    place = Cluster(f"tcp://127.0.0.1:{port}", answer)
    pool = JobPool(answer, place=place)
    job = pool.submit(SHORT)
    assert job.wait_until_ended(PATIENCE)
    assert (job.state, job.error) == ("failed", MISSING)
    ours = [record for record in caplog.records if record.name == LOGGER.name]  # Dask has its own
    warned = [json.loads(record.message) for record in ours]
    assert [(line["event"], f":{port}" in line["why"]) for line in warned] == [
        ("cluster missing", True)
    ]
    with (
        dask_processes.scheduler(tmp_path, port) as address,
        dask_processes.workers(address, tmp_path, 1),
    ):
        dask_processes.wait_until(lambda: bool(place._known()))
        finished(pool.submit(SHORT))
        running = begun(pool.submit(ENDLESS))
    assert running.wait_until_ended(PATIENCE)
    assert (running.state, running.error) == ("failed", LOST)
    dask_processes.wait_until(lambda: not place._known())
    job = pool.submit(SHORT)
    assert job.wait_until_ended(PATIENCE)
    assert job.error == MISSING
    place.close()


OPENSSL = (
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-days", "2", "-subj", "/CN=skipviz", "-addext", "subjectAltName=IP:127.0.0.1",
)  # fmt: skip


def test_between_machines_all_is_encrypted_where_dask_is_told_so(tmp_path: Path) -> None:
    """By Dask's own variables, which the server and the workers read alike."""
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    asked = [*OPENSSL, "-keyout", key, "-out", certificate]
    subprocess.run(asked, check=True, capture_output=True)
    tls = {"distributed.comm.require-encryption": True, "distributed.comm.tls.ca-file": certificate}
    for role in ("scheduler", "worker", "client"):
        tls[f"distributed.comm.tls.{role}.cert"] = certificate
        tls[f"distributed.comm.tls.{role}.key"] = key
    told = {variable(name): str(value) for name, value in tls.items()}
    with (
        dask.config.set(tls),
        dask_processes.scheduler(tmp_path, 0, "--protocol", "tls", **told) as address,
        dask_processes.workers(address, tmp_path, 1, **told),
    ):
        assert address.startswith("tls://")
        place = Cluster(address, answer)
        finished(JobPool(answer, place=place).submit(SHORT))
        assert all(name.startswith("tls://") for name in place._machines)
        place.close()


def variable(name: str) -> str:
    """By which Dask reads a part of its configuration."""
    return "DASK_" + name.replace(".", "__").replace("-", "_").upper()


def test_a_server_with_a_cluster_imports_no_torch_and_forks_nothing(
    cluster: dask_processes.Cluster, tmp_path: Path
) -> None:
    with running_app(tmp_path / "log", SKIPVIZ_CLUSTER=cluster.address) as (address, server):
        asyncio.run(trained(address))
        process = psutil.Process(server)
        assert process.children(recursive=True) == []
        assert not [each.path for each in process.memory_maps() if "torch" in each.path]


async def trained(address: str) -> None:
    """A visitor trains what the page opens with, and sees it finish."""
    async with Visitor(address) as visitor:
        await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)
        await visitor.click("Train", lambda text: "finished" in text, PATIENCE)
