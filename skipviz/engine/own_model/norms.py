"""The norm of a gradient, exact over the whole range of its numbers."""

import torch
from torch import Tensor

_SAFE = {torch.float32: (1e-16, 1e18), torch.float64: (1e-140, 1e150)}
"""Between these a norm's squares neither vanish nor overflow."""


def norm_of(gradient: Tensor) -> Tensor | float:
    """|g|; NaN and infinities stay. A number where that is at hand, else a 0-dimensional float64
    tensor on the gradient's device, which nobody waits for."""
    values = gradient
    if values.dtype not in _SAFE or values.is_sparse:
        values = _dense(values.detach())
    if not values.is_cpu:
        return _scaled(values.detach())
    norm: float = torch.linalg.vector_norm(values).item()
    low, high = _SAFE.get(values.dtype, _SAFE[torch.float32])
    return norm if low < norm < high else _scaled(values.detach())


def _dense(values: Tensor) -> Tensor:
    """Their entries, in a precision that holds squares."""
    entries = values.coalesce().values() if values.is_sparse else values
    if entries.dtype in _SAFE:
        return entries
    return entries.to(torch.complex64 if entries.is_complex() else torch.float32)


def _scaled(values: Tensor) -> Tensor:
    """By the largest entry, so that squares stay in range."""
    if not values.numel():
        return torch.zeros((), dtype=torch.float64, device=values.device)
    largest = values.abs().amax()
    by = torch.where((largest > 0) & largest.isfinite(), largest, torch.ones_like(largest))
    scaled: Tensor = torch.linalg.vector_norm(values / by)
    return scaled.to(torch.float64) * by.to(torch.float64)
