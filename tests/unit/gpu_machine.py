"""Stands in for a machine with a GPU, where "auto" would train on it."""

import pytest
import torch

from skipviz.engine.training import trainer
from skipviz.settings import Device


@pytest.fixture(autouse=True)
def a_machine_with_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured here must say "cpu": it hands the trained network tensors of the CPU."""

    def device_for(wanted: Device) -> torch.device:
        assert wanted == "cpu", f"this would train on {wanted}"
        return torch.device(wanted)

    monkeypatch.setattr(trainer, "device_for", device_for)
