"""Channels of which batch norm leaves nothing but rounding, at the kink of an activation."""

import torch
from torch import Tensor

from skipviz.model.folding import channel_axis
from skipviz.model.stack import Stack
from skipviz.training.frame import ConstantChannels

KINKED = {"relu", "leaky_relu", "crelu"}
ROUNDING = 1e-3  # of what batch norm makes, whose deviation is 1 where anything changes
CHANGES = 0.1


@torch.no_grad()
def constant_channels(stack: Stack, x: Tensor) -> tuple[ConstantChannels, ...]:
    """Layers whose batch norm, straight before a kink, gets channels constant in the batch x.

    Of such a channel it leaves (c - mean) / sqrt(eps), rounding of either sign, which the slope of
    the activation depends on. Channels of exact zeros stay so and are not counted, nor layers in
    which nothing changes. The shift of the norms has to be 0, as it is at first.
    """
    network = stack.network
    kinked = [
        k
        for k in range(1, network.depth + 1)
        if (style := network.style(k)).norm == "batch" and style.activation in KINKED
    ]
    if not kinked:
        return ()
    read = stack.activation_inputs(x)
    found = [(k, *_counted(watched[1])) for k in kinked if (watched := read[k - 1]) is not None]
    return tuple(ConstantChannels(k, count, of) for k, count, of in found if count)


def _counted(z: Tensor) -> tuple[int, int]:
    """How many channels of a state (copies, batch, ..) are rounding, the most of any copy; of all.

    z is what the activation reads.
    """
    sizes = z.abs().movedim(channel_axis(z), 1).flatten(2).amax(2)  # (copies, channels)
    if bool((sizes.amax(1) < CHANGES).all()):
        return 0, sizes.shape[1]
    constant = (sizes > 0) & (sizes < ROUNDING)
    return int(constant.sum(1).max()), sizes.shape[1]
