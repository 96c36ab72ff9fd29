"""What a model starts from: first values of all tensors, and running statistics."""

import torch
from torch import Tensor

from skipviz.engine.model.init import initial_tensors
from skipviz.engine.model.norms import statistics_of
from skipviz.network import Projection, ResolvedNetwork
from skipviz.network.sizes import channels


def initial_weights(resolved: ResolvedNetwork, seed: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """One replica of every tensor of a network, by `module.name`, in torch's layout.

    The numbers are those of float32 in every `dtype`: one seed is one network.
    """
    drawn: dict[str, Tensor] = {}
    for module, tensors in resolved.modules.items():
        drawn |= initial_tensors(module, tensors, seed)
    return {name: tensor.to(dtype) for name, tensor in drawn.items()}


def initial_statistics(resolved: ResolvedNetwork, dtype: torch.dtype) -> dict[str, Tensor]:
    """One replica of the running statistics of all batch norms, by `module.name`, (channels,)."""
    network, shapes = resolved.network, resolved.shapes
    found: dict[str, Tensor] = {}
    for k, (layer, sizes) in enumerate(zip(network.layers, shapes.layers, strict=False), start=1):
        style = network.style(k)
        normed = sizes.source if style.order == "pre" else sizes.mapped
        found |= statistics_of(style.norm, f"layer{k}.norm", channels(normed))
        found |= statistics_of(layer.state_norm, f"layer{k}.state_norm", channels(sizes.state))
    for skip, joint in zip(network.skips, shapes.joints, strict=True):
        if isinstance(skip, Projection):
            found |= statistics_of(skip.norm, f"{skip.module}.norm", channels(joint.carried))
    return {name: tensor.to(dtype) for name, tensor in found.items()}
