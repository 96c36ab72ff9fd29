"""What every test relies on: one thread for torch, the same hypothesis examples each time."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported anywhere
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # numbers of the CPU; `make gpu` tries the other

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
WITH_PROCESSES = (
    "app",
    "unit/hardening",
    "unit/studies",
    "unit/test_jobs.py",
    "unit/test_commands.py",
)

settings.register_profile(
    "skipviz",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("skipviz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes of its own gets a second try, which is reported: the tests of the
    page in a browser run beside it, and two cores are few."""
    for item in items:
        if any(item.path.is_relative_to(TESTS / each) for each in WITH_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))
