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
from numpy.typing import NDArray

from skipviz import presets
from skipviz.data import meant_for
from skipviz.jobs import JobPool, Task
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.training.devices import device_for
from skipviz.training.frame import Frame
from skipviz.training.memory import keep_freed_memory
from skipviz.training.trainer import Trainer
from tools.bench import skips_of

Array = NDArray[np.float64]

FETCHED = {"mnist", "mnist_images", "cifar10"}  # data from the network
NEVER = 100_000  # steps: no evaluation and no snapshot while the clock runs
NEAR = 2e-3  # relative difference of a norm that rounding in float32 explains
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
    apart = list(_disagreements(device.type))
    print(f"\n{'steps per second, 2 arms, standard probes':<50} {'CPU':>8} {device.type:>8}")
    for title, network, data in _contenders():
        rates = [_rate(network, data, where, steps) for where in ("cpu", device.type)]
        print(f"{title:<50} {rates[0]:8.1f} {rates[1]:8.1f}", flush=True)
    print(f"\nsame seed, same numbers, run after run: {_repeats(device.type)}")
    print(f"a worker's first two frames after {_first_frames(device.type):.1f} s")
    sys.exit(1 if apart else 0)


def _disagreements(device: str) -> Iterator[str]:
    """Every preset with data, at its first two steps, in float32 on both."""
    print(f"{'largest relative difference between GPU and CPU':<40} {'step 0':>9} {'step 1':>9}")
    for name in presets.names():
        network, data = presets.load(name), meant_for(name)
        if data is None or data in FETCHED or _is_random(network):
            continue
        frames = [_frames(network, data, where) for where in ("cpu", device)]
        first, second = (_apart(a, b) for a, b in zip(*frames, strict=True))
        print(
            f"{name:<40} {first:9.1e} {second:9.1e}{'' if first < NEAR else '  APART'}", flush=True
        )
        if not first < NEAR:
            yield name


def _is_random(network: Network) -> bool:
    """Whether masks are drawn in training, which devices draw differently."""
    styles = [network.style(k) for k in range(1, network.depth + 1)]
    survivals = [getattr(skip, "survival", 1) < 1 or skip.dropout > 0 for skip in network.skips]
    return any(style.dropout for style in styles) or any(survivals)


def _frames(network: Network, data: str, device: str) -> list[Frame]:
    fields = {"data": data, "steps": 1, "device": device, "batch_size": 32}
    trainer = Trainer(network, Settings.model_validate(fields))
    return [trainer.step(), trainer.step()]


def _apart(one: Frame, other: Frame) -> float:
    """The largest relative difference of a loss, a norm of a step or a share of a snapshot."""
    pairs = [
        (one.loss, other.loss),
        *((one.probes[name], other.probes[name]) for name in one.probes),
    ]
    return float(np.nanmax([np.nanmax(_relative(a, b)) for a, b in pairs if np.isfinite(a).any()]))


def _relative(a: Array, b: Array) -> Array:
    scale = np.maximum(np.abs(a), np.abs(b))
    apart: Array = np.divide(np.abs(a - b), scale, out=np.zeros_like(a), where=scale > 0)
    return apart


def _contenders() -> Iterator[tuple[str, Network, str]]:
    for depth, width in ((30, 32), (40, 64), (40, 256), (40, 512), (20, 1024)):
        yield f"MLP {depth}x{width}", Network.mlp(depth, width, skips=skips_of(depth)), "digits"
    for name in ("resnet8_digits", "densenet_digits", "unet_digits", "transformer_preln_digits"):
        yield name, presets.load(name), meant_for(name) or "digits"
    convolutions = [{"kind": "conv2d", "channels": 64}] * 12 + [{"kind": "global_pool"}]
    skips = [{"kind": "add", "source": p, "target": q} for p, q in skips_of(12)]
    yield "conv 12x64 on 8x8", Network.of(layers=convolutions, skips=skips), "digits_images"


def _rate(network: Network, data: str, device: str, steps: int) -> float:
    """Steps per second: the median over single steps, after a few to warm up."""
    fields = {
        "data": data, "steps": NEVER, "evaluate_every": NEVER, "snapshot_every": NEVER,
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
    pool = JobPool(running=1)
    pool.warm_up()
    begun = time.perf_counter()
    job = pool.submit(Task(presets.load("default"), Settings(steps=NEVER, device=device)))
    came = job.wait_for_frames(2, PATIENCE)
    seconds = time.perf_counter() - begun
    pool.close()
    if not came:
        raise SystemExit(f"No frames came from a worker on {device}: {job.error}")
    return seconds


if __name__ == "__main__":
    main()
