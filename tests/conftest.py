"""What every test relies on: one thread for torch, the same hypothesis examples each time."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported anywhere
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # numbers of the CPU; `make gpu` tries the other

from hypothesis import HealthCheck, settings

settings.register_profile(
    "skipviz",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("skipviz")
