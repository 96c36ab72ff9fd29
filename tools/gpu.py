"""The engine on this machine's GPU against its CPU: the same numbers, and which is faster.

python -m tools.gpu [--steps 30]
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported, as in the app's workers

import argparse
import statistics
import sys
import time
from collections.abc import Iterator

import numpy as np
import torch

from skipviz import data, presets
from skipviz.answers import answer
from skipviz.arms import STANDARD_ARMS
from skipviz.data import default_for
from skipviz.engine.model import Stack
from skipviz.engine.probes.steps import StepProbes
from skipviz.engine.training.devices import device_for, in_full_precision
from skipviz.engine.training.graphed import passes_on
from skipviz.engine.training.memory import keep_freed_memory
from skipviz.engine.training.trainer import Trainer
from skipviz.jobs import JobPool
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.types import Array
from tools.bench import skips_of
from tools.gpu_watch import watch_disagreements

Norms = dict[str, Array]

FETCHED = {"mnist", "mnist_images", "cifar10"}  # data from the network
NEVER = 100_000  # steps: no evaluation and no snapshot while the clock runs
BATCH = 32
NEAR = 1e-5  # an error that rounding in float32 explains
SLACK = 20.0  # times the CPU's error: deep networks may magnify it by chance
PATIENCE = 120.0  # seconds


def main() -> None:
    """Print both tables; exit status 1 where GPU and CPU disagree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=30)
    steps = parser.parse_args().steps
    torch.set_num_threads(1)
    keep_freed_memory()
    device = device_for("auto")
    if device.type == "cpu":
        raise SystemExit("This machine has no GPU that PyTorch can use.")
    name = torch.cuda.get_device_name() if device.type == "cuda" else device.type
    print(f"{name}, PyTorch {torch.__version__}\n")
    apart = [*_disagreements(device.type), *watch_disagreements(device.type)]
    print(f"\n{'steps per second, 2 arms, standard probes':<50} {'CPU':>8} {device.type:>8}")
    for title, network, name in _contenders():
        rates = [_rate(network, name, where, steps) for where in ("cpu", device.type)]
        print(f"{title:<50} {rates[0]:8.1f} {rates[1]:8.1f}", flush=True)
    print(f"\nsame seed, same numbers, run after run: {_repeats(device.type)}")
    print(f"a worker's first two frames after {_first_frames(device.type):.1f} s")
    sys.exit(1 if apart else 0)


def _disagreements(device: str) -> Iterator[str]:
    """Every preset with data here: what float32 loses against float64, on both devices."""
    print(f"{'largest relative error of a norm, first batch':<50} {'CPU':>8} {device:>8}")
    for name in presets.names():
        network, meant = presets.load(name), default_for(name)
        if meant is None or meant in FETCHED:
            continue
        truth = _norms(network, meant, "cpu", torch.float64)
        if truth is None:
            continue
        found = (_norms(network, meant, where, torch.float32) for where in ("cpu", device))
        errors = [_error(norms, truth) for norms in found]
        apart = errors[1] > max(NEAR, SLACK * errors[0])
        print(
            f"{name:<50} {errors[0]:8.1e} {errors[1]:8.1e}{'  APART' if apart else ''}", flush=True
        )
        if apart:
            yield name


def _norms(network: Network, name: str, where: str, dtype: torch.dtype) -> Norms | None:
    """The probes of every step at the initial weights; None where random masks are drawn."""
    device, info, split = torch.device(where), data.info(name), data.load(name)
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]
    stack = Stack(info.resolve(network), arms, [0]).to(device, dtype)
    x = torch.from_numpy(split.train_x[:BATCH]).to(device)
    x = x.to(dtype) if x.is_floating_point() else x
    y = torch.from_numpy(split.train_y[:BATCH]).to(device)
    passes = passes_on(stack, device)
    with in_full_precision(device):
        for _ in range(2):  # a graph is replayed from the second on
            made = passes(x.expand(2, *x.shape), y.expand(2, *y.shape))
    if stack.plan.noise.drawn:
        return None  # devices draw differently
    return StepProbes(stack, "standard").measure(made, None, 0.0)


def _error(found: Norms | None, truth: Norms) -> float:
    """The largest |found - truth| / truth of all norms, layers and arms."""
    assert found is not None
    return max(
        float(np.nanmax(np.abs(found[name] - right) / np.where(right > 0, right, 1)))
        for name, right in truth.items()
        if np.isfinite(right).any()
    )


def _contenders() -> Iterator[tuple[str, Network, str]]:
    for depth, width in ((30, 32), (40, 64), (40, 256), (40, 512), (20, 1024)):
        yield f"MLP {depth}x{width}", Network.mlp(depth, width, skips=skips_of(depth)), "digits"
    for name in ("resnet8_digits", "densenet_digits", "unet_digits", "transformer_preln_digits"):
        yield name, presets.load(name), default_for(name) or "digits"
    convolutions = [{"kind": "conv2d", "channels": 64}] * 12 + [{"kind": "global_pool"}]
    skips = [{"kind": "add", "source": p, "target": q} for p, q in skips_of(12)]
    yield "conv 12x64 on 8x8", Network.of(layers=convolutions, skips=skips), "digits_images"


def _rate(network: Network, name: str, device: str, steps: int) -> float:
    """Steps per second: the median over single steps, after a few to warm up."""
    fields = {
        "data": name, "steps": NEVER, "evaluate_every": NEVER, "snapshot_every": NEVER,
        "device": device, "learning_rate": 0.001,
    }  # fmt: skip
    trainer = Trainer(network, Settings.model_validate(fields))
    times = []
    for _ in range(steps + 5):
        begun = time.perf_counter()
        trainer.step()  # its numbers come back to Python, so the device has done its work
        times.append(time.perf_counter() - begun)
    return 1 / statistics.median(times[5:])


def _repeats(device: str) -> bool:
    network = presets.load("resnet8_digits")
    fields = {"data": "digits_images", "steps": 10, "device": device}
    runs = []
    for _ in range(2):
        trainer = Trainer(network, Settings.model_validate(fields))
        runs.append([trainer.step() for _ in range(10)])
    pairs = zip(*runs, strict=True)
    return all(np.array_equal(a.loss, b.loss, equal_nan=True) for a, b in pairs)


def _first_frames(device: str) -> float:
    pool = JobPool(answer, running=1)
    pool.warm_up()
    begun = time.perf_counter()
    job = pool.submit(Training(presets.load("default"), Settings(steps=NEVER, device=device)))
    came = job.wait_for_results(2, PATIENCE)
    seconds = time.perf_counter() - begun
    pool.close()
    if not came:
        raise SystemExit(f"No frames came from a worker on {device}: {job.error}")
    return seconds


if __name__ == "__main__":
    main()
