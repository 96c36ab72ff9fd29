"""The public door: one model in several arms, from the same weights on the same batches."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from torch import Tensor, nn

from skipviz.arms import LEAVE_ONE_OUT, Arm
from skipviz.engine.own_model.arms import OwnArm, own_arm
from skipviz.engine.own_model.batches import Batches
from skipviz.engine.own_model.copies import copied
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.found import found
from skipviz.engine.own_model.gains import Gains
from skipviz.engine.own_model.given import require_compared, require_count
from skipviz.engine.own_model.notes import said_of_dead
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.refusals import watched_module
from skipviz.engine.own_model.structures import Known
from skipviz.engine.own_model.trained_arm import (
    Loss,
    MakeOptimizer,
    Planned,
    Trained,
    TrainedArm,
    sgd,
)
from skipviz.engine.own_model.weights import Weights
from skipviz.language import _
from skipviz.own_model.cut import WHOLE, Cut
from skipviz.own_model.run import WITHOUT_ONE, ModelRun, row_of
from skipviz.own_model.saved import MOST_ARMS, frame_of
from skipviz.own_model.selection import Skips
from skipviz.own_model.structure import Structure
from skipviz.own_model.unreached import (
    never_reached,
    said_of_frozen,
    said_of_left_out,
    said_of_unreached,
    said_of_unused,
)
from skipviz.runs.bar import Reach, bar
from skipviz.runs.frame import Failure
from skipviz.types import Array


def compare(
    model: nn.Module,
    loss: Loss,
    batches: Iterable[Any],
    arms: str | Arm | Sequence[str | Arm] = ("skip", "plain"),
    steps: int = 100,
    optimizer: MakeOptimizer | None = None,
    *,
    only: str | None = None,
    shares_every: int = 0,
    copies: int = 4,
    progress: bool | None = None,
) -> ModelRun:
    """Train a copy of the model per arm: same weights, same batches, same random draws.

    `loss(model, batch)` returns a scalar and is handed a copy. `optimizer` makes an optimizer out
    of parameters; by default SGD with a learning rate of 0.01. Each batch is read once for all
    arms; before each arm's step the states of Python's, NumPy's and torch's random numbers are put
    back, and after all they are as before. A list or DataLoader that is too short begins anew.

    `arms` are "skip" (the model as it is), "plain", "plain_unscaled", "gradient_only",
    "forward_only", "leave_one_out" (one arm per skip, and "skip" beside them), or `sv.Arm(..)`.
    `only` names the modules in which the skips end that the arms concern ("layer3.*"). At most
    `copies` models are in memory at a time beside the one given, which is not changed; where there
    are more arms, the batches are kept for the others.

    `progress` shows a bar on stderr; None: in a notebook only. Where not all arms fit beside each
    other it counts the steps of every group of them.

    Returns a run with a row per step, measured before its update. WatchError where the model or
    the loss cannot be followed or copied; ValueError for what is wrong with arguments.

    >>> import skipviz as sv
    >>> import torch
    >>> from skipviz.engine.own_model.examples import residual_mlp
    >>> data = [torch.randn(16, 8) for _ in range(5)]
    >>> def loss(model, batch):
    ...     return (model(batch) - batch.sum(1, keepdim=True)).square().mean()
    >>> run = sv.compare(residual_mlp(), loss, data, steps=5)
    >>> run.gradient_norms("plain").shape, run.loss("skip").shape
    ((5, 8), (5,))
    """
    watched_module(model)
    require_compared(loss, batches, arms, optimizer, only)
    for argument, given, least in (
        ("steps", steps, 1),
        ("shares_every", shares_every, 0),
        ("copies", copies, 1),
    ):
        require_count(argument, given, least)
    before = RandomStates.now()
    try:
        source = Batches(batches, steps)
        told = partial(_told, loss)
        known = found(model, told, source)
        planned = _planned(arms, Skips(known.structure), only)
        source.keep = len(planned) > copies
        made = optimizer or sgd
        clock = perf_counter()
        trained: list[Trained] = []
        groups = [planned[k : k + copies] for k in range(0, len(planned), copies)]
        with bar(steps * len(groups), progress) as reach:
            for place, group in enumerate(groups):
                batched = _counted(source, reach, place * steps)
                done, known = _train(model, told, batched, group, known, made, shares_every)
                trained += done
                gc.collect()  # a watch and its hooks refer to each other, and hold their copy
        cut = None if only is None else Skips(known.structure)[only].indices
        seconds = perf_counter() - clock
        return _run(known.structure, trained, _unused(model, trained), seconds, cut)
    finally:
        before.restore()


def _told(loss: Loss, model: nn.Module, batch: Any) -> Tensor:
    """The loss; WatchError says what it was called with where it fails."""
    try:
        return loss(model, batch)
    except WatchError:
        raise
    except Exception as error:
        given = type(batch).__name__
        if isinstance(batch, Tensor):
            given = _("Tensor of shape {shape}", shape=tuple(batch.shape))
        raise WatchError(
            _(
                "loss(model, batch) failed: {kind}: {error} Its arguments are the model and then "
                "one element of batches, here {given}. batches is a list or DataLoader of all "
                "that a step takes: one batch of inputs and targets is [(x, y)].",
                kind=type(error).__name__,
                error=f"{str(error).rstrip('.')}.",
                given=given,
            )
        ) from error


def _planned(
    arms: str | Arm | Sequence[str | Arm], skips: Skips, only: str | None
) -> list[Planned]:
    listed = [arms] if isinstance(arms, str | Arm) else list(arms)
    chosen = skips[only] if only is not None else skips
    if LEAVE_ONE_OUT in listed and WHOLE not in listed:
        listed.insert(0, WHOLE)
    found = [each for arm in listed for each in _arms_of(arm, chosen, only)]
    names = [each.name for each in found]
    if len(set(names)) < len(names) or not found:
        raise ValueError(_("Name at least one arm, and none twice."))
    if len(found) > MOST_ARMS:
        raise ValueError(
            _(
                "{count} arms are too many; a comparison takes {most}. Choose skips by the "
                'modules they end in: only="layer3.*".',
                count=len(found),
                most=MOST_ARMS,
            )
        )
    return found


def _arms_of(arm: str | Arm, chosen: Skips, only: str | None) -> Iterator[Planned]:
    if arm != LEAVE_ONE_OUT:
        own = own_arm(arm)
        yield Planned(own.name, own, None if only is None else chosen.indices)
        return
    if not chosen:
        raise ValueError(_("Leaving one skip out needs a model with a skip."))
    for skip in chosen:
        name = f"{WITHOUT_ONE}{skip.name}"
        alike = [each for each in chosen if each.name == skip.name]
        name += f" ({alike.index(skip) + 1})" if len(alike) > 1 else ""
        yield Planned(name, OwnArm(name, Gains(0.0, 0.0)), frozenset({skip.index}))


def _counted(batches: Batches, reach: Reach, before: int) -> Iterator[tuple[Any, RandomStates]]:
    """The batches, each told once its step is made."""
    for made, batch in enumerate(batches, start=before + 1):
        yield batch
        reach(made)


def _train(
    model: nn.Module,
    loss: Loss,
    batches: Iterable[tuple[Any, RandomStates]],
    group: Sequence[Planned],
    known: Known,
    optimizer: MakeOptimizer,
    shares_every: int,
) -> tuple[list[Trained], Known]:
    """Step by step, all arms of the group on one batch; what is known then. What one arm shows for
    the first time the others know from there on, by the same numbers."""
    with ExitStack() as stack:
        arms = [
            stack.enter_context(
                TrainedArm(plan, copied(model), known.copy(), loss, optimizer, shares_every)
            )
            for plan in group
        ]
        for batch, states in batches:
            after = None
            for arm in arms:
                arm.step(batch, states)
                known = _shared(known, arm, arms)
                after = after or RandomStates.now()
            if after is not None:
                after.restore()  # what is read next draws on as after one arm
        return [arm.result() for arm in arms], known


def _shared(known: Known, arm: TrainedArm, arms: Sequence[TrainedArm]) -> Known:
    """What is known after a step of an arm."""
    if arm.watch.structure is known.structure:
        return known
    found = arm.watch.known
    for other in arms:
        if other is not arm:
            other.watch.learn(found)
    return found


def _unused(model: nn.Module, trained: Sequence[Trained]) -> list[str]:
    """The parts that no arm has used, as a note."""
    weights = Weights(model)
    for arm in trained:
        weights.uses.add(arm.uses)
        weights.uses.called |= arm.ran.ever
    parts = weights.uses.unused(weights.parameters, weights.tied)
    return said_of_unused(parts, weights.names)


def _run(
    structure: Structure,
    trained: Sequence[Trained],
    unused: Sequence[str],
    seconds: float,
    cut: Cut,
) -> ModelRun:
    names = tuple(arm.name for arm in trained)
    layers = len(structure.layers)
    ever = frozenset().union(*(arm.ran.ever for arm in trained))
    norms = np.stack([arm.norms_of(structure.layers, ever) for arm in trained])
    losses = np.array([arm.losses for arm in trained])
    steps = losses.shape[1]
    notes = [
        *structure.notes,
        *said_of_frozen(structure),
        *unused,
        *_said(structure, names, norms),
        *said_of_left_out(_sound(trained, norms), structure),
    ]
    run = ModelRun(structure, names, steps=steps, notes=notes, cut=cut)
    rows = row_of(norms)
    for row in range(steps):
        passed = seconds * (row + 1) / steps
        broke = _failures(trained, row, layers)
        run.extend([frame_of(row, passed, losses[:, row], rows[:, row], broke,
                             _shares(trained, row, len(structure.skips)))])  # fmt: skip
    return run


def _failures(trained: Sequence[Trained], row: int, layers: int) -> tuple[Failure, ...]:
    broke = [(arm.name, *arm.broke) for arm in trained if arm.broke is not None]
    return tuple(Failure(name, 0, at, layers + 1, what) for name, at, what in broke if at == row)


def _sound(trained: Sequence[Trained], norms: Array) -> Array:
    """(rows, layers) of all arms, before they broke down."""
    ends = [None if arm.broke is None else arm.broke[0] for arm in trained]
    return np.concatenate([mine[:end] for mine, end in zip(norms, ends, strict=True)])


def _shares(trained: Sequence[Trained], row: int, skips: int) -> dict[str, Array] | None:
    found = [arm.shares.get(row) for arm in trained]
    if all(each is None for each in found):
        return None
    shares = np.full((len(trained), skips), np.nan)
    for mine, measured in zip(shares, found, strict=True):
        known = () if measured is None else measured
        mine[: len(known)] = known
    return {"skip_share": shares[:, None]}


def _said(structure: Structure, names: Sequence[str], norms: Array) -> list[str]:
    """Which layers the whole model does not train, and of every arm which it shuts off."""
    if WHOLE not in names:
        return []
    whole = norms[names.index(WHOLE)]
    alive = (whole[0] > 0) & structure.remains
    never = never_reached(whole, structure)
    found = [said_of_unreached(never, structure)] if never else []
    for name, arm in zip(names, norms, strict=True):
        dead = [structure.layers[k].name for k in np.flatnonzero((arm[0] == 0) & alive)]
        found += [said_of_dead(name, dead, structure)] if dead else []
    return found
