"""The forward pass of a network on tensors with a leading axis of replicas (arms times seeds)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from skipviz.engine.model.context import Context, Gates, Tensors
from skipviz.engine.model.gains import Gains
from skipviz.engine.model.lesions import Lesions
from skipviz.engine.model.noise import Noise
from skipviz.engine.model.reading import Reading
from skipviz.engine.model.steps import layer_step, readout_step
from skipviz.engine.model.ties import Ties
from skipviz.network import ResolvedNetwork

ReplicaGains = Sequence[Sequence[tuple[float, float]]]
"""(forward, backward) gain per replica and skip."""


class Plan:
    """A network made ready to run: one step per layer and one for the readout."""

    def __init__(
        self,
        resolved: ResolvedNetwork,
        gains: ReplicaGains,
        seeds: Sequence[int],
        lesions: Lesions | None = None,
    ) -> None:
        """`gains` and `seeds` have one entry per replica; the seeds are those of dropout.

        `lesions` is what is left out of the replicas, by default nothing.
        """
        network = resolved.network
        self.depth = network.depth
        self.noise = Noise(seeds)
        self.time_steps = resolved.time_steps
        self._per_position = network.time == "positions"
        self._every_step = network.answers_every_step
        self.gains = gains
        self.ties = Ties(resolved)
        """What layers share."""
        self._activations = [network.style(k).activation for k in range(1, self.depth + 1)]
        joined = [
            Gains([replica[place] for replica in gains]) for place in range(len(network.skips))
        ]
        cut = lesions or Lesions(())
        self.steps = [layer_step(resolved, k, joined, cut) for k in range(1, self.depth + 1)]
        """From what layer 1 reads to s_1, and so on; the last one is the readout."""
        self.steps.append(readout_step(resolved, joined))
        self.readings = [Reading(resolved, k, cut) for k in range(1, self.depth + 2)]
        """What every step reads, made of the states so far."""

    def states(
        self, tensors: Tensors, x: Tensor, training: bool = True, gates: Gates | None = None
    ) -> list[Tensor]:
        """s_0 .. s_(N+1) of the last time step for x (replicas, batch, ..), the logits last.

        Where those of all time steps count they stand there, (replicas, batch, time, outputs).
        While training, running statistics among the tensors are updated. `gates` takes in those
        of gated skips.
        """
        steps = self.unrolled(tensors, x, training, gates)
        return [*steps[-1][:-1], self.logits([states[-1] for states in steps])]

    def logits(self, of_steps: Sequence[Tensor]) -> Tensor:
        """What the loss is taken of, from the logits of every time step."""
        return torch.stack([*of_steps], 2) if self._every_step else of_steps[-1]

    def inputs(self, x: Tensor) -> Sequence[Tensor]:
        """s_0 of every time step."""
        if not self._per_position:
            return [x] * self.time_steps
        return x.unbind(2) if x.dim() > 3 else torch.split(x, 1, 2)

    def unrolled(
        self, tensors: Tensors, x: Tensor, training: bool = True, gates: Gates | None = None
    ) -> list[list[Tensor]]:
        """The states of every time step 1..T."""
        context = Context(self.ties.spread(tensors), self.noise, training, gates=gates)
        return [self._walk(context, at) for at in self.inputs(x)]

    @torch.no_grad()
    def activation_inputs(
        self, tensors: Tensors, x: Tensor, training: bool = True
    ) -> list[tuple[str, Tensor] | None]:
        """Name of the activation and its argument for layers 1..N, at the last time step.

        Of a feed-forward block it is the inner one. None for a layer without a nonlinear one.
        """
        seen: dict[int, Tensor] = {}
        context = Context(self.ties.spread(tensors), self.noise, training)
        context.hook = lambda k, u: seen.update({k: u.clone()})  # it may be overwritten
        for at in self.inputs(x):
            self._walk(context, at)
        names = enumerate(self._activations, start=1)
        return [(name, seen[k]) if k in seen else None for k, name in names]

    def _walk(self, context: Context, x: Tensor) -> list[Tensor]:
        """One time step; its states are those before the next one."""
        states = context.states = [x]
        for reading, step in zip(self.readings, self.steps, strict=True):
            pieces = [states[k] for k in reading.states]
            context.read, context.attended = reading(pieces), reading.attended(pieces)
            states.append(step(context, context.read))
        context.before = states
        return states
