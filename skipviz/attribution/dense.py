"""The short way through layers of the commonest form, s = act(W s_(k-1) + b) + gain s_p + ..

dL/ds_(k-1) = W' (act'(z) dL/ds) and dL/ds_p = gain dL/ds need no autograd, whose cost per layer
would be several times that of the arithmetic.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import torch
from torch import Tensor

from skipviz.model.activations import ACTIVATIONS
from skipviz.network import Add, Dense, Network, Scale
from skipviz.network.styles import Activation


@lru_cache(maxsize=8)
def short_layers(network: Network) -> dict[int, Activation]:
    """The layers of that form with their activation; they have it where they read a vector."""
    if network.time_steps > 1:
        return {}
    joined = {skip.target for skip in network.skips if not _is_plain_add(skip)}
    found: dict[int, Activation] = {}
    for k, layer in enumerate(network.layers, start=1):
        style = network.style(k)
        bare = (style.norm, layer.state_norm, style.order) == ("none", "none", "post")
        if isinstance(layer, Dense) and bare and not style.dropout and k not in joined:
            found[k] = style.activation
    if network.readout.kind == "dense" and network.depth + 1 not in joined:
        found[network.depth + 1] = "identity"
    return {k: activation for k, activation in found.items() if activation != "crelu"}


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


def _is_plain_add(skip: object) -> bool:
    one = Scale()
    return (
        isinstance(skip, Add)
        and skip.branch_scale == skip.shortcut_scale == one
        and (skip.join, skip.resize, skip.survival, skip.dropout) == ("output", "none", 1, 0)
    )
