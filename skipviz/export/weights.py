"""Trained weights as files: safetensors, for every framework, and ONNX, which runs alone."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz.export.source.module import pytorch, state_dict_names
from skipviz.runs.given import takes_drawn_run
from skipviz.runs.run import Run, Weights

_ALIGNED = 8  # bytes


@takes_drawn_run
def state_dict(run: Run, arm: str = "skip", seed: int = 0) -> Weights:
    """What was trained, by the names of the exported source (`sv.export.pytorch`).

    `Network().load_state_dict({n: torch.tensor(w) for n, w in weights.items()})` loads it. The
    source computes the arm "skip"; of other arms these are the same tensors, trained otherwise.
    ValueError for what is no run of a drawn network, and where it holds no weights.

    >>> import skipviz as sv
    >>> run = sv.train(sv.Network.mlp(depth=3, width=8, skips=((1, 3),)), steps=3)
    >>> sv.export.state_dict(run)["readout.weight"].shape
    (10, 8)
    """
    held = run.weights(arm, seed)
    names = state_dict_names(run.network, run.info.input_shape, run.info.outputs)
    return {ours: held[theirs] for ours, theirs in names.items()}


@takes_drawn_run
def safetensors(run: Run, path: str | Path, arm: str = "skip", seed: int = 0) -> None:
    """Write `state_dict` as a safetensors file (format of Hugging Face, without pickle).

    ValueError as there.

    >>> import skipviz as sv
    >>> import tempfile
    >>> from pathlib import Path
    >>> run = sv.train(sv.Network.mlp(depth=3, width=8, skips=((1, 3),)), steps=3)
    >>> file = Path(tempfile.mkdtemp()) / "network.safetensors"
    >>> sv.export.safetensors(run, file)
    >>> file.stat().st_size > 4 * run.network.count_parameters((64,), 10)
    True
    """
    Path(path).write_bytes(safetensors_file(run, arm, seed))


def safetensors_file(run: Run, arm: str = "skip", seed: int = 0) -> bytes:
    """What `safetensors` writes."""
    about = {"format": "pt", "network": run.network.to_json(), "arm": arm}
    return safetensors_bytes(state_dict(run, arm, seed), about)


def safetensors_bytes(weights: Mapping[str, NDArray[Any]], about: Mapping[str, str]) -> bytes:
    """The file: length of the header (u64), header (JSON, padded), tensors (little-endian float32).

    https://github.com/huggingface/safetensors#format
    """
    header: dict[str, Any] = {"__metadata__": dict(about)}
    tensors: list[bytes] = []
    end = 0
    for name, array in weights.items():
        begin, data = end, np.ascontiguousarray(array, "<f4").tobytes()
        end += len(data)
        tensors.append(data)
        header[name] = {"dtype": "F32", "shape": [*array.shape], "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return b"".join([struct.pack("<Q", len(text)), text, *tensors])


@takes_drawn_run
def onnx(run: Run, path: str | Path, arm: str = "skip", seed: int = 0) -> None:
    """Write the trained network as ONNX: `x` (batch, *input_shape) -> `logits`, in evaluation mode.

    The arm "skip" is what the source computes; of another arm it is the drawn network, skips and
    all, with that arm's weights. Needs the extra: `pip install "skipviz[onnx]"`; without it a
    ModuleNotFoundError says so. ValueError as in `state_dict`.
    """
    from skipviz.engine.exported import module_of, write_onnx

    shape = run.info.input_shape
    source = pytorch(run.network, shape, run.info.outputs)
    module = module_of(source, state_dict(run, arm, seed))
    write_onnx(module, run.network, shape, Path(path))
