"""Arrays x and y as data to train on: where channels stand, and what y holds for each sample."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from skipviz.data.errors import DataError
from skipviz.data.files.array_labels import are_open, are_whole, labels_of
from skipviz.data.files.npz import arrays_of, member_names
from skipviz.data.files.reading import Channels, Choice, FileRead, Reading, ReadStep
from skipviz.data.files.sentence import in_one, wanted
from skipviz.data.files.text import MAX_COLUMNS, MAX_ROWS
from skipviz.data.own import Labels, OwnData, Told, check_count, check_numbers, own_data
from skipviz.data.split import Array
from skipviz.language import N_, _, _n
from skipviz.types import Shape

MAX_ENTRIES = 16_384  # numbers of a sample with an order: 128×128 pixels
MAX_NUMBERS = MAX_ROWS * MAX_COLUMNS  # of all samples together
SMALL = (1, 2, 3, 4)  # channels of ordinary images
PAIRS = (
    ("x", "y"), ("X", "y"), ("X", "Y"), ("x", "Y"),
    ("images", "labels"), ("images", "masks"), ("inputs", "targets"), ("data", "labels"),
    ("data", "target"), ("features", "labels"),
)  # fmt: skip
TRAIN = tuple((f"{a}_train", f"{b}_train") for a, b in PAIRS[:4])
TEST = tuple(
    (f"{a}_{part}", f"{b}_{part}") for part in ("test", "val", "valid") for a, b in PAIRS[:4]
)
_NAMES = tuple(dict.fromkeys(name for pair in (*TRAIN, *TEST, *PAIRS) for name in pair))
_TASK = Choice("task", (("classification", _("classes")), ("regression", _("numbers"))))


@dataclass(frozen=True)
class Arrays:
    """x and y as they came; the last `tests` of their samples are for the test, None where the
    file has no part for it."""

    x: Array
    y: Array
    tests: int | None = None
    names: tuple[str, str] = ("x", "y")


def arrays_read(content: bytes, title: str, reading: Reading) -> Iterator[ReadStep | FileRead]:
    """What is read of an NPZ, after the steps on the way there."""
    yield ReadStep(_("Unpacking arrays"), 0.1)
    try:
        arrays = _found(arrays_of(content, _NAMES), member_names(content))
    except DataError as error:
        yield FileRead(reading, errors=error.errors)
        return
    yield from of_arrays(arrays, title, reading)


def of_arrays(arrays: Arrays, title: str, reading: Reading) -> Iterator[ReadStep | FileRead]:
    """What is read of arrays, from a file or not."""
    shape = "×".join(map(str, arrays.x.shape))
    yield ReadStep(_("Reading an array of {shape}", shape=shape), 0.5)
    own, taken, choices = None, reading, _choices(arrays.x)
    errors: tuple[str, ...] = ()
    try:
        _check(arrays)
        taken, x, way = _in_order(arrays, reading)
        labels, of_labels = labels_of(arrays.y, x, taken.task, arrays.names)
        taken = taken.model_copy(update={"task": labels.task})
        choices = (*choices, *((_TASK,) if are_open(arrays.y, labels) else ()))
        _check_size(x, labels.y)
        own = _own(arrays, x, labels, title, (way, of_labels))
    except DataError as error:
        errors = error.errors
    yield FileRead(taken, choices=choices, own=own, errors=errors)


def _found(arrays: Mapping[str, Array], held: list[str]) -> Arrays:
    """The pair of names that the file has; with x_train a part for the test too, where it has."""
    train = next((pair for pair in TRAIN if set(pair) <= set(arrays)), None)
    test = next((pair for pair in TEST if set(pair) <= set(arrays)), None)
    if train is not None and test is not None:
        (x, y), (test_x, test_y) = (_pair(arrays, pair) for pair in (train, test))
        if x.shape[1:] != test_x.shape[1:] or y.shape[1:] != test_y.shape[1:]:
            raise DataError(
                _(
                    "Samples of {x} and {x_test}, or of {y} and {y_test}, differ in their shape. "
                    "Save all in one shape.",
                    x=train[0],
                    x_test=test[0],
                    y=train[1],
                    y_test=test[1],
                )
            )
        if test_x.ndim and len(test_x) and len(x):
            both = np.concatenate([x, test_x]), np.concatenate([y, test_y])
            return Arrays(*both, len(test_x), train)
    pair = train or next((pair for pair in PAIRS if set(pair) <= set(arrays)), None)
    if pair is None:
        names = [name.removesuffix(".npy")[:40] for name in held][:10]
        missing = "y" if {"x", "X"} & set(arrays) else "x"
        raise DataError(
            _(
                "The file has no array {missing}; it has {names}. Name the samples x and what is "
                "to be predicted y: numpy.savez(file, x=.., y=..); or x_train, y_train, x_test, "
                "y_test.",
                missing=repr(missing),
                names=str(names),
            )
        )
    return Arrays(*_pair(arrays, pair), None, pair)


def _pair(arrays: Mapping[str, Array], pair: tuple[str, str]) -> tuple[Array, Array]:
    x, y = (arrays[name] for name in pair)
    if x.dtype.kind not in "fiub" or y.dtype.kind not in "fiubU":
        raise DataError(_("{x} must hold numbers, and {y} numbers or words.", x=pair[0], y=pair[1]))
    if x.ndim and y.ndim and len(x) != len(y):
        raise DataError(
            _n(
                "{x} has {count} sample and {y} has {labels}. Save one label for each.",
                "{x} has {count} samples and {y} has {labels}. Save one label for each.",
                len(x),
                x=pair[0],
                y=pair[1],
                labels=len(y),
            )
        )
    return x, y


def _check(arrays: Arrays) -> None:
    """DataError for shapes that no data have, too many samples, and numbers that are none."""
    (x, y), (name, of_labels) = (arrays.x, arrays.y), arrays.names
    if not 2 <= x.ndim <= 4 or not 1 <= y.ndim <= 4:
        raise DataError(
            _(
                "{x} needs 2 to 4 axes and {y} 1 to 4; they have {axes} and {of_labels}. The first "
                "axis counts the samples.",
                x=name,
                y=of_labels,
                axes=x.ndim,
                of_labels=y.ndim,
            )
        )
    check_count(len(x))
    if not prod(x.shape[1:]) or not prod(y.shape[1:]):
        raise DataError(_("The rows hold no numbers. Save an array with some for each sample."))
    if len(x) > MAX_ROWS or x.size > MAX_NUMBERS or y.size > MAX_NUMBERS:
        raise _too_large(x.shape)
    check_numbers(name, x)
    if y.dtype.kind != "U":
        check_numbers(of_labels, y)


def _check_size(x: Array, y: Array) -> None:
    most = MAX_COLUMNS if x.ndim == 2 else MAX_ENTRIES
    if max(prod(x.shape[1:]), prod(y.shape[1:])) > most or x.size + y.size > 2 * MAX_NUMBERS:
        raise _too_large(x.shape)


def _too_large(shape: Shape) -> DataError:
    return DataError(
        _(
            "There are {rows} rows of {numbers} numbers; at most {most_rows} rows of {most} can be "
            "used, or samples of {entries} numbers with channels, {all} in all. Bring fewer "
            "samples, or smaller ones.",
            rows=shape[0],
            numbers=prod(shape[1:]),
            most_rows=MAX_ROWS,
            most=MAX_COLUMNS,
            entries=f"{MAX_ENTRIES:,}",
            all=f"{MAX_NUMBERS:,}",
        )
    )


def _choices(x: Array) -> tuple[Choice, ...]:
    """What the shape of x may mean, each with what a sample then is."""
    if x.ndim == 3:
        positions, channels = x.shape[1:]
        steps = _steps_of(_numbers(channels), positions)
        pixels = _("images of {size} pixels, one channel", size=f"{positions}×{channels}")
        return (Choice("axes", (("sequences", steps), ("images", pixels))),)
    if x.ndim == 4:
        a, b, c = x.shape[1:]
        named: tuple[tuple[str, str], ...] = (
            (
                "first",
                _("first: {channels} of {size} pixels", channels=_of_channels(a), size=f"{b}×{c}"),
            ),
            (
                "last",
                _("last: {channels} of {size} pixels", channels=_of_channels(c), size=f"{a}×{b}"),
            ),
        )
        return (Choice("channels", named),)
    return ()


def _numbers(count: int) -> str:
    return _n("{count} number", "{count} numbers", count)


def _steps_of(each: str, count: int) -> str:
    return _n("{count} step of {numbers}", "{count} steps of {numbers}", count, numbers=each)


def _of_channels(count: int) -> str:
    return _n("{count} channel", "{count} channels", count)


def _in_order(arrays: Arrays, reading: Reading) -> tuple[Reading, Array, str]:
    """The reading with what was open, x with its channels where the engine has them, and how a
    sample is called."""
    x, y = arrays.x, arrays.y
    if x.ndim == 2:
        return reading, x, _n("{count} feature", "{count} features", x.shape[1])
    if x.ndim == 3:
        masks = y.shape[1:] == x.shape[1:] and are_whole(y)
        axes = reading.axes or ("images" if masks else "sequences")
        if axes == "images":
            images = _("images {size}", size=f"{x.shape[1]}×{x.shape[2]}")
            return _with(reading, axes=axes), x[:, None], images
        steps = _("sequences of {steps}", steps=_steps_of(_numbers(x.shape[2]), x.shape[1]))
        return _with(reading, axes=axes), x, steps
    first = reading.channels or _channels(x.shape[1:], y.shape[1:])
    if first is None:
        raise DataError(
            _(
                "{x} has the shape {shape}: say whether channels come first ({first} of them, "
                "{of_first} pixels) or last ({last} of them, {of_last} pixels).",
                x=arrays.names[0],
                shape="×".join(map(str, x.shape)),
                first=x.shape[1],
                of_first=f"{x.shape[2]}×{x.shape[3]}",
                last=x.shape[3],
                of_last=f"{x.shape[1]}×{x.shape[2]}",
            )
        )
    ordered = x if first == "first" else x.transpose(0, 3, 1, 2)
    channels, height, width = ordered.shape[1:]
    template = N_("images {size} of {channels}, channels first")
    if first == "last":
        template = N_("images {size} of {channels}, channels last")
    said = _(template, size=f"{height}×{width}", channels=_of_channels(channels))
    return _with(reading, channels=first), ordered, said


def _with(reading: Reading, **found: str) -> Reading:
    return reading.model_copy(update=found)


def _channels(shape: Shape, of_labels: Shape) -> Channels | None:
    """Where they stand, where only one way makes an ordinary image; None where both do."""
    a, b, c = shape
    if len(of_labels) > 1:  # masks have the height and width of their image
        fits = of_labels[-2:] == (b, c), of_labels[:2] == (a, b)
        if fits[0] != fits[1]:
            return "first" if fits[0] else "last"
    if (a in SMALL) != (c in SMALL):
        return "first" if a in SMALL else "last"
    if a not in SMALL and c not in SMALL and (b == c) != (a == b):
        return "first" if b == c else "last"
    return None


def _own(arrays: Arrays, x: Array, labels: Labels, title: str, said: tuple[str, str]) -> OwnData:
    things = _things(x, labels)
    parts: tuple[NDArray[np.int64], ...] = ()
    notes = [said[1]] if said[1] else []
    if arrays.tests is not None:
        random, first = np.random.RandomState(0), len(x) - arrays.tests
        parts = random.permutation(first), first + random.permutation(arrays.tests)
        notes.append(
            _(
                "the last {count} for the test, as the file has them",
                count=f"{arrays.tests:,}",
            )
        )
    target = wanted(labels)
    if labels.per_position:
        template = N_("{wanted} for each of the positions")
        if things == "pixels":
            template = N_("{wanted} for each of the pixels")
        target = _(template, wanted=target)
    samples = _n("{count} sample", "{count} samples", len(x))
    sentence = in_one(
        [_("{samples}, {each}, {wanted}", samples=samples, each=said[0], wanted=target), *notes]
    )
    kept = x.astype(np.float32 if x.dtype.itemsize <= 4 and x.dtype.kind != "i" else np.float64)
    return own_data(kept, labels, Told(title, (), things, sentence), parts)


def _things(x: Array, labels: Labels) -> str:
    """What has a label."""
    if labels.per_position:
        return "pixels" if x.ndim == 4 else "positions"
    return "images" if x.ndim == 4 else "samples"
