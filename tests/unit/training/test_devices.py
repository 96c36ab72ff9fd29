"""Which device a run takes, on machines that this one only plays: with a GPU and without."""

from multiprocessing import Pipe
from types import SimpleNamespace

import pytest
import torch

from skipviz.engine.training import devices
from skipviz.engine.training.devices import device_for
from skipviz.jobs import worker
from skipviz.jobs.here import Numbers
from skipviz.jobs.messages import Bounds
from skipviz.request import Request
from skipviz.settings import Device

MACHINES = {"cuda": (True, False), "mps": (False, True), "cpu": (False, False)}


def play(monkeypatch: pytest.MonkeyPatch, machine: str) -> None:
    cuda, mps = MACHINES[machine]
    monkeypatch.setattr(devices, "_number", None)  # as outside of a worker
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_run_takes_the_best_device_unless_it_is_told_one(
    monkeypatch: pytest.MonkeyPatch, machine: Device
) -> None:
    play(monkeypatch, machine)
    assert device_for("auto").type == machine
    for there in {machine, "cpu"}:
        assert device_for(there).type == there
    for missing in MACHINES.keys() - {machine, "cpu"}:
        with pytest.raises(ValueError, match=f"no {missing} device"):
            device_for(missing)


def test_processes_beside_each_other_spread_over_the_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, "cuda")
    used: list[int] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    monkeypatch.setattr(torch.cuda, "set_device", used.append)
    monkeypatch.setattr(devices, "_number", None)
    device_for("cuda")
    assert not used  # outside of a worker whoever calls has chosen
    for number in range(5):
        devices.take_turns(number)
        assert device_for("auto").type == "cuda"
        device_for("cpu")
    assert used == [0, 1, 2, 0, 1]


def test_a_process_has_the_least_number_that_no_other_has() -> None:
    numbers, pipes = Numbers(), [Pipe() for _ in range(3)]
    for place, (end, _) in enumerate(pipes):
        assert numbers.take() == place
        numbers.give(place, SimpleNamespace(sentinel=end.fileno()))  # type: ignore[arg-type]
    pipes[1][1].close()  # as a process that ends
    assert numbers.take() == 1
    assert numbers.take() == 3  # while that is being started
    numbers.give(1, None)  # it could not be
    assert numbers.take() == 1


@pytest.mark.parametrize(("machine", "held"), [("cuda", []), ("cpu", [500])])
def test_a_worker_beside_a_gpu_has_no_cap_that_the_driver_would_break(
    monkeypatch: pytest.MonkeyPatch, machine: str, held: list[int]
) -> None:
    play(monkeypatch, machine)
    caps: list[int] = []
    monkeypatch.setattr(worker, "hold_memory", caps.append)
    monkeypatch.setattr(worker.gc, "freeze", lambda: None)
    monkeypatch.setattr(devices, "_number", None)  # so that it is none again afterwards
    server, link = Pipe()
    worker.work(link, lambda _: iter(()), Request(), Bounds(memory=500))
    assert caps == held
    assert server.recv().ended
