"""What is deleted from every replica of a network, as stages of its layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from skipviz.engine.model.context import Context, Stage


@dataclass(frozen=True)
class Deleted:
    """What is left out of one replica, by layer 1..N.

    `silent` layers hand on nothing of their own: h_k = 0, and where skips join inside the
    activation the activation reads these alone. `dead` states are 0, and what is added, multiplied
    or concatenated by wiring goes without them. `bypassed` layers hand on what they read, whose
    shape is the same.
    """

    silent: frozenset[int] = field(default_factory=frozenset)
    dead: frozenset[int] = field(default_factory=frozenset)
    bypassed: frozenset[int] = field(default_factory=frozenset)


class Lesions:
    """What is deleted from each replica; gives the stages that a layer needs for it."""

    def __init__(self, replicas: Sequence[Deleted]) -> None:
        self._silent = _by_layer([replica.silent for replica in replicas])
        self._dead = _by_layer([replica.dead for replica in replicas])
        self._bypassed = _by_layer([replica.bypassed for replica in replicas])

    def branch(self, k: int) -> list[Stage]:
        """Before the skips join: nothing of layer k's own, in the replicas where it is silent."""
        return self._zeroing(self._silent.get(k))

    def state(self, k: int) -> list[Stage]:
        """At the end of layer k."""
        return [*self._zeroing(self._dead.get(k)), *self._bypassing(k)]

    def entry(self, k: int, piece: Tensor, neutral: int) -> Tensor:
        """What another layer reads of state k by wiring: `neutral` where that state is dead."""
        chosen = self._dead.get(k)
        return (
            piece if chosen is None else piece.masked_fill(_along_replicas(chosen, piece), neutral)
        )

    def _zeroing(self, chosen: Tensor | None) -> list[Stage]:
        if chosen is None:
            return []
        return [lambda _, x: x.masked_fill(_along_replicas(chosen, x), 0)]

    def _bypassing(self, k: int) -> list[Stage]:
        chosen = self._bypassed.get(k)
        if chosen is None:
            return []

        def bypass(context: Context, x: Tensor) -> Tensor:
            return torch.where(_along_replicas(chosen, x), context.read, x)

        return [bypass]


def _by_layer(replicas: Sequence[frozenset[int]]) -> Mapping[int, Tensor]:
    """{layer: (replicas,) whether it is among the replica's layers}, for all of them."""
    layers = frozenset[int]().union(*replicas)
    return {k: torch.tensor([k in replica for replica in replicas]) for k in layers}


def _along_replicas(chosen: Tensor, x: Tensor) -> Tensor:
    return chosen.to(x.device).view(-1, *[1] * (x.dim() - 1))
