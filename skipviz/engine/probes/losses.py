"""Loss and score of every replica. Labels are classes (integers) or targets (real numbers)."""

from functools import lru_cache
from math import prod

import torch
from torch import Tensor
from torch.nn import functional

OF_IMAGES = 5
"""Axes of outputs (replicas, batch, channels, height, width)."""


def losses_of_samples(outputs: Tensor, y: Tensor) -> Tensor:
    """(replicas, batch): cross-entropy, or the mean squared error over a sample's outputs.

    `outputs` (replicas, batch, ..). `y` holds targets (replicas, batch, ..), classes
    (replicas, batch), or a class for every position (replicas, batch, positions), of which the last
    one counts where the network has one output for all positions; or for every pixel
    (replicas, batch, height, width), where outputs are (replicas, batch, classes, height, width).
    """
    if y.is_floating_point():
        return (outputs - y.view_as(outputs)).square().flatten(2).mean(2)
    outputs = _classes_last(outputs)
    y = _asked_for(outputs, y)
    each = functional.cross_entropy(outputs.flatten(0, -2), y.flatten(), reduction="none")
    each = each.view(y.shape)
    return each if y.dim() == 2 else each.flatten(2).mean(2)


def losses_and_gradient(
    outputs: Tensor, y: Tensor, out: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """`losses_of_samples`, and dL/d outputs (to `out`), L the mean over the batch of each replica.

    Of all but classes for every pixel, which no chain of dense layers has.

    Every number is that of autograd, whose detour costs more than a small network.
    """
    if y.is_floating_point():
        away = outputs - y.view_as(outputs)
        share = _share(away.dtype, away.shape[1], prod(away.shape[2:]))
        return away.square().flatten(2).mean(2), torch.mul(away, 2 * share, out=out)
    y = _asked_for(outputs, y)
    share = _share(outputs.dtype, y.shape[1], prod(y.shape[2:]))
    logs, at = torch.log_softmax(outputs, -1), y.unsqueeze(-1)
    of_logs = torch.zeros_like(logs).scatter_(-1, at, -share)
    gradient = torch._log_softmax_backward_data(of_logs, logs, -1, logs.dtype, out=out)
    each = logs.gather(-1, at).squeeze(-1).neg_()
    return each if y.dim() == 2 else each.flatten(2).mean(2), gradient


@lru_cache
def _share(dtype: torch.dtype, samples: int, parts: int) -> float:
    """Of a part of a sample in the mean over all of them, rounded as autograd rounds it."""
    return float(torch.tensor(1 / samples, dtype=dtype) / parts)


def means(losses: Tensor, outputs: Tensor, y: Tensor) -> Tensor:
    """(2, replicas): the mean of the losses of the samples, and `mean_scores`."""
    if y.is_floating_point() or losses.shape != y.shape:
        return torch.stack((losses.mean(1), mean_scores(outputs, y)))
    return torch.stack((losses, outputs.argmax(-1) == y)).mean(2)


def _classes_last(outputs: Tensor) -> Tensor:
    """Outputs for classes with these along the last axis, where those of images have the width."""
    return outputs.movedim(2, -1) if outputs.dim() == OF_IMAGES else outputs


def mean_scores(outputs: Tensor, y: Tensor) -> Tensor:
    """(replicas,): share of right classes; for targets of mean 0 and variance 1, R².

    Outputs that are not finite count as class 0: look at the loss.
    """
    if y.is_floating_point():
        return 1 - losses_of_samples(outputs, y).mean(1)
    outputs = _classes_last(outputs)
    right = outputs.argmax(-1) == _asked_for(outputs, y)
    return right.mean(tuple(range(1, right.dim())), dtype=outputs.dtype)


def _asked_for(outputs: Tensor, y: Tensor) -> Tensor:
    return y[..., -1] if y.dim() == outputs.dim() else y
