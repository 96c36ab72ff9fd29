"""The slopes of the layers of a dense chain (`skipviz.engine.model.dense_chain`), in one call."""

from collections import defaultdict
from collections.abc import Mapping

import torch
from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS
from skipviz.network.styles import Activation


def slopes_of(
    activations: Mapping[int, Activation], reads: Mapping[int, Tensor]
) -> dict[int, Tensor]:
    """act'(z_k) for layers k of z_k, those of equal shape and activation in one call."""
    alike: defaultdict[tuple[Activation, torch.Size], list[int]] = defaultdict(list)
    for k, z in reads.items():
        alike[activations[k], z.shape].append(k)
    found: dict[int, Tensor] = {}
    for (activation, _), layers in alike.items():
        with torch.enable_grad():
            at = torch.stack([reads[k] for k in layers]).requires_grad_()
            (slopes,) = torch.autograd.grad(ACTIVATIONS[activation](at).sum(), at)
        found |= zip(layers, slopes.unbind(0), strict=True)
    return found
