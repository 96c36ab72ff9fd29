"""What one forward pass carries along from layer to layer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from skipviz.engine.model.noise import Noise

Tensors = Mapping[str, Tensor]
"""`layer3.weight` and so on, in the layout of `skipviz.engine.model.layout`."""

Gates = dict[str, list[Tensor]]
"""`skip3_7` to its gate (replicas, batch, ..) at every time step, without gradient."""


@dataclass
class Context:
    """`tensors` holds parameters and running statistics; `states` grows from s_0 on.

    `read` is what the layer at work reads, `attended` by field what it attends to besides.
    `before` are the states of the previous time step, for feedback skips; empty at the first.
    `hook` is told what every activation is about to read: layer 1..N and the tensor. `gates`,
    where wanted, takes in the gates T of all gated skips, by module and time step.
    """

    tensors: Tensors
    noise: Noise
    training: bool
    states: Sequence[Tensor] = ()
    before: Sequence[Tensor] = ()
    read: Tensor = field(default_factory=lambda: torch.empty(0))
    attended: Mapping[str, Tensor] = field(default_factory=dict)
    hook: Callable[[int, Tensor], None] | None = None
    gates: Gates | None = None


Stage = Callable[[Context, Tensor], Tensor]
"""A piece of the forward pass, on tensors (replicas, batch, ..)."""
