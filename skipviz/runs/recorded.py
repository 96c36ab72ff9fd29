"""A run in one small file, without pickle: numpy's npz holds its series, JSON the rest.

Read back, it answers every question as it did; it cannot be trained on.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz.data import DataInfo
from skipviz.data.catalogue import OWN
from skipviz.network import Network
from skipviz.runs.frame import ConstantChannels, Failure
from skipviz.runs.recording import SNAPSHOT_BYTES, STEP_BYTES
from skipviz.runs.rows import Rows
from skipviz.runs.run import Run
from skipviz.settings import Settings

_PARTS = {"_rows": STEP_BYTES, "_evaluations": SNAPSHOT_BYTES, "_snapshots": SNAPSHOT_BYTES}
_TOLD = "told"


def save_run(run: Run, path: Path) -> None:
    """Write everything a run holds; series are float32, as the run keeps them."""
    told = {
        "network": json.loads(run.network.to_json()),
        "settings": run.settings.model_dump(mode="json", exclude_defaults=True),
        "info": asdict(run.info) if run.settings.data == OWN else None,
        "failures": [asdict(failure) for failure in run.failures],
        "constant": [asdict(found) for found in run.constant],
        "device": run.device,
        "steps": run.steps,
    }
    arrays = {name: array for part in _PARTS for name, array in _arrays(part, getattr(run, part))}
    held: dict[str, Any] = {_TOLD: np.array(json.dumps(told)), **arrays}
    np.savez_compressed(path, **held)


def load_run(path: Path) -> Run:
    """The run of `save_run`. NetworkError or ValueError where the file holds no such run."""
    with np.load(path, allow_pickle=False) as held:
        arrays = dict(held)
    told = json.loads(str(arrays.pop(_TOLD)))
    network = Network.from_json(json.dumps(told["network"]))
    own = _info(told["info"]) if told["settings"].get("data") == OWN else None
    run = Run(network, Settings.model_validate(told["settings"]), info=own)
    for part, limit in _PARTS.items():
        setattr(run, part, _rows(part, limit, arrays))
    run.failures = tuple(Failure(**failure) for failure in told["failures"])
    run.constant = tuple(ConstantChannels(**found) for found in told.get("constant", []))
    run.device, run._made = told["device"], told["steps"]
    return run


def _arrays(part: str, rows: Rows) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{part}/steps", rows.steps
    yield from ((f"{part}/{name}", rows.column(name)) for name in rows.names)


def _rows(part: str, limit: int, arrays: Mapping[str, NDArray[Any]]) -> Rows:
    mine = {
        name.removeprefix(f"{part}/"): array
        for name, array in arrays.items()
        if name.startswith(f"{part}/")
    }
    return Rows.of(limit, mine.pop("steps"), mine)


def _info(fields: dict[str, Any]) -> DataInfo:
    """JSON has lists where a data set has tuples."""
    known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    return DataInfo(**known)
