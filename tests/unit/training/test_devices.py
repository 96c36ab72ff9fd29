"""Which device a run takes, on machines that this one only plays: with a GPU and without."""

from multiprocessing import Pipe

import pytest
import torch

from skipviz.engine.training.devices import device_for
from skipviz.jobs import worker
from skipviz.jobs.messages import Bounds
from skipviz.request import Request
from skipviz.settings import Device

MACHINES = {"cuda": (True, False), "mps": (False, True), "cpu": (False, False)}


def play(monkeypatch: pytest.MonkeyPatch, machine: str) -> None:
    cuda, mps = MACHINES[machine]
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


@pytest.mark.parametrize(("machine", "held"), [("cuda", []), ("cpu", [500])])
def test_a_worker_beside_a_gpu_has_no_cap_that_the_driver_would_break(
    monkeypatch: pytest.MonkeyPatch, machine: str, held: list[int]
) -> None:
    play(monkeypatch, machine)
    caps: list[int] = []
    monkeypatch.setattr(worker, "hold_memory", caps.append)
    monkeypatch.setattr(worker.gc, "freeze", lambda: None)
    server, link = Pipe()
    worker.work(link, lambda _: iter(()), Request(), Bounds(memory=500))
    assert caps == held
    assert server.recv().ended
