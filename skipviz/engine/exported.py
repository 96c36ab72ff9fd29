"""Exported source brought to life with weights, and written as ONNX."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from skipviz.language import _
from skipviz.network import Embedding, Network

_NEEDED = ("onnx", "onnxscript")


def module_of(source: str, weights: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """The class `Network` of a source that this package wrote, in evaluation mode."""
    names: dict[str, object] = {"__name__": "exported"}
    exec(compile(source, "exported.py", "exec"), names)
    made = names["Network"]
    module: nn.Module = made()  # type: ignore[operator]
    module.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    return module.eval()


def write_onnx(module: nn.Module, network: Network, shape: Sequence[int], path: Path) -> None:
    """One file: `x` (batch, *shape) -> `logits`, for batches of any size.

    ModuleNotFoundError names the extra that is missing.
    """
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise ModuleNotFoundError(
            _('ONNX needs {names}: pip install "skipviz[onnx]".', names=" and ".join(missing)),
            name=missing[0],
        )
    torch.onnx.export(
        module,
        (_example(network, shape),),
        path,
        input_names=["x"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _example(network: Network, shape: Sequence[int]) -> Tensor:
    """Two samples: with one, the exporter takes the batch for a constant."""
    first = network.layers[0]
    if isinstance(first, Embedding):
        return torch.zeros(2, *shape, dtype=torch.long)
    return torch.zeros(2, *shape)
