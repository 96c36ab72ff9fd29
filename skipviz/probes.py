"""What is measured in every layer at every step. Norms are exact down to float32's smallest."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.model.stack import Stack

Array = NDArray[np.float64]

UNDERFLOW = 1e-16  # below this a float32 sum of squares loses digits: 1e-16 ** 2 / 1e6 entries


def weight_gradient_norms(stack: Stack, gradients: Sequence[Tensor]) -> Array:
    """|dL/dW_k| (Frobenius) for k = 1..N+1 as (copies, layers); `gradients` as stack.groups."""
    owners = [f"layer{k}.weight" for k in range(1, stack.network.depth + 1)] + ["readout.weight"]
    columns: dict[str, Array] = {}
    for names, gradient in zip(stack.places, gradients, strict=True):
        if any(name.endswith(".weight") for name in names):
            columns |= zip(names, _norms(gradient), strict=True)
    return np.stack([columns[owner] for owner in owners], axis=1)


def state_gradient_norms(gradients: Sequence[Tensor]) -> Array:
    """|dL/ds_k| over the whole batch, as (copies, layers), from a (copies, batch, ..) per layer."""
    norms = np.empty((gradients[0].shape[0], len(gradients)))
    for indices in _equal_shapes(gradients):
        norms[:, indices] = _norms(torch.stack([gradients[i] for i in indices])).T
    return norms


def _equal_shapes(tensors: Sequence[Tensor]) -> list[list[int]]:
    groups: dict[torch.Size, list[int]] = {}
    for place, tensor in enumerate(tensors):
        groups.setdefault(tensor.shape, []).append(place)
    return list(groups.values())


def _norms(stacked: Tensor) -> Array:
    """(layers, copies, ..) -> (layers, copies). Squares of tiny numbers need float64."""
    axes = tuple(range(2, stacked.dim()))
    norms = torch.linalg.vector_norm(stacked, dim=axes)
    if stacked.dtype == torch.float32 and bool((norms < UNDERFLOW).any()):
        norms = torch.linalg.vector_norm(stacked, dim=axes, dtype=torch.float64)
    measured: Array = norms.double().cpu().numpy()
    return measured
