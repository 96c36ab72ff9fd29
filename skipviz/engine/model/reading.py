"""What a layer reads, made of the states so far (skipviz.network.wiring)."""

from collections.abc import Sequence
from functools import reduce

import torch
from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS
from skipviz.engine.model.folding import SEQUENCE, joined
from skipviz.engine.model.lesions import Lesions
from skipviz.network import ResolvedNetwork
from skipviz.network.wiring import EntryActivation

VECTOR = 3  # axes of a state of features


class Reading:
    """What layer k (N + 1: the readout) reads: one state as it is, or several combined."""

    def __init__(self, resolved: ResolvedNetwork, k: int, lesions: Lesions) -> None:
        network = resolved.network
        reads, sources = network.reads_of(k), network.sources_of(k)
        self.states = sources or reads.states
        """Those it is made of, those it attends to last; one may stand there twice."""
        self.flows = bool(sources)
        """Whether anything is taken from them but the number of samples."""
        self._attended = [*network.attended_by(k)]
        self._combine = reads.combine
        self._activations = [entry.activation for entry in reads.entries]
        self._axes = len(resolved.shapes.layers[k - 1].source) + 2
        self._lesions = lesions
        self.is_chain = not network.is_wired_at(k)
        """Whether it is the state before, as it is, and nothing else."""

    def __call__(self, pieces: Sequence[Tensor]) -> Tensor:
        """From the states (replicas, batch, ..), in the order of `states`."""
        if self.is_chain:
            return pieces[0]
        count = len(self._activations)
        read = [self._entry(place, piece) for place, piece in enumerate(pieces[:count])]
        if self._combine == "concat":
            return joined(read) if len(read) > 1 else read[0]
        spread = [_over_positions(piece, self._axes) for piece in read]
        return reduce(torch.add if self._combine == "add" else torch.mul, spread)

    def attended(self, pieces: Sequence[Tensor]) -> dict[str, Tensor]:
        """By field what attention attends to besides, from the same states."""
        count = len(self._attended)
        return dict(zip(self._attended, pieces[len(pieces) - count :], strict=True))

    def _entry(self, place: int, piece: Tensor) -> Tensor:
        """One entry; of a state that is deleted it is what changes nothing in its place."""
        neutral = 1 if self._combine == "multiply" else 0
        activated = _activated(self._activations[place], piece)
        return self._lesions.entry(self.states[place], activated, neutral)


def _activated(name: EntryActivation, piece: Tensor) -> Tensor:
    if name == "identity":
        return piece
    return 1 - piece if name == "complement" else ACTIVATIONS[name](piece)


def _over_positions(piece: Tensor, axes: int) -> Tensor:
    """A vector as a state with one position for all, to broadcast."""
    if piece.dim() > VECTOR or axes == VECTOR:
        return piece
    return piece.unsqueeze(2) if axes == SEQUENCE else piece[..., None, None]
