"""What every kind of skip does: v made of r, and u made of u, r and v, with the gains of the arms.

merged = merge(m u, v)
m = b / survival, b ~ Bernoulli(survival) per sample while training, else 1
"""

from collections.abc import Callable
from typing import assert_never

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.engine.model.activations import ACTIVATIONS
from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.convolution import pointwise_stage
from skipviz.engine.model.dense import flat_linear_stage
from skipviz.engine.model.folding import channel_axis, joined, per_channel
from skipviz.engine.model.gains import Gains
from skipviz.engine.model.norms import norm_stage
from skipviz.engine.model.resizing import strided
from skipviz.engine.model.weight_norm import LENGTH, with_lengths
from skipviz.network import (
    Add,
    AnySkip,
    Concat,
    Entrywise,
    Gated,
    Network,
    Pad,
    Projection,
    Scale,
    ShortcutGate,
)
from skipviz.network.joints import Joint
from skipviz.network.sizes import channels
from skipviz.network.styles import of_state

Factor = float | Tensor
Join = Callable[[Context, Tensor, Tensor, Tensor], Tensor]
"""From the context, u, r and v to the new u."""


def carry_stages(skip: AnySkip, joint: Joint, module: str, network: Network) -> list[Stage]:
    """The stages from r to v of a skip whose tensors belong to `module`; none where v = r."""
    match skip:
        case Projection():
            return _projected(skip, joint, module, network)
        case Pad():
            return _padded(joint)
        case Entrywise() | Concat():
            return []
        case _:
            assert_never(skip)


def join_of(skip: AnySkip, module: str, gains: Gains) -> Join:
    """How a skip whose tensors belong to `module` joins, with the gains of every replica."""
    match skip:
        case Add() | Projection() | Pad():
            plain = skip.survival == 1 and skip.branch_scale == skip.shortcut_scale == Scale()
            return _added(gains) if plain else _blended(_Scaled(skip, module).merged, gains)
        case Gated():
            return _blended(_Gated(skip, module).merged, gains)
        case ShortcutGate():
            return _blended(_ShortcutGate(skip, module).merged, gains)
        case Concat():
            return _appended(gains)
        case _:
            assert_never(skip)


def _added(gains: Gains) -> Join:
    """u + v: an add, projection or pad without scales."""
    if gains.all_ones:
        return lambda _, u, r, v: u + v  # noqa: ARG005
    return lambda _, u, r, v: gains.add(u, v)  # noqa: ARG005


def _blended(merged: Join, gains: Gains) -> Join:
    if gains.all_ones:
        return merged
    return lambda context, u, r, v: gains.blend(u, merged(context, u, r, v))


def _appended(gains: Gains) -> Join:
    if gains.all_ones:
        return lambda _, u, r, v: joined([u, v])  # noqa: ARG005
    return lambda _, u, r, v: joined([u, gains.scale(v)])  # noqa: ARG005


class _Scaled:
    """branch_scale m u + shortcut_scale v."""

    def __init__(self, skip: Add | Projection | Pad, module: str) -> None:
        self._survival = _Survival(skip.survival, module)
        self._branch = _factor(skip.branch_scale, f"{module}.branch_scale")
        self._shortcut = _factor(skip.shortcut_scale, f"{module}.shortcut_scale")

    def merged(self, context: Context, u: Tensor, r: Tensor, v: Tensor) -> Tensor:  # noqa: ARG002
        """The sum."""
        return _times(self._weight(context, u), u) + _times(self._shortcut(context, v), v)

    def _weight(self, context: Context, u: Tensor) -> Factor:
        mask, scale = self._survival.mask(context, u), self._branch(context, u)
        return scale if _is_one(mask) else mask * scale


class _Gated:
    """T m u + (1 - T) v."""

    def __init__(self, skip: Gated, module: str) -> None:
        self._survival = _Survival(skip.survival, module)
        self._gate = _gate(module)

    def merged(self, context: Context, u: Tensor, r: Tensor, v: Tensor) -> Tensor:
        """The mixture."""
        branch = _times(self._survival.mask(context, u), u)
        return torch.lerp(v, branch, self._gate(context, r))


class _ShortcutGate:
    """m u + (1 - T) v."""

    def __init__(self, skip: ShortcutGate, module: str) -> None:
        self._survival = _Survival(skip.survival, module)
        self._gate = _gate(module)

    def merged(self, context: Context, u: Tensor, r: Tensor, v: Tensor) -> Tensor:
        """The sum."""
        return _times(self._survival.mask(context, u), u) + self._let_through(context, r, v)

    def _let_through(self, context: Context, r: Tensor, v: Tensor) -> Tensor:
        return (1 - self._gate(context, r)) * v


class _Survival:
    """Stochastic depth (Huang et al. 2016): m, one number per sample."""

    def __init__(self, survival: float, module: str) -> None:
        self._survival = survival
        self._place = f"{module}.survival"

    def mask(self, context: Context, u: Tensor) -> Factor:
        """m as (replicas, batch, 1, ..), or 1."""
        if self._survival == 1 or not context.training:
            return 1.0
        return context.noise.scaled_mask(self._place, self._survival, u, axes=2)


def _gate(module: str) -> Stage:
    """T = sigmoid(W r + b)."""
    map_ = pointwise_stage(module, "gate_", stride=1)

    def gate(context: Context, r: Tensor) -> Tensor:
        opening = map_(context, r).sigmoid()
        if context.gates is not None:
            context.gates.setdefault(module, []).append(opening.detach())
        return opening

    return gate


def _factor(scale: Scale, name: str) -> Callable[[Context, Tensor], Factor]:
    if scale.learned == "no":
        return lambda context, x: scale.value  # noqa: ARG005
    return lambda context, x: per_channel(context.tensors[name], x)


def _is_one(factor: Factor) -> bool:
    return isinstance(factor, float) and factor == 1


def _times(factor: Factor, x: Tensor) -> Tensor:
    return x if _is_one(factor) else factor * x


def _projected(skip: Projection, joint: Joint, module: str, network: Network) -> list[Stage]:
    """v = act(norm(W r + b))."""
    same_rank = len(joint.read) == len(joint.carried)
    linear = pointwise_stage(module, "", joint.stride) if same_rank else _across(module, joint)
    lengths = [f"weight{LENGTH}"] if skip.norm == "weight" else []
    stages = [with_lengths(linear, module, lengths)]
    if of_state(skip.norm):
        groups = skip.norm_groups or network.defaults.norm_groups
        stages.append(norm_stage(skip.norm, f"{module}.norm", groups))
    if skip.activation != "identity":
        activation = ACTIVATIONS[skip.activation]
        stages.append(lambda _, x: activation(x))
    return stages


def _across(module: str, joint: Joint) -> Stage:
    """From all entries of a state to all of one with another number of axes."""
    linear, shape = flat_linear_stage(module, len(joint.read)), joint.carried
    return lambda context, x: linear(context, x).view(*x.shape[:2], *shape)


def _padded(joint: Joint) -> list[Stage]:
    """v = every stride-th position of r, with zeros for the channels that lack, or the first of
    too many."""
    count = channels(joint.carried)
    return [lambda _, x: _of_channels(strided(x, joint.stride), count)]


def _of_channels(x: Tensor, count: int) -> Tensor:
    axis = channel_axis(x)
    lacking = count - x.shape[axis]
    if lacking <= 0:
        return x.narrow(axis, 0, count) if lacking else x
    return functional.pad(x, (0, 0) * (x.dim() - 1 - axis) + (0, lacking))
