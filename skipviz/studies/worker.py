"""The worker process: makes the runs of a bundle. torch is imported when one is made."""

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing import connection
from typing import Any

import numpy as np

from skipviz import data
from skipviz.data import Split, compatibility_problems
from skipviz.network import Limits, Network, NetworkError
from skipviz.runs.frame import Failure
from skipviz.runs.verdict.starts import has_batch_norm
from skipviz.settings import Settings
from skipviz.studies.bundles import Bundle, Variant
from skipviz.studies.results import Result, known
from skipviz.studies.trials import Trial
from skipviz.types import Array

Computing = Generator[float, None, list[Result]]  # yields the share that is done


def start() -> None:
    """What a process of a pool does first: see to it that it does not outlive its owner.

    The processes of a pool whose owner is killed would wait for work forever.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()


def work(bundle: Bundle) -> list[Result]:
    """`compute` on one thread: several workers with several each are only in each other's way."""
    import torch

    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)
    return compute(bundle)


def compute(bundle: Bundle, limits: Limits | None = None) -> list[Result]:
    """The results of all its runs; what fails is a result that says why."""
    going = computing(bundle, limits)
    while True:
        try:
            next(going)
        except StopIteration as ended:
            results: list[Result] = ended.value
            return results


def computing(bundle: Bundle, limits: Limits | None = None) -> Computing:
    """`compute`, which tells at every step how far it is.

    `limits` cap the networks. When a stack fails, its variants are tried one by one, so that one
    cannot spoil the others; the share begins anew then.
    """
    try:
        return (yield from _sound(bundle, limits))
    except Exception as error:
        if len(bundle.variants) > 1:
            return (yield from _one_by_one(bundle.alone(), limits))
        named = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        return [Result.failed(trial, f"{named}{error}", _worker()) for trial in bundle.trials]


def _one_by_one(bundles: Sequence[Bundle], limits: Limits | None) -> Computing:
    results: list[Result] = []
    for bundle in bundles:
        results += yield from computing(bundle, limits)
    return results


def _sound(bundle: Bundle, limits: Limits | None) -> Computing:
    """What fits neither the data nor the limits is left out, and the others go together."""
    info = data.info(bundle.trials[0].settings.data)
    if problems := compatibility_problems(info.resolve(bundle.network), info, limits):
        sound = [
            variant
            for variant in bundle.variants
            if not compatibility_problems(info.resolve(variant.network), info, limits)
        ]
        if len(sound) in {0, len(bundle.variants)}:
            raise NetworkError(problems)
        rest = [alone for alone in bundle.alone() if alone.variants[0] not in sound]
        together = yield from _together(Bundle(tuple(sound)))
        return together + (yield from _one_by_one(rest, limits))
    return (yield from _together(bundle))


@dataclass(frozen=True)
class _Measured:
    """Per layer 1..N+1 (arms, seeds, layers); after training also (arms, seeds) each."""

    weights: Array
    states: Array
    trained: Array | None = None
    ends: dict[str, Array] = field(default_factory=dict)
    starts: dict[str, Array] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()


def _together(bundle: Bundle) -> Computing:
    started = time.perf_counter()
    network, settings = bundle.network, bundle.settings
    trains = bundle.variants[0].trials[0].measure == "training"
    measured = (yield from _trained(network, settings)) if trains else _at_start(network, settings)
    seconds = (time.perf_counter() - started) / len(bundle.trials)
    return [
        replace(_result(trial, measured, arm, seed), seconds=seconds, **predicted)
        for arm, variant in enumerate(bundle.variants)
        for predicted in [_predicted(variant)]
        for seed, trial in enumerate(variant.trials)
    ]


def _at_start(network: Network, settings: Settings) -> _Measured:
    """The gradient of the initial weights on the first batch: what a run shows at step 0."""
    import torch

    from skipviz.engine.model.stack import Stack
    from skipviz.engine.probes.passes import forward_backward
    from skipviz.engine.probes.steps import StepProbes
    from skipviz.engine.training.batches import Batches

    info, split = data.info(settings.data), _split(settings.data)
    arms, seeds = settings.arms_for(network), range(settings.seed, settings.seed + settings.seeds)
    stack = Stack(info.resolve(network), arms, seeds)
    x, y = torch.from_numpy(split.train_x), torch.from_numpy(split.train_y)
    batches = Batches(x, y, settings.batch_size, len(arms), seeds)
    made = forward_backward(stack, *next(batches))
    probes = StepProbes(stack, "minimal").measure(made, None, 0.0)
    shape = (len(arms), len(seeds), -1)
    return _Measured(
        probes["weight_gradient"].reshape(shape), probes["state_gradient"].reshape(shape)
    )


def _trained(network: Network, settings: Settings) -> Generator[float, None, _Measured]:
    """The same before and after all steps, with loss and score over the whole splits.

    Yields the share of the steps made.
    """
    from skipviz.engine.training.train import stream

    failures: list[Failure] = []
    first = last = None
    for last in stream(network, settings):
        first = first or last
        failures += last.failures
        yield last.step / max(settings.steps, 1)
    assert first is not None
    assert last is not None
    scores = last.evaluation.means if last.evaluation is not None else {}
    begun = None if has_batch_norm(network) else first.evaluation
    return _Measured(
        first.probes["weight_gradient"],
        first.probes["state_gradient"],
        last.probes["weight_gradient"],
        scores,
        begun.means if begun is not None else {},
        tuple(failures),
    )


def _result(trial: Trial, measured: _Measured, arm: int, seed: int) -> Result:
    """That of one replica. Layer N + 1, the readout, is left out."""
    weights = measured.weights[arm, seed, :-1]
    first, last = _ends(weights)
    trained = () if measured.trained is None else known(measured.trained[arm, seed, :-1])
    starts, ends = (
        {name: _number(values[arm, seed]) for name, values in means.items()}
        for means in (measured.starts, measured.ends)
    )
    return Result(
        key=trial.key,
        factors=trial.factors,
        seed=trial.seed,
        message=_failure(measured.failures, str(arm), trial.seed, len(weights)),
        first=first,
        last=last,
        ratio=first / last if first is not None and last else None,
        train_loss=ends.get("train_loss"),
        test_loss=ends.get("test_loss"),
        test_score=ends.get("test_accuracy"),
        start_loss=starts.get("train_loss"),
        start_score=starts.get("test_accuracy"),
        weight_gradients=known(weights),
        state_gradients=known(measured.states[arm, seed, :-1]),
        trained_gradients=trained,
        worker=_worker(),
        settings=trial.describe(),
    )


def _failure(failures: tuple[Failure, ...], arm: str, seed: int, layers: int) -> str:
    return next((f.text(layers) for f in failures if (f.arm, f.seed) == (arm, seed)), "")


def _ends(weights: Array) -> tuple[float | None, float | None]:
    """Of the first and the last layer that has weights."""
    present = weights[np.isfinite(weights)]
    return (float(present[0]), float(present[-1])) if len(present) else (None, None)


def _number(value: float) -> float | None:
    return known([value])[0]


def _predicted(variant: Variant) -> dict[str, Any]:
    """|dL/dW_k| over |dL/dW_N| from mean field theory; empty where it says nothing."""
    from skipviz.theory import TheoryError, predict

    name = variant.trials[0].settings.data
    info, square = data.info(name), float(np.mean(np.square(_split(name).train_x)))
    try:
        found = predict(variant.network, info.input_shape, info.outputs, variant.arm, square)
    except TheoryError:
        return {}
    curve = known(found.weight_gradients)
    return {"predicted": curve[0], "predicted_gradients": curve}


@lru_cache(maxsize=2)
def _split(name: str) -> Split:
    return data.load(name)


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
