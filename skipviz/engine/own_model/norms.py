"""The norm of a gradient, exact over the whole range of its numbers."""

import torch
from torch import Tensor

_SAFE = {torch.float32: (1e-16, 1e18), torch.float64: (1e-140, 1e150)}
"""Between these a norm's squares neither vanish nor overflow."""


def norm_of(gradient: Tensor) -> Tensor:
    """|g| as a 0-dimensional float64 tensor where the gradient is; NaN and infinities stay."""
    values = gradient.detach()
    if values.is_sparse:
        values = values.coalesce().values()
    if values.dtype not in _SAFE:
        values = values.to(torch.complex64 if values.is_complex() else torch.float32)
    if values.device.type != "cpu":
        return _scaled(values)
    norm: Tensor = torch.linalg.vector_norm(values)
    low, high = _SAFE.get(values.dtype, (1e-16, 1e18))
    if low < norm.item() < high:
        return norm.to(torch.float64)
    return _scaled(values)


def _scaled(values: Tensor) -> Tensor:
    """By the largest entry, so that squares stay in range."""
    if not values.numel():
        return torch.zeros((), dtype=torch.float64, device=values.device)
    largest = values.abs().amax()
    by = torch.where((largest > 0) & largest.isfinite(), largest, torch.ones_like(largest))
    scaled: Tensor = torch.linalg.vector_norm(values / by)
    return scaled.to(torch.float64) * by.to(torch.float64)
