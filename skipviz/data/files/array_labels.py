"""What an array y holds: a label for each sample, targets, or one for each position."""

import numpy as np

from skipviz.data.catalogue import Task
from skipviz.data.errors import DataError
from skipviz.data.files.cells import GAPS, why_no_number
from skipviz.data.own import MAX_CLASSES, MAX_NUMBERED, Labels, classes_of, targets_of
from skipviz.data.split import Array
from skipviz.language import _
from skipviz.types import Shape


def are_whole(y: Array) -> bool:
    """Whether labels are whole numbers that come again, few enough to be classes."""
    if y.dtype.kind == "U" or not y.size:
        return False
    values = np.unique(y)
    few = len(values) <= MAX_NUMBERED and 2 * len(values) <= y.size
    return few and bool(np.all(values == np.floor(values)))


def are_open(y: Array, labels: Labels) -> bool:
    """Whether labels may be classes as well as numbers."""
    return y.dtype.kind != "U" and (labels.task == "classification" or are_whole(y))


def labels_of(y: Array, x: Array, task: Task | None, names: tuple[str, str]) -> tuple[Labels, str]:
    """What y holds, and what is to be said of how it was understood.

    x has its channels where the engine has them; `names` are those of x and y in the file. `task`
    is None where it is open. DataError for a shape that is none of labels.
    """
    name = names[1]
    while y.ndim > 1 and y.shape[-1] == 1 and y.shape[1:] != x.shape[1:2]:
        y = y[..., 0]
    if y.ndim == 4 and y.shape[1] == 1 and are_whole(y):
        y = y[:, 0]  # masks with a channel of their own
    if y.ndim == 1:
        return _of_samples(y, task, name), ""
    if y.dtype.kind == "U":
        raise DataError(
            _(
                "{y} has words along {axes} axes. Save one label for each sample.",
                y=name,
                axes=y.ndim,
            )
        )
    taken = task or ("classification" if are_whole(y) else "regression")
    positions = _positions(x)
    per_position = _at_positions(y, positions, taken)
    if per_position is not None:
        return per_position, ""
    if y.ndim == 2 and taken == "classification" and _one_hot(y, axis=1):
        numbers = y.argmax(1)
        classes = classes_of([str(k) for k in numbers], lambda k: f"{name}[{k}]")
        return classes, _("one-hot labels")
    if y.ndim == 2 and task != "classification":
        targets = [f"target {k + 1}" for k in range(y.shape[1])]
        return targets_of(y.astype(np.float64), targets), ""
    wanted_shape = "×".join(map(str, positions)) or _("none")
    raise DataError(
        _(
            "{y} has the shape {shape}, which is neither one label for each sample, nor targets "
            "(samples, k), nor one for each position ({positions}) of {x}. Save it in one of these "
            "shapes.",
            y=name,
            shape="×".join(map(str, y.shape)),
            positions=wanted_shape,
            x=names[0],
        )
    )


def _of_samples(y: Array, task: Task | None, name: str) -> Labels:
    words = y.dtype.kind == "U"
    if words and task == "regression":
        raise DataError(
            _("{y} holds words, so they are no numbers to predict. Choose classes.", y=name)
        )
    if task is None:
        task = "classification" if words or are_whole(y) else "regression"
    if task == "regression":
        return targets_of(y.astype(np.float64))
    try:
        labels = [str(label).strip() for label in y]
    except (SystemError, ValueError):  # numpy hands on code points beyond those there are
        raise DataError(_("The words of {y} are no text. Save words or numbers.", y=name)) from None
    gap = next((k for k, label in enumerate(labels) if label in GAPS), None)
    if gap is not None:
        raise DataError(
            _(
                "{place}: {why}. Take these samples out.",
                place=f"{name}[{gap}]",
                why=why_no_number(labels[gap]),
            )
        )
    if not words and len(np.unique(y)) > MAX_CLASSES:
        raise DataError(
            _(
                "{y} has {count} different numbers; at most {most} can be classes. Choose numbers "
                "to predict.",
                y=name,
                count=len(np.unique(y)),
                most=MAX_CLASSES,
            )
        )
    return classes_of(labels, lambda k: f"{name}[{k}]")


def _positions(x: Array) -> Shape:
    """The axes of a sample along which there can be a label at every place."""
    return {3: x.shape[1:2], 4: x.shape[2:]}.get(x.ndim, ())


def _at_positions(y: Array, positions: Shape, task: Task) -> Labels | None:
    """Classes or targets at every position, y (samples, *positions); None where there are none.

    Classes may be one-hot, along an axis before or after the positions.
    """
    if not positions:
        return None
    if y.shape[1:] == positions:
        if task == "regression":
            y = y.astype(np.float64)
            y = y[:, None] if len(positions) == 2 else y
            return Labels(targets_of(y.ravel()).y.reshape(y.shape), "regression", per_position=True)
        return _masks(y)
    before, after = y.shape[2:] == positions, y.shape[1:-1] == positions
    axis = 1 if before else -1
    if (before or after) and task == "classification" and _one_hot(y, axis):
        return _masks(y.argmax(axis))
    if len(positions) == 2 and before and task == "regression":
        targets = targets_of(y.astype(np.float64).ravel()).y.reshape(y.shape)
        return Labels(targets, "regression", per_position=True)
    if len(positions) == 2 and after and task == "regression":
        return _at_positions(np.moveaxis(y, -1, 1), positions, task)
    return None


def _masks(y: Array) -> Labels:
    """A class for every whole number."""
    values, at = np.unique(y, return_inverse=True)
    if not 2 <= len(values) <= MAX_CLASSES:
        raise DataError(
            _(
                "Labels need 2 to {most} different values; they have {count}. Save masks with a "
                "whole number for each class.",
                most=MAX_CLASSES,
                count=len(values),
            )
        )
    names = tuple(f"{value:g}" for value in values.astype(np.float64))
    numbers = at.reshape(y.shape).astype(np.int64)
    return Labels(numbers, "classification", names, per_position=True)


def _one_hot(y: Array, axis: int) -> bool:
    """Whether there is exactly one 1 along an axis of two or more, and else 0."""
    if y.shape[axis] < 2:
        return False
    return bool(np.all((y == 0) | (y == 1)) and np.all((y != 0).sum(axis) == 1))
