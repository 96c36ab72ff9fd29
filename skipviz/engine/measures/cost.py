"""What every kind of skip costs: counted from shapes, and measured."""

import statistics
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from skipviz import data
from skipviz.charts import Axis, Bars, Curve, Table
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.training.trainer import Trainer
from skipviz.language import _
from skipviz.measures.cases import Case
from skipviz.measures.results import Result
from skipviz.settings import Settings
from skipviz.text import listed, percent_text

WARM_UP = 5  # steps


def counted(cases: Sequence[Case], data_name: str = "digits", batch: int = 64) -> Iterator[Result]:
    """Parameters, MACs and what the backward pass keeps; the first case is without skips."""
    info = data.info(data_name)
    found = []
    for case in cases:
        parameters = case.network.count_parameters(info.input_shape, info.outputs)
        macs = case.network.count_macs(info.input_shape, info.outputs)
        found.append((case.label, parameters, macs, kept_bytes(case, data_name, batch)))
    base = found[0][1:]
    rows = tuple(
        (
            label,
            _beside(p, base[0], f"{p:,}"),
            _beside(m, base[1], f"{m:,}"),
            _beside(b, base[2], f"{b / 1e6:.2f} MB"),
        )
        for label, p, m, b in found
    )
    free = [label for label, p, m, __ in found[1:] if (p, m) == (base[0], base[1])]
    yield Result(
        verdict=_(
            "No parameter and no multiplication more: {kinds}. The other kinds have more of both.",
            kinds=listed(free),
        ),
        note=_(
            "Parameters and MACs counted from shapes (one sample forward). Memory measured: all "
            "that autograd keeps between forward and backward, batch of {batch}, float32.",
            batch=batch,
        ),
        table=Table(("", _("parameters"), _("MACs"), _("kept for backward")), rows),
        values=tuple((label, float(p)) for label, p, *__ in found),
    )


def timed(cases: Sequence[Case], settings: Settings) -> Iterator[Result]:
    """Median seconds of a training step of every case, all taking turns on the same core."""
    alone = minimal(settings, arms=("skip",), evaluate_every=100_000)
    trainers = {case.label: Trainer(case.network, alone) for case in cases}
    ends: dict[str, list[float]] = {label: [] for label in trainers}
    for step in range(settings.steps):
        for label, trainer in trainers.items():
            ends[label].append(trainer.step().seconds)
        if step > WARM_UP and (step % 20 == 0 or step == settings.steps - 1):
            yield _timed_result(ends, step + 1)


def kept_bytes(case: Case, data_name: str, batch: int) -> int:
    """Bytes of the tensors kept for the backward pass of one batch, weights left out."""
    trainer = Trainer(case.network, minimal(Settings(data=data_name, arms=("skip",), steps=0)))
    split = data.load(data_name)
    x = torch.from_numpy(split.train_x[None, :batch])
    y = torch.from_numpy(split.train_y[None, :batch])
    weights = {group.untyped_storage().data_ptr() for group in trainer.stack.groups}
    seen: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        losses = losses_of_samples(trainer.stack.states(x)[-1], y)
    del losses
    return sum(seen.values())


def _beside(value: float, base: float, written: str) -> str:
    """The value as it is written, and how far it is from the base."""
    if value == base:
        return written
    more = percent_text(value / base - 1)
    return _("{value} ({more})", value=written, more=f"+{more}" if value > base else more)


def _timed_result(ends: dict[str, list[float]], steps: int) -> Result:
    seconds = {label: np.diff(times)[WARM_UP:] for label, times in ends.items()}
    medians = {label: 1e3 * statistics.median(each) for label, each in seconds.items()}
    base = next(iter(medians.values()))
    slowest = max(medians, key=medians.__getitem__)
    bars = Curve(
        _("a step"), np.arange(1.0, len(medians) + 1), np.array(list(medians.values())), "skip",
        np.array([1e3 * np.quantile(each, 0.25) for each in seconds.values()]),
        np.array([1e3 * np.quantile(each, 0.75) for each in seconds.values()]),
    )  # fmt: skip
    return Result(
        verdict=_(
            "A step without skips takes {base} ms; the slowest kind, {slowest}, takes {times} "
            "times as long.",
            base=format(base, ".1f"),
            slowest=slowest,
            times=format(medians[slowest] / base, ".2f"),
        ),
        note=_(
            "Median of {steps} training steps, quartiles as whiskers; the kinds take turns, one "
            "thread. On another machine the times are others.",
            steps=steps,
        ),
        figure=Bars(tuple(medians), (bars,), Axis(_("ms per step"))),
        values=tuple(medians.items()),
    )
