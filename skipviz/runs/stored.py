"""A run in one small file, without pickle: numpy's npz holds its series, JSON the rest.

Read back, it answers every question as it did; it cannot be trained on. What comes from elsewhere
is held to the schema `Told` and to bounds before any of it is used (docs/run-file.md).
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from skipviz import data
from skipviz.data import DataError, DataInfo
from skipviz.data.catalogue import OWN
from skipviz.data.plane import OUTPUTS
from skipviz.language import _
from skipviz.network import Network
from skipviz.probes.catalogue import PROBES
from skipviz.runs.frame import PREDICTED, ConstantChannels, Failure
from skipviz.runs.rows import SNAPSHOT_BYTES, STEP_BYTES, Rows
from skipviz.settings import MAX_REPLICAS, Settings
from skipviz.spec import Spec, said_of
from skipviz.types import Shape

PARTS = {"_rows": STEP_BYTES, "_evaluations": SNAPSHOT_BYTES, "_snapshots": SNAPSHOT_BYTES}
"""The series of a run by the names of its attributes, and what each may fill."""
LARGEST_FILE = 64 * 2**20
MOST_BYTES = 2 * sum(PARTS.values())  # unpacked: rows may outgrow their limit before they thin
_MOST_ARRAYS = 200
_TOLD, _PREDICTED = "told", "predicted"
_CLOCKS = frozenset({"seconds", "probe_seconds"})
_OF_SPLITS = frozenset({"train_loss", "train_accuracy", "test_loss", "test_accuracy"})
_AXES: dict[str, tuple[str, ...]] = {probe.name: probe.axes for probe in PROBES}
_AXES[OUTPUTS] = ("outputs", "points")
_OF_STEPS = frozenset(probe.name for probe in PROBES if probe.at == "step")
_NAMES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "_rows": (_CLOCKS | {"loss", "accuracy"}, _OF_STEPS),
    "_evaluations": (_OF_SPLITS, frozenset()),
    "_snapshots": (frozenset(), frozenset(_AXES) - _OF_STEPS),
}
"""Of every part the series it must have, and those it may have."""
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_DAMAGED = (zlib.error, KeyError, EOFError, OSError, NotImplementedError,
            RuntimeError, SyntaxError)  # fmt: skip

Arrays = dict[str, NDArray[Any]]


class Told(Spec):
    """All of a run that is no series; `info` of the data where they are one's own."""

    format: Literal["skipviz run"] = "skipviz run"
    version: Literal[1] = 1
    network: Network
    settings: Settings
    failures: tuple[Failure, ...] = Field(max_length=MAX_REPLICAS)
    constant: tuple[ConstantChannels, ...] = Field(default=(), max_length=10_000)
    device: Annotated[str, Field(max_length=40)]
    steps: Annotated[int, Field(ge=0, le=10**9)]
    info: DataInfo | None = None


@dataclass(frozen=True)
class Stored:
    """What a file holds."""

    told: Told
    rows: Mapping[str, Rows]
    predicted: NDArray[np.int16] | None


def write(path: Path, held: Stored) -> None:
    """Write the file under exactly this name; series are float32, as a run keeps them."""
    arrays = {name: array for part, rows in held.rows.items() for name, array in _named(part, rows)}
    if held.predicted is not None:
        arrays[_PREDICTED] = held.predicted
    told = json.loads(held.told.model_dump_json(exclude_defaults=True))
    told |= {"format": held.told.format, "version": held.told.version}
    packed: dict[str, Any] = {_TOLD: np.array(json.dumps(told)), **arrays}
    with path.open("wb") as file:  # numpy adds .npz to a name that lacks it
        np.savez_compressed(file, **packed)


def read(path: Path) -> Stored:
    """What `write` wrote; DataError says what is wrong with a file that holds no such run."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise DataError(
            _(
                "{file} has {size} bytes; a run has {most} at most.",
                file=path.name,
                size=format(size, ","),
                most=format(LARGEST_FILE, ","),
            )
        )
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = _unpacked(archive)
        return _stored(arrays)
    except ValidationError as error:
        raise DataError([_field(path.name, each) for each in error.errors()]) from None
    except ValueError as error:
        raise DataError(
            _("{file} is no run of a drawn network: {error}", file=path.name, error=str(error))
        ) from None
    except zipfile.BadZipFile:
        raise DataError(
            _(
                "{file} is a damaged NPZ: it begins as one does, and is cut off or changed. Copy "
                "it again, or save the run again with run.save.",
                file=path.name,
            )
        ) from None
    except _DAMAGED:
        raise DataError(_("{file} is damaged, or no file of a run.", file=path.name)) from None


def _field(file: str, error: ErrorDetails) -> str:
    """What is wrong with a field of the file."""
    place = ".".join(map(str, error["loc"]))
    return _("{where}: {problem}", where=f"{file}: {place}", problem=said_of(error))


def _named(part: str, rows: Rows) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{part}/steps", rows.steps
    yield from ((f"{part}/{name}", rows.column(name)) for name in rows.names)


def _unpacked(archive: zipfile.ZipFile) -> Arrays:
    """The arrays of the file; no more memory is taken than it may unpack to."""
    entries = archive.infolist()
    if len(entries) > _MOST_ARRAYS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ValueError(_("it unpacks to more than {most} MB.", most=MOST_BYTES // 2**20))
    return {entry.filename.removesuffix(".npy"): _array(archive, entry) for entry in entries}


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(entry) as packed:  # read() without a size inflates what may be huge
        file = io.BytesIO(packed.read(entry.file_size))
    shape, __, dtype = _HEADERS[npy.read_magic(file)](file)
    if dtype.hasobject or prod(shape) * dtype.itemsize > entry.file_size:
        raise ValueError(_("{name} announces more than there is.", name=entry.filename))
    file.seek(0)
    found: NDArray[Any] = npy.read_array(file, allow_pickle=False)
    return found


def _stored(arrays: Arrays) -> Stored:
    text = arrays.pop(_TOLD, None)
    if text is None or text.dtype.kind != "U" or text.ndim:
        raise ValueError(_("it has no text of that name that tells of the run."))
    told = Told.model_validate(json.loads(str(text)))
    if told.info is None and told.settings.data == OWN:
        raise ValueError(_("it does not say what its data are."))
    if told.settings.data != OWN:
        data.info(told.settings.data)
    replicas = len(told.settings.arms_for(told.network)), told.settings.seeds
    predicted = arrays.pop(_PREDICTED, None)
    if predicted is not None and (
        predicted.dtype != np.int16
        or predicted.ndim != 3
        or predicted.shape[:2] != replicas
        or predicted.shape[2] > PREDICTED
    ):
        raise ValueError(_("predicted is no class of each test sample of every arm and seed."))
    rows = {part: _rows(part, arrays, told, replicas) for part in PARTS}
    if arrays:
        raise ValueError(_("it also holds {names}.", names=[name[:40] for name in arrays][:10]))
    return Stored(told, rows, predicted)


def _rows(part: str, arrays: Arrays, told: Told, replicas: tuple[int, int]) -> Rows:
    """One of the series, held to the names and sizes that it has in a run."""
    here = [name for name in arrays if name.startswith(f"{part}/")]
    columns = {name.removeprefix(f"{part}/"): arrays.pop(name) for name in here}
    steps = columns.pop("steps", None)
    if steps is None or steps.dtype != np.int64 or steps.ndim != 1:
        raise ValueError(_("{part}/steps has to be whole numbers, one a row.", part=part))
    if (np.diff(steps, prepend=-1) <= 0).any():
        raise ValueError(_("{part}/steps have to rise from 0 or more.", part=part))
    needed, known = _NAMES[part]
    if columns and not needed <= set(columns) <= needed | known:
        raise ValueError(_("{part} has other series than those of a run.", part=part))
    if len(steps) and not columns:
        raise ValueError(_("{part} has steps and no series.", part=part))
    for name, column in columns.items():
        if column.dtype != np.float32 or not _fits(name, column.shape, len(steps), told, replicas):
            raise ValueError(
                _("{part}/{name} has not the size of this run, in float32.", part=part, name=name)
            )
    return Rows.of(PARTS[part], steps, columns)


def _fits(name: str, shape: Shape, rows: int, told: Told, replicas: tuple[int, int]) -> bool:
    """Whether a series is (rows, arms, seeds, ..) with the axes of its probe."""
    if name in _CLOCKS:
        return shape == (rows,)
    axes = _AXES.get(name, ())
    sizes = {"layers": told.network.depth + 1, "skips": len(told.network.skips)}
    wanted = [*((rows, *replicas)), *(sizes.get(axis) for axis in axes)]
    return len(shape) == len(wanted) and all(
        size in (None, had) for had, size in zip(shape, wanted, strict=True)
    )
