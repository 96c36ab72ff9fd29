"""Channels of which batch norm leaves nothing but rounding, where its sign decides a gradient."""

import torch
from torch import Tensor

from skipviz.engine.model.folding import channel_axis
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.runs.frame import ConstantChannels

KINKED = {"relu", "leaky_relu", "crelu", "relu6", "selu"}
ROUNDING = 1e-3  # of what batch norm makes, whose deviation is 1 where anything changes
CHANGES = 0.1
MATTERS = 1e-4  # of the largest gradient of a shift in the layer


def constant_channels(stack: Stack, x: Tensor, y: Tensor) -> tuple[ConstantChannels, ...]:
    """Layers whose batch norm, straight before a kink, gets channels constant in the batch x.

    Of such a channel it leaves (c - mean) / sqrt(eps), rounding of either sign, by which the slope
    of the activation goes, and with it the gradient of the norm's shift. Not counted: channels of
    exact zeros, which stay so; those whose gradient is 0 for either sign, as where the next norm
    subtracts them; layers in which nothing changes. Shifts have to be 0, as they are at first.
    """
    network = stack.network
    kinked = [
        k
        for k in range(1, network.depth + 1)
        if (style := network.style(k)).norm == "batch" and style.activation in KINKED
    ]
    if not kinked:
        return ()
    with torch.no_grad():
        read = stack.activation_inputs(x)
    found = []
    for k in kinked:
        constant = _constant(watched[1]) if (watched := read[k - 1]) is not None else None
        if constant is not None and bool(constant.any()):
            decided = constant & _goes_by_sign(stack, x, y, f"layer{k}.norm_bias", constant)
            found.append(ConstantChannels(k, int(decided.sum(1).max()), constant.shape[1]))
    return tuple(one for one in found if one.channels)


def _constant(z: Tensor) -> Tensor:
    """(replicas, channels): what is rounding in a state (replicas, batch, ..) before a kink."""
    sizes = z.abs().movedim(channel_axis(z), 1).flatten(2).amax(2)
    changes = sizes.amax(1, keepdim=True) >= CHANGES
    return (sizes > 0) & (sizes < ROUNDING) & changes


def _goes_by_sign(stack: Stack, x: Tensor, y: Tensor, shift: str, where: Tensor) -> Tensor:
    """(replicas, channels): whether dL/d shift is another on the other side of the kink."""
    above, below = (_gradient(stack, x, y, shift, sign * ROUNDING * where) for sign in (1.0, -1.0))
    return (above - below).abs() > MATTERS * above.abs().amax(1, keepdim=True)


def _gradient(stack: Stack, x: Tensor, y: Tensor, shift: str, by: Tensor) -> Tensor:
    """dL/d shift (replicas, channels) with the shift moved by so much, and then put back."""
    tensor = stack.tensors()[shift]
    before = tensor.detach().clone()
    try:
        tensor.data += by.unsqueeze(1)
        with stack.fork_rng():
            loss = losses_of_samples(stack(x), y).mean(1).sum()
            (gradient,) = torch.autograd.grad(loss, tensor)
    finally:
        tensor.data.copy_(before)
    return gradient.squeeze(1)
