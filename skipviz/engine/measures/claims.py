"""What is claimed of skips, measured with several seeds: speed, generalisation, smoothness."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from skipviz import data
from skipviz.arms import STANDARD_ARMS
from skipviz.charts import Axis, Bars, Lines, Number, Table, over_seeds
from skipviz.engine.measures.trainings import Found, Trained, side_by_side
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import Tensors, forward_backward
from skipviz.engine.training.batches import Batches
from skipviz.engine.training.optimizers import optimizer_for
from skipviz.language import N_, _
from skipviz.measures.cases import Pair
from skipviz.measures.results import Result, spread
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.text import listed, listed_apart
from skipviz.types import Array

FINE = 5  # steps between two looks at the training loss
_STYLES = {N_("with skips"): "skip", N_("without"): "plain"}


def speed(pairs: Sequence[Pair], settings: Settings, target: float) -> Iterator[Result]:
    """Steps until the training loss of the whole split is below `target`, per pair."""
    rows: list[tuple[str, Array, Array]] = []
    for name, with_skips, without in pairs:
        found: Found = {}
        for found in side_by_side((with_skips, without), settings, FINE):
            if all(_below(trained, target).all() for trained in found.values()):
                break
        one, other = (found[case.label] for case in (with_skips, without))
        rows.append((name, _steps_to(one, target), _steps_to(other, target)))
        yield _speed_result(rows, settings, target)


def generalisation(pairs: Sequence[Pair], settings: Settings) -> Iterator[Result]:
    """Train and test accuracy, and the gap between them, with skips and without."""
    rows: list[tuple[str, ...]] = []
    gaps: list[tuple[str, Array, Array]] = []
    for name, with_skips, without in pairs:
        *_, found = side_by_side((with_skips, without), settings, settings.steps)
        one, other = (_gap(found[case.label]) for case in (with_skips, without))
        gaps.append((name, one, other))
        for case, gap in ((with_skips, one), (without, other)):
            trained = found[case.label]
            scores = (spread(trained.last(f"{split}_accuracy")) for split in ("train", "test"))
            rows.append((listed((name, case.label)), *scores, f"{100 * np.median(gap):.1f}"))
        yield _gap_result(gaps, rows, settings)


def smoothness(network: Network, settings: Settings) -> Iterator[Result]:
    """Cosine of successive gradients and the change of their norm, over the steps of a run."""
    info, split = data.info(settings.data), data.load(settings.data)
    seeds = range(settings.seed, settings.seed + settings.seeds)
    arms = (STANDARD_ARMS["skip"], STANDARD_ARMS["plain"])
    stack = Stack(info.resolve(network), arms, seeds)
    x, y = torch.from_numpy(split.train_x), torch.from_numpy(split.train_y)
    batches = Batches(x, y, settings.batch_size, len(arms), seeds)
    optimizer = optimizer_for(list(stack.groups), settings)
    before: torch.Tensor | None = None
    cosines, changes = [], []
    for step in range(settings.steps):
        made = forward_backward(stack, *next(batches))
        optimizer.apply(optimizer.directions(made.gradients))
        now = _long_vector(made.gradients)
        if before is not None:
            cosines.append(torch.nn.functional.cosine_similarity(before, now, dim=1).numpy())
            changes.append((now.norm(dim=1) / before.norm(dim=1)).log().abs().numpy())
        before = now
        if cosines and (step % 10 == 0 or step == settings.steps - 1):
            yield _smoothness_result(np.array(cosines), np.array(changes), settings, step + 1)


def _below(trained: Trained, target: float) -> Array:
    return np.asarray((trained.series("train_loss") < target).any(axis=1))


def _steps_to(trained: Trained, target: float) -> Array:
    """(seeds,) steps at which the loss was first seen below; infinite where it never was."""
    below = trained.series("train_loss") < target
    first = np.array(trained.steps, dtype=np.float64)[below.argmax(axis=1)]
    return np.asarray(np.where(below.any(axis=1), first, np.inf))


def _speed_result(
    rows: Sequence[tuple[str, Array, Array]], settings: Settings, target: float
) -> Result:
    most = float(settings.steps)
    series = []
    for at, (label, style) in enumerate(_STYLES.items(), start=1):
        seen = np.minimum(np.array([row[at] for row in rows], dtype=np.float64), most)
        series.append(over_seeds(_(label), seen.T, style))
    said = listed_apart(
        _(
            "{name}: {skips} with skips, {plain} without",
            name=name,
            skips=_step_text(one),
            plain=_step_text(other),
        )
        for name, one, other in rows
    )
    return Result(
        verdict=_(
            "Steps to a training loss of {loss}: {found}.", loss=format(target, "g"), found=said
        ),
        note=_(
            "Median and range of {seeds} seeds, looked at every {every} steps; bars at {steps} "
            "did not get there. {optimizer}",
            seeds=settings.seeds,
            every=FINE,
            steps=settings.steps,
            optimizer=_optimizer(settings),
        ),
        figure=Bars(tuple(row[0] for row in rows), tuple(series), Axis(_("steps"))),
        values=tuple(
            (f"{name}, {which}", float(np.median(found)))
            for name, one, other in rows
            for which, found in (("with", one), ("without", other))
        ),
    )


def _step_text(steps: Array) -> str:
    median = float(np.median(steps))
    return _("not reached") if np.isinf(median) else f"{median:.0f}"


def _gap(trained: Trained) -> Array:
    return trained.last("train_accuracy") - trained.last("test_accuracy")


def _gap_result(
    gaps: Sequence[tuple[str, Array, Array]], rows: Sequence[tuple[str, ...]], settings: Settings
) -> Result:
    said = listed_apart(
        _("{name}: {value}", name=name, value=_compared(one, other)) for name, one, other in gaps
    )
    return Result(
        verdict=_("Gap between train and test accuracy. {found}.", found=said),
        note=_(
            "{steps} steps, {seeds} seeds: median and range; the median gap in percentage points. "
            "{optimizer}",
            steps=settings.steps,
            seeds=settings.seeds,
            optimizer=_optimizer(settings),
        ),
        table=Table(("", _("train"), _("test"), _("gap")), tuple(rows)),
        values=tuple((name, float(np.median(one) - np.median(other))) for name, one, other in gaps),
    )


def _compared(one: Array, other: Array) -> str:
    """Ranges that overlap are no difference."""
    with_skips, without = (100 * np.median(gaps) for gaps in (one, other))
    if one.max() < other.min():
        said = N_("{skips} points with skips, {plain} without, smaller with them")
    elif one.min() > other.max():
        said = N_("{skips} points with skips, {plain} without, larger with them")
    else:
        said = N_(
            "{skips} points with skips, {plain} without, no difference that three seeds can show"
        )
    return _(said, skips=format(with_skips, ".1f"), plain=format(without, ".1f"))


def _long_vector(gradients: Tensors) -> torch.Tensor:
    """Groups (tensors, replicas, ..) -> (replicas, all entries)."""
    return torch.cat([g.detach().transpose(0, 1).flatten(1).double() for g in gradients], dim=1)


def _smoothness_result(cosines: Array, changes: Array, settings: Settings, step: int) -> Result:
    """cosines and changes (steps, replicas): with skips first, then without."""
    shown = min(10, len(cosines))
    smooth = np.array([cosines[max(0, t - shown + 1) : t + 1].mean(0) for t in range(len(cosines))])
    steps = np.arange(2.0, len(smooth) + 2)
    parts = np.split(smooth, 2, axis=1)
    means = [part.mean(0) for part in np.split(cosines, 2, axis=1)]
    jumps = [part.mean(0) for part in np.split(changes, 2, axis=1)]
    with_skips, without = means
    return Result(
        verdict=_(
            "Cosine between successive gradients, mean over {step} steps: {skips} with skips, "
            "{plain} without: {comparison}.",
            step=step,
            skips=spread(with_skips, 2),
            plain=spread(without, 2),
            comparison=_word(with_skips, without),
        ),
        note=_(
            "Gradient of all weights, one batch to the next; curves: mean of the last ten steps. "
            "Median and range of {seeds} seeds. {optimizer}",
            seeds=settings.seeds,
            optimizer=_optimizer(settings),
        ),
        figure=_cosine_lines(steps, parts),
        numbers=(
            Number(_("mean change of log |g|, with skips"), spread(jumps[0], 2)),
            Number(_("without"), spread(jumps[1], 2)),
        ),
        values=(("with", float(np.median(with_skips))), ("without", float(np.median(without)))),
    )


def _word(one: Array, other: Array) -> str:
    if one.min() > other.max():
        return _("smoother with skips")
    if one.max() < other.min():
        return _("less smooth with skips")
    return _("no difference that these seeds can show")


def _cosine_lines(steps: Array, parts: Sequence[Array]) -> Lines:
    curves = tuple(
        over_seeds(_(label), part.T, style, steps)
        for (label, style), part in zip(_STYLES.items(), parts, strict=True)
    )
    return Lines(curves, Axis(_("step")), Axis(_("cosine with the gradient before")))


def _optimizer(settings: Settings) -> str:
    return _(
        "{optimizer}, learning rate {rate}.",
        optimizer=settings.optimizer.upper(),
        rate=format(settings.learning_rate, "g"),
    )
