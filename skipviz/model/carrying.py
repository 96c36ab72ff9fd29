"""What a skip carries: v made of r, for the kinds that do not carry r as it is."""

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional

from skipviz.model.activations import ACTIVATIONS
from skipviz.model.context import Stage
from skipviz.model.convolution import pointwise_stage
from skipviz.model.dense import flat_linear_stage
from skipviz.model.folding import channel_axis
from skipviz.model.norms import norm_stage
from skipviz.model.resizing import strided
from skipviz.network import AnySkip, Network, Pad, Projection
from skipviz.network.joints import Joint
from skipviz.network.sizes import channels

Carry = list[Stage]
"""Stages from r to v; none where v = r."""


def carry_stages(skip: AnySkip, joint: Joint, owner: str, network: Network) -> Carry:
    """The stages of a skip whose tensors belong to `owner`."""
    maker = _MAKERS.get(type(skip))
    return maker(skip, joint, owner, network) if maker else []


def _projection(skip: Projection, joint: Joint, owner: str, network: Network) -> Carry:
    """v = act(norm(W r + b))."""
    same_rank = len(joint.read) == len(joint.carried)
    linear = pointwise_stage(owner, "", joint.stride) if same_rank else _across(owner, joint)
    stages = [linear]
    if skip.norm != "none":
        groups = skip.norm_groups or network.defaults.norm_groups
        stages.append(norm_stage(skip.norm, f"{owner}.norm", groups))
    if skip.activation != "identity":
        activation = ACTIVATIONS[skip.activation]
        stages.append(lambda _, x: activation(x))
    return stages


def _across(owner: str, joint: Joint) -> Stage:
    """From all entries of a state to all of one with another number of axes."""
    linear, shape = flat_linear_stage(owner, len(joint.read)), joint.carried
    return lambda context, x: linear(context, x).view(*x.shape[:2], *shape)


def _pad(skip: Pad, joint: Joint, owner: str, network: Network) -> Carry:  # noqa: ARG001
    """v = every stride-th position of r, and zeros for the channels that lack."""
    lacking = channels(joint.carried) - channels(joint.read)
    return [lambda _, x: _with_zeros(strided(x, joint.stride), lacking)]


def _with_zeros(x: Tensor, count: int) -> Tensor:
    behind = x.dim() - 1 - channel_axis(x)
    return functional.pad(x, (0, 0) * behind + (0, count)) if count else x


_MAKERS: dict[type[AnySkip], Callable[[Any, Joint, str, Network], Carry]] = {
    Projection: _projection,
    Pad: _pad,
}
