"""Norms and shares whose squares neither vanish nor overflow: the largest entry is made 1 first.

In float64 squares of numbers below 1e-162 vanish, which gradients of some hundred layers are.
"""

import torch
from torch import Tensor


def largest(rows: Tensor) -> Tensor:
    """(.., n) -> (.., 1): the largest magnitude; 1 where that is 0 or not finite."""
    found = rows.abs().amax(-1, keepdim=True)
    return torch.where((found > 0) & found.isfinite(), found, 1.0)


def row_norms(rows: Tensor) -> Tensor:
    """(.., n) -> (..)."""
    scale = largest(rows)
    norms: Tensor = torch.linalg.vector_norm(rows / scale, dim=-1) * scale.squeeze(-1)
    return norms


def shares_of_parts(parts: Tensor) -> Tensor:
    """(parts, n) -> (parts,): <part, total> / |total|^2, which add up to 1; NaN for a total of 0.

    Single ones may be negative.
    """
    total = parts.sum(0)
    scale = largest(total)
    parts, total = parts / scale, total / scale
    return torch.mv(parts, total) / total.square().sum()
