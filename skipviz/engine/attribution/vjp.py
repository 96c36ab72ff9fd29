"""Gradients taken from a state down to all that it was made of, several at once.

Gradients are (replicas, parts, batch, ..): the parts are taken through the same Jacobian.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from skipviz.engine.attribution.slopes import slopes_of
from skipviz.engine.attribution.tape import Edge, Record, Tape


class Vjp:
    """Takes gradients through the records of a tape."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        reads = {r.node[1]: r.reads for r in tape.records if r.reads is not None}
        self._slopes = slopes_of(tape.short, reads)
        self._gains = [self._gains_of(skip) for skip in range(len(tape.stack.network.skips))]

    def apply(self, record: Record, gradients: Tensor) -> Iterator[tuple[Edge, Tensor]]:
        """What comes down every edge of a record; nothing comes down to token numbers."""
        if record.short:
            return zip(record.edges, self._through_dense(record, gradients), strict=True)
        edges = [edge for edge in record.edges if edge.leaf.requires_grad]
        if not edges:
            return iter(())
        leaves, output = [edge.leaf for edge in edges], record.output
        if gradients.shape[1] == 1:
            found = torch.autograd.grad(output, leaves, gradients[:, 0], retain_graph=True)
            return zip(edges, (gradient.unsqueeze(1) for gradient in found), strict=True)
        parts = gradients.transpose(0, 1)
        found = torch.autograd.grad(output, leaves, parts, retain_graph=True, is_grads_batched=True)
        return zip(edges, (gradient.transpose(0, 1) for gradient in found), strict=True)

    def _through_dense(self, record: Record, gradients: Tensor) -> Iterator[Tensor]:
        k = record.node[1]
        slopes = self._slopes.get(k)
        inner = gradients if slopes is None else gradients * slopes.unsqueeze(1)
        module = f"layer{k}" if k <= self._tape.stack.network.depth else "readout"
        weight = self._tape.tensors[f"{module}.weight"]
        down = torch.bmm(inner.flatten(1, 2), weight.transpose(1, 2))
        yield down.view(*inner.shape[:-1], -1)
        for edge in record.edges[1:]:
            assert edge.skip is not None
            gains = self._gains[edge.skip]
            yield gradients if gains is None else gradients * gains

    def _gains_of(self, skip: int) -> Tensor | None:
        """The backward gains of a skip as (replicas, 1, 1, 1); None where all of them are 1."""
        gains = [of_replica[skip][1] for of_replica in self._tape.stack.plan.gains]
        if all(gain == 1 for gain in gains):
            return None
        return self._tape.logits.new_tensor(gains).view(-1, 1, 1, 1)
