"""Normalisation, for all replicas at once; the formulas are those of `skipviz.network.styles`."""

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.folding import SEQUENCE, fold, per_channel, unfold
from skipviz.language import _
from skipviz.network import NetworkError, Norm, Problem

EPSILON = 1e-5
MOMENTUM = 0.1


def norm_stage(name: str, prefix: str, groups: int) -> Stage:
    """The norm `name` whose tensors are called `prefix`_weight, `prefix`_bias and so on."""
    if name == "batch":
        return _batch(prefix)
    if name == "rms":
        return _rms(prefix)
    return _layer(prefix) if name == "layer" else _group(prefix, groups)


def statistics_of(norm: Norm, prefix: str, channels: int) -> dict[str, Tensor]:
    """The running statistics a norm starts from, one replica, by name; only batch norm has any."""
    if norm != "batch":
        return {}
    return {f"{prefix}_mean": torch.zeros(channels), f"{prefix}_var": torch.ones(channels)}


def _batch(prefix: str) -> Stage:
    def normalise(context: Context, x: Tensor) -> Tensor:
        tensors, folded = context.tensors, fold(x)
        if context.training and folded.numel() == folded.shape[1]:
            raise NetworkError([_too_few(prefix)])
        normed = functional.batch_norm(
            folded,
            tensors[f"{prefix}_mean"].view(-1),  # updated in place
            tensors[f"{prefix}_var"].view(-1),
            tensors[f"{prefix}_weight"].flatten(),
            tensors[f"{prefix}_bias"].flatten(),
            context.training,
            MOMENTUM,
            EPSILON,
        )
        return unfold(normed, len(x))

    return normalise


def _too_few(prefix: str) -> Problem:
    module = prefix.split(".")[0]
    layer = int(module.removeprefix("layer")) if module.startswith("layer") else None
    message = _(
        "Batch norm in {module} has a single value per channel, which has no deviation. Train with "
        "batches of two or more samples.",
        module=module,
    )
    return Problem(message, layer=layer)


def _layer(prefix: str) -> Stage:
    def normalise(context: Context, x: Tensor) -> Tensor:
        weight = per_channel(context.tensors[f"{prefix}_weight"], x)
        bias = per_channel(context.tensors[f"{prefix}_bias"], x)
        last = x if x.dim() <= SEQUENCE else x.movedim(2, -1)
        normed = functional.layer_norm(last, last.shape[-1:], eps=EPSILON)
        normed = normed if x.dim() <= SEQUENCE else normed.movedim(-1, 2)
        return torch.addcmul(bias, normed, weight)

    return normalise


def _rms(prefix: str) -> Stage:
    def normalise(context: Context, x: Tensor) -> Tensor:
        weight = per_channel(context.tensors[f"{prefix}_weight"], x)
        last = x if x.dim() <= SEQUENCE else x.movedim(2, -1)
        normed = functional.rms_norm(last, last.shape[-1:], eps=EPSILON)
        return (normed if x.dim() <= SEQUENCE else normed.movedim(-1, 2)) * weight

    return normalise


def _group(prefix: str, groups: int) -> Stage:
    def normalise(context: Context, x: Tensor) -> Tensor:
        weight = context.tensors[f"{prefix}_weight"].flatten()
        bias = context.tensors[f"{prefix}_bias"].flatten()
        normed = functional.group_norm(fold(x), len(x) * groups, weight, bias, EPSILON)
        return unfold(normed, len(x))

    return normalise
