"""What a model starts from: first values of all tensors, and running statistics."""

from dataclasses import dataclass

import torch
from torch import Tensor

from skipviz.model.init import initial_tensors
from skipviz.model.norms import statistics_of
from skipviz.network import Network, Projection
from skipviz.network.inference import Shapes
from skipviz.network.parameters import Tensor as Described
from skipviz.network.parameters import owners
from skipviz.network.shapes import sound
from skipviz.network.sizes import Shape, channels


@dataclass(frozen=True)
class Blueprint:
    """A network on some data: its shapes, and its tensors by `owner.name`."""

    network: Network
    shapes: Shapes
    tensors: dict[str, Described]


def blueprint(network: Network, input_shape: Shape, outputs: int) -> Blueprint:
    """NetworkError when the network does not fit the data."""
    shapes = sound(network, input_shape, outputs)
    tensors = {
        f"{owner.name}.{name}": tensor
        for owner in owners(network, shapes)
        for name, tensor in owner.tensors.items()
    }
    return Blueprint(network, shapes, tensors)


def initial_weights(
    network: Network, input_shape: Shape, outputs: int, seed: int, dtype: torch.dtype
) -> dict[str, Tensor]:
    """One copy of every tensor of a network, by `owner.name`, in torch's layout.

    The numbers are those of float32 in every `dtype`: one seed is one network.
    """
    drawn: dict[str, Tensor] = {}
    for owner in owners(network, sound(network, input_shape, outputs)):
        drawn |= initial_tensors(owner, seed)
    return {name: tensor.to(dtype) for name, tensor in drawn.items()}


def initial_statistics(plan: Blueprint, dtype: torch.dtype) -> dict[str, Tensor]:
    """One copy of the running statistics of all batch norms, by `owner.name`, (channels,)."""
    network, shapes = plan.network, plan.shapes
    found: dict[str, Tensor] = {}
    for k, (layer, sizes) in enumerate(zip(network.layers, shapes.layers, strict=False), start=1):
        style = network.style(k)
        normed = sizes.source if style.order == "pre" else sizes.mapped
        found |= statistics_of(style.norm, f"layer{k}.norm", channels(normed))
        found |= statistics_of(layer.state_norm, f"layer{k}.state_norm", channels(sizes.state))
    for skip, joint in zip(network.skips, shapes.joints, strict=True):
        if isinstance(skip, Projection):
            owner = f"skip{skip.source}_{skip.target}"
            found |= statistics_of(skip.norm, f"{owner}.norm", channels(joint.carried))
    return {name: tensor.to(dtype) for name, tensor in found.items()}
