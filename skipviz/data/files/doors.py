"""The doors for files of one's own: a table, arrays, or folders of images in a zip."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from skipviz.data.errors import DataError
from skipviz.data.files.arrays import arrays_read
from skipviz.data.files.images import images_read
from skipviz.data.files.npz import member_names
from skipviz.data.files.python import python_read
from skipviz.data.files.reading import FileRead, ReadFile, Reading, ReadStep
from skipviz.data.files.tables import table_read
from skipviz.data.own import OwnData
from skipviz.language import N_, _
from skipviz.spec import said_of

TOO_LARGE = N_(
    "Reading this file takes more memory than there is for it here. Bring fewer rows or columns."
)


def read_file(request: ReadFile) -> Iterator[ReadStep | FileRead]:
    """The steps of reading a file, and at the end what came of it; nothing is raised."""
    ways = {"npz": arrays_read, "zip": images_read}
    kind = request.name.lower().rpartition(".")[2]
    read = ways.get(kind, table_read)
    if read is images_read and _holds_arrays(request.content):
        read = arrays_read
    try:
        yield from read(request.content, request.name[:60], request.reading)
    except MemoryError:
        yield FileRead(request.reading, errors=(_(TOO_LARGE),))


def from_csv(
    content: bytes,
    title: str = "Own data",
    target: int | Sequence[int] | None = None,
    **how: Any,
) -> OwnData:
    """A table with a row for each sample: numbers and words, and a column to predict.

    `target` is its place, counted from 0 or from the end (-1), or several of them; without it the
    column is found by its name (`target`, `label`, `class`, `y`, ..), else it is the only one of
    words that repeat, else the last one. `how` are other fields of a `Reading`: `task`, `gaps`,
    `words`, `strays`, `left_out`, `header`, `separator`, `decimal`, `encoding`. What was understood
    stands in `.info.read_as`. DataError says where, what and how to fix it.

    >>> import skipviz as sv
    >>> rows = "kind,length,petals\\n" + "a,0.1,5\\nb,0.6,6\\n" * 5
    >>> sv.data.from_csv(rows.encode()).info.read_as
    "10 rows, 2 features, 2 classes of 'kind'."
    """
    several = (target,) if isinstance(target, int) else target
    chosen = {} if several is None else {"target": tuple(several)}
    return _only(table_read(content, title, _reading({**how, **chosen})))


def from_npz(content: bytes, title: str = "Own data", **how: Any) -> OwnData:
    """Arrays `x` (samples, 1 to 3 axes) and `y` from numpy.savez; `X`, or x_train and x_test, do.

    y has a label for each sample (samples,), one-hot or several targets (samples, k), or a label
    for each position, (samples, positions) or (samples, height, width). `how` are fields of a
    `Reading`: `task`, `channels` ("first" or "last" in images), `axes` ("sequences" or "images" of
    an x of three axes). DataError says where, what and how to fix it.
    """
    return _only(arrays_read(content, title, _reading(how)))


def from_zip(content: bytes, title: str = "Own data", **how: Any) -> OwnData:
    """A zip of images, PNG or JPEG, whose folders are their classes.

    `side` of a `Reading` are the pixels that they are brought to. DataError as in `from_csv`.
    """
    return _only(images_read(content, title, _reading(how)))


def from_python(
    data: Any,
    target: str | int | Sequence[str | int] | None = None,
    title: str = "Own data",
    **how: Any,
) -> OwnData:
    """Data that a program has.

    `data` is a data frame (pandas, polars, or a dict of columns) or a data set of Hugging Face,
    whose `target` is a column by name or place, or several; or (x, y) of arrays or tensors, a torch
    TensorDataset, or a Dataset of pairs (x, y), shaped as for `from_npz`. `how` are fields of a
    `Reading`, as in `from_csv` and `from_npz`. DataError says where, what and how to fix it.

    >>> import numpy as np, skipviz as sv
    >>> x = np.random.default_rng(0).normal(size=(40, 3))
    >>> own = sv.data.from_python((x, x[:, :2] ** 2))
    >>> own.info.outputs, own.info.task
    (2, 'regression')
    >>> run = sv.train(sv.Network.mlp(2, 8), data=own, steps=2)
    """
    return _only(python_read(data, target, title, _reading(how)))


def _reading(how: dict[str, Any]) -> Reading:
    try:
        return Reading.model_validate(how)
    except ValidationError as error:
        (first, *__) = error.errors()
        where = ".".join(map(str, first["loc"]))
        raise DataError(
            _(
                "{where}: {why}. Fields are {known}.",
                where=where,
                why=said_of(first),
                known=", ".join(Reading.model_fields),
            )
        ) from None


def _only(steps: Iterator[ReadStep | FileRead]) -> OwnData:
    """The data at the end of the steps, or DataError."""
    read = [step for step in steps if isinstance(step, FileRead)][-1]
    if read.own is None:
        raise DataError(read.errors)
    return read.own


def _holds_arrays(content: bytes) -> bool:
    return any(name.endswith(".npy") for name in member_names(content)[:1])
