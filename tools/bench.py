"""The engine's budgets, measured: ratios from interleaved runs in one process with one thread.

The unit is the time of two bare hand-written PyTorch loops, one with the skips and one without:
`nn.Linear` layers, `loss.backward()`, `torch.optim.SGD` with momentum, no measurement at all.
Every contender makes a few steps after every few steps of the unit, so both meet the same machine;
printed is the median ratio over all rounds. Evaluation on whole splits is outside the ratio, and a
snapshot falls into one round of five; what they cost in a run is in the last rows.

    python -m tools.bench [--rounds 60]
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import argparse
import statistics
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from skipviz import data, presets
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.attribution.degrees import skips_taken, walk
from skipviz.engine.attribution.live import attribution_snapshot, loss_gradient
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Stack
from skipviz.engine.training.memory import keep_freed_memory
from skipviz.engine.training.train import train
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Network
from skipviz.settings import Settings, Tier
from tools.bare import BareConvNet, BareNet, Skips, Step, bare_loop
from tools.table import Row
from tools.timing import ratios, seconds_of, times
from tools.watched import recording_rows, watch_rows

PERIOD = 20  # steps from one evaluation, and one snapshot, to the next
NEVER = 100_000  # steps: no evaluation within a benchmark


def skips_of(depth: int) -> Skips:
    """k -> k + 2 for k = 1, 3, 5, .."""
    return tuple((k, k + 2) for k in range(1, depth - 2, 2))


def two_bare_loops(depth: int, width: int) -> Step:
    """A step of both; they share no number."""
    widths = _widths(depth, width)
    nets = [BareNet(widths, skips) for skips in (skips_of(depth), ())]
    loops = [bare_loop(net, "digits") for net in nets]
    return lambda: [step() for step in loops]


def _widths(depth: int, width: int) -> list[int]:
    """On digits."""
    return [64, *[width] * depth, 10]


def two_bare_small_loops(widths: Sequence[int], skips: Skips) -> Step:
    """The same for small tanh layers on points of the plane, batch 10."""
    nets = [BareNet([2, *widths, 2], each, torch.tanh) for each in (skips, ())]
    loops = [bare_loop(net, "circles", batch_size=10) for net in nets]
    return lambda: [step() for step in loops]


def small_engine(widths: Sequence[int], skips: Skips, **settings: object) -> Step:
    """The same network in the engine."""
    network = Network.of(
        layers=[{"kind": "dense", "width": width, "activation": "tanh"} for width in widths],
        skips=[{"kind": "add", "source": p, "target": q} for p, q in skips],
    )
    return _step_of(network, {"data": "circles", "batch_size": 10, **settings})


def two_bare_conv_loops(depth: int, channels: int) -> Step:
    """The same for convolutions on the digits as images."""
    nets = [BareConvNet(depth, channels, skips) for skips in (skips_of(depth), ())]
    loops = [bare_loop(net, "digits_images") for net in nets]
    return lambda: [step() for step in loops]


def engine(depth: int, width: int, **settings: object) -> Step:
    """A step of the engine with the probes of the standard tier."""
    return _step_of(Network.mlp(depth, width, skips=skips_of(depth)), settings)


def conv_engine(depth: int, channels: int) -> Step:
    """The same for convolutions."""
    network = Network.of(
        layers=[{"kind": "conv2d", "channels": channels}] * depth + [{"kind": "global_pool"}],
        skips=[{"kind": "add", "source": p, "target": q} for p, q in skips_of(depth)],
    )
    return _step_of(network, {"data": "digits_images"})


def learning_engine(depth: int, width: int, skip: dict[str, object]) -> Step:
    """A step of the engine where every layer but the first has a skip over it."""
    skips = [{"source": k, "target": k + 1, **skip} for k in range(1, depth)]
    chain = Network.mlp(depth, width)
    return _step_of(Network.of(layers=chain.layers, skips=skips), {})


def _step_of(network: Network, settings: dict[str, object]) -> Step:
    fields = {"steps": NEVER, "evaluate_every": NEVER, **settings}
    return Trainer(network, Settings.model_validate(fields)).step


def bare_pass(depth: int, width: int) -> Step:
    """Forward and backward of the bare network with skips, without an update."""
    x, y = _first_batch()
    net = BareNet(_widths(depth, width), skips_of(depth))
    parameters = list(net.parameters())
    return lambda: torch.autograd.grad(functional.cross_entropy(net(x), y), parameters)


def _stack_of(depth: int, width: int) -> tuple[Stack, Tensor, Tensor]:
    """One arm with all its skips, and a batch."""
    network = Network.mlp(depth, width, skips=skips_of(depth))
    stack = Stack(network.on((64,), 10), [STANDARD_ARMS["skip"]], [0])
    x, y = _first_batch()
    return stack, x[None], y[None]


def split_by_skips_taken(depth: int, width: int) -> Step:
    """The parts of every state's gradient, from a forward pass of their own."""
    stack, x, y = _stack_of(depth, width)

    def split() -> None:
        tape = Tape(stack, x)
        for _ in walk(tape, loss_gradient(tape, y), skips_taken):
            pass

    return split


def attribution(depth: int, width: int, tier: Tier) -> Step:
    """What a snapshot of this tier says: norms and shares as well."""
    stack, x, y = _stack_of(depth, width)
    return lambda: attribution_snapshot(stack, x, y, tier)


def _first_batch() -> tuple[Tensor, Tensor]:
    split = data.load("digits")
    return torch.from_numpy(split.train_x[:64]), torch.from_numpy(split.train_y[:64])


ARMS: dict[str, dict[str, object]] = {
    "2 arms": {"arms": ("skip", "plain")},
    "4 arms": {"arms": ("skip", "plain", "gradient_only", "forward_only")},
    "8 arms (2 arms x 4 seeds)": {"arms": ("skip", "plain"), "seeds": 4},
}
DENSE_BUDGETS = {30: (0.50, 0.70, 1.10), 100: (0.55, 0.75, 1.15)}


def dense_rows(rounds: int) -> Iterator[Row]:
    """Arms with all probes at every step against two bare loops."""
    for depth, budgets in DENSE_BUDGETS.items():
        contenders = {
            f"MLP {depth}x32, {name}, all probes": engine(depth, 32, **arms)
            for name, arms in ARMS.items()
        }
        measured = ratios(two_bare_loops(depth, 32), contenders, rounds)
        for (name, value), budget in zip(measured.items(), budgets, strict=True):
            yield Row(name, value, budget)


SMALL: dict[str, tuple[Sequence[int], Skips]] = {
    "4, 2": ((4, 2), ((0, 2),)),
    "3x8": ((8,) * 3, ((1, 3),)),
    "6x8": ((8,) * 6, tuple((k, k + 2) for k in range(1, 5))),
    "20x8": ((8,) * 20, tuple((k, k + 2) for k in range(1, 19))),
}
SMALL_BUDGETS = {"4, 2": 0.65, "3x8": 0.6, "6x8": 0.5, "20x8": 0.4}


def small_rows(rounds: int) -> Iterator[Row]:
    """Circles, batch 10, whole periods: every step, and with its evaluations and snapshots.

    Steps per second are printed for information: they are those of the machine, not of the code.
    """
    for size, (widths, skips) in SMALL.items():
        contenders = {
            "all probes": small_engine(widths, skips, snapshot_every=NEVER),
            "all probes, evaluations and snapshots": small_engine(
                widths, skips, evaluate_every=PERIOD, snapshot_every=PERIOD
            ),
        }
        unit = two_bare_small_loops(widths, skips)
        base, measured = times(unit, contenders, max(6, rounds // 4), PERIOD)
        for name, seconds in measured.items():
            ratio = statistics.median(own / one for own, one in zip(seconds, base, strict=True))
            speed = PERIOD / statistics.median(seconds)
            budget = SMALL_BUDGETS[size] if name == "all probes" else None
            yield Row(f"{size}, {name} ({speed:.0f} steps/s)", ratio, budget)


def conv_rows(rounds: int) -> Iterator[Row]:
    """Two arms of convolutions with all probes against two bare loops."""
    for depth, channels in ((8, 16), (20, 16)):
        name = f"conv {depth}x{channels} on 8x8, 2 arms, all probes"
        contender = {name: conv_engine(depth, channels)}
        measured = ratios(two_bare_conv_loops(depth, channels), contender, max(6, rounds // 4))
        yield Row(name, measured[name], 1.10)


LEARNED: dict[str, dict[str, object]] = {
    "ReZero": {"kind": "add", "branch_scale": {"value": 0, "learned": "scalar"}},
    "LayerScale": {"kind": "add", "branch_scale": {"value": 0.1, "learned": "channel"}},
    "highway": {"kind": "gated"},
    "projections": {"kind": "projection"},
}


def learned_rows(rounds: int) -> Iterator[Row]:
    """Skips that learn something, all probes at every step, against two bare add-skip loops."""
    contenders = {
        f"MLP 30x32, {name}, 2 arms, all probes": learning_engine(30, 32, skip)
        for name, skip in LEARNED.items()
    }
    for name, value in ratios(two_bare_loops(30, 32), contenders, rounds).items():
        yield Row(name, value)


def attribution_rows(rounds: int) -> Iterator[Row]:
    """Exact splits of the gradient of 100x32 with 49 skips, against forward and backward."""
    contenders = {
        "every state by skips taken": split_by_skips_taken(100, 32),
        "the same with all norms and shares (full probes)": attribution(100, 32, "full"),
        "by skip, with norms and shares (standard probes)": attribution(100, 32, "standard"),
    }
    measured = ratios(bare_pass(100, 32), contenders, rounds)
    for (name, value), budget in zip(measured.items(), (3.0, None, None), strict=True):
        yield Row(name, value, budget)


def probe_rows(steps: int) -> Iterator[Row]:
    """The share of a run's computing time that its probes take, snapshots and evaluations in."""
    for tier in ("minimal", "standard", "full"):
        run = train(presets.load("default"), steps=steps, probes=tier)
        yield Row(f"default network, 2 arms, {tier} probes", run.probe_share())


def growth_row(rounds: int) -> Row:
    """Step time at depth 1000 over the line through the times at depth 10 and 100."""
    steps = {depth: engine(depth, 32) for depth in (10, 100, 1000)}
    times: dict[int, list[float]] = {depth: [] for depth in steps}
    for _ in range(max(3, rounds // 5)):
        for depth, step in steps.items():
            times[depth].append(seconds_of(step))
    at = {depth: statistics.median(values[1:]) for depth, values in times.items()}
    line = at[10] + (at[100] - at[10]) / 90 * 990
    return Row("step at depth 1000 over the line through 10 and 100", at[1000] / line, 1.20)


def main() -> None:
    """Print the table; a row over budget is marked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    keep_freed_memory()  # as the app's workers do; it serves the bare loops alike
    print(f"{'against two bare PyTorch loops, one thread':<58} measured   budget")
    for row in dense_rows(rounds):
        print(row, flush=True)
    for row in small_rows(rounds):
        print(row, flush=True)
    for row in conv_rows(rounds):
        print(row, flush=True)
    for row in learned_rows(rounds):
        print(row, flush=True)
    print(growth_row(rounds))
    print("\nattribution of 100x32 with 49 skips, against one bare forward and backward")
    for row in attribution_rows(rounds):
        print(row, flush=True)
    print("\na watched step over a bare one, and the recorded forward pass over a bare one")
    for row in watch_rows():
        print(row, flush=True)
    for row in recording_rows():
        print(row, flush=True)
    print("\nshare of the computing time of a run")
    for row in probe_rows(5 * rounds):
        print(row, flush=True)


if __name__ == "__main__":
    main()
