"""A forward pass cut into layers, so that what comes down every edge can be told apart.

Nodes are states at a time step. Every edge, of the wiring and of each skip, reads a copy of the
state it starts from; so the gradient at that copy is what came down this edge alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import torch
from torch import Tensor

from skipviz.engine.model.context import Context
from skipviz.engine.model.dense_chain import dense_chain
from skipviz.engine.model.reading import VECTOR, Reading
from skipviz.engine.model.stack import Stack

Node = tuple[int, int]
"""Time step 0..T-1 and state 0..N+1."""


@dataclass(frozen=True)
class Edge:
    """From a state to the one whose record holds it. `skip` is its place in the network; None for
    what the layer reads by wiring, of which the edge is then entry `entry`.

    `leaf` is the copy of the source's state that the edge reads.
    """

    source: Node
    skip: int | None
    leaf: Tensor
    entry: int = 0


@dataclass
class Record:
    """How one state came about: `output` from the leaves of its edges, the wiring's first.

    `short` records need no autograd (skipviz.engine.model.dense_chain): their leaves are the states
    themselves, and `reads` is what the activation read.
    """

    node: Node
    edges: list[Edge]
    short: bool
    output: Tensor = field(default_factory=lambda: torch.empty(0))
    reads: Tensor | None = None


class Tape:
    """The records of a pass, in its order; states are (replicas, batch, ..)."""

    def __init__(self, stack: Stack, x: Tensor) -> None:
        """Runs the pass. Running statistics and random streams are left as they were."""
        self.stack = stack
        self.records: list[Record] = []
        self._values: dict[Node, Tensor] = {}
        self.short = dense_chain(stack.network)
        self._skips = {skip.ends: place for place, skip in enumerate(stack.network.skips)}
        tensors = {name: tensor.detach() for name, tensor in stack.tensors().items()}
        self.tensors = {**stack.plan.ties.spread(tensors)}
        with stack.plan.noise.fork_rng(), torch.enable_grad():
            for time, at in enumerate(stack.plan.inputs(x)):
                self._walk(self._context(), time, at)

    @property
    def logits(self) -> Tensor:
        """s_(N+1) of the last time step, or of all where they count, detached."""
        plan = self.stack.plan
        ends = [self._values[time, plan.depth + 1] for time in range(plan.time_steps)]
        return plan.logits(ends)

    def ends(self, gradient: Tensor) -> Iterator[tuple[Node, Tensor]]:
        """The readouts that count, each with its part of the gradient of the logits."""
        steps, last = self.stack.plan.time_steps, self.stack.plan.depth + 1
        if self.stack.network.answers_every_step:
            yield from (((time, last), gradient[:, :, time]) for time in range(steps))
        else:
            yield (steps - 1, last), gradient

    def state(self, k: int) -> Tensor:
        """s_k of the first time step, detached."""
        return self._values[0, k]

    def leaf(self, source: Node, target: int) -> Tensor:
        """A copy of a state for the skip to `target` to read, noted in the record at work."""
        record = self.records[-1]
        leaf = self._values[source] if record.short else _leaf(self._values[source])
        record.edges.append(Edge(source, self._skips[source[1], target], leaf))
        return leaf

    def _context(self) -> Context:
        """With statistics of its own, for a pass changes them."""
        statistics = {name: held.clone() for name, held in self.stack.statistics().items()}
        noise, training = self.stack.plan.noise, self.stack.training
        return Context(self.tensors | statistics, noise, training, hook=self._watch)

    def _walk(self, context: Context, time: int, x: Tensor) -> None:
        self._values[time, 0] = x.detach()
        plan = self.stack.plan
        for k, (reading, step) in enumerate(zip(plan.readings, plan.steps, strict=True), start=1):
            record = self._record(time, k, reading)
            self.records.append(record)
            context.states = _Reads(self, time, k)
            context.before = _Reads(self, time - 1, k) if time else ()
            pieces = [edge.leaf for edge in record.edges]
            context.read, context.attended = reading(pieces), reading.attended(pieces)
            record.output = step(context, context.read)
            self._values[time, k] = record.output.detach()

    def _record(self, time: int, k: int, reading: Reading) -> Record:
        """With an edge for every state that layer k is made from by wiring."""
        values = [self._values[time, state] for state in reading.states]
        short = k in self.short and values[0].dim() == VECTOR
        leaves = values if short or not reading.flows else map(_leaf, values)
        edges = [
            Edge((time, state), None, leaf, entry)
            for entry, (state, leaf) in enumerate(zip(reading.states, leaves, strict=True))
        ]
        return Record((time, k), edges, short)

    def _watch(self, k: int, u: Tensor) -> None:  # noqa: ARG002
        if self.records[-1].short:
            self.records[-1].reads = u.detach().clone()  # it may be overwritten


def _leaf(state: Tensor) -> Tensor:
    copy = state.detach()
    return copy.requires_grad_() if copy.is_floating_point() else copy


class _Reads(Sequence[Tensor]):
    """The states of a time step as the skips that end at layer `target` see them."""

    def __init__(self, tape: Tape, time: int, target: int) -> None:
        self._tape, self._time, self._target = tape, time, target

    def __len__(self) -> int:
        return self._target

    @overload
    def __getitem__(self, k: int) -> Tensor: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[Tensor]: ...
    def __getitem__(self, k: int | slice) -> Tensor | Sequence[Tensor]:
        assert isinstance(k, int)
        return self._tape.leaf((self._time, k), self._target)
