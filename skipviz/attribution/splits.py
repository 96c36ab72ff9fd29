"""The gradient of every state by the edges it came down: the chain's and each skip's."""

from collections import defaultdict
from dataclasses import dataclass

import torch
from torch import Tensor

from skipviz.attribution.pulling import Puller
from skipviz.attribution.tape import Node, Tape

CHAIN = None


@dataclass(frozen=True)
class Terms:
    """Terms of dL/ds_k by skip (None: the chain), each (copies, time, batch, ..); they add up."""

    terms: dict[int | None, Tensor]

    @property
    def total(self) -> Tensor:
        """dL/ds_k."""
        total, *others = self.terms.values()
        for term in others:
            total = total + term
        return total


def terms_of_states(tape: Tape, gradient: Tensor) -> dict[int, Terms]:
    """The terms of the states 0..N; `gradient` is that of the loss at `tape.logits`."""
    puller = Puller(tape)
    last = tape.records[-1].node
    arrived: dict[Node, Tensor] = {last: gradient}
    terms: defaultdict[int, dict[int | None, dict[int, Tensor]]]
    terms = defaultdict(lambda: defaultdict(dict))
    for record in reversed(tape.records):
        whole = arrived.pop(record.node, None)
        if whole is None:
            continue  # the loss does not depend on it
        for edge, pulled in puller.pull(record, whole.unsqueeze(1)):
            term, (time, k) = pulled.squeeze(1), edge.source
            of_time = terms[k][edge.skip]
            of_time[time] = of_time[time] + term if time in of_time else term
            before = arrived.get(edge.source)
            arrived[edge.source] = term if before is None else before + term
    steps = tape.stack.plan.time_steps
    return {
        k: Terms({s: _stacked(t, steps) for s, t in found.items()}) for k, found in terms.items()
    }


def _stacked(times: dict[int, Tensor], steps: int) -> Tensor:
    """(copies, time, batch, ..); 0 where nothing came."""
    any_time = next(iter(times.values()))
    nothing = torch.zeros_like(any_time) if len(times) < steps else any_time
    return torch.stack([times.get(time, nothing) for time in range(steps)], dim=1)


def norms(values: Tensor) -> Tensor:
    """(copies, ..) -> (copies,), exact for small numbers."""
    found: Tensor = torch.linalg.vector_norm(values.flatten(1).double(), dim=1)
    return found


def products(one: Tensor, other: Tensor) -> Tensor:
    """(copies,) inner products."""
    return (one.flatten(1).double() * other.flatten(1).double()).sum(1)


def share(part: Tensor, total: Tensor) -> Tensor:
    """<part, total> / |total|^2 per copy: shares add up to 1, and single ones may be negative."""
    square = norms(total) ** 2
    return torch.where(square > 0, products(part, total) / square, torch.nan)


def shares(parts: Tensor) -> Tensor:
    """(copies, parts, ..) -> (copies, parts): the share of every part in their sum."""
    flat = parts.flatten(2).double()
    total = flat.sum(1)
    square = total.square().sum(1, keepdim=True)
    inner = torch.bmm(flat, total.unsqueeze(2)).squeeze(2)
    return torch.where(square > 0, inner / square, torch.nan)


def cosine(part: Tensor, rest: Tensor) -> Tensor:
    """Of the angle between a part and the rest, per copy; NaN where one of them is 0."""
    scale = norms(part) * norms(rest)
    return torch.where(scale > 0, products(part, rest) / scale, torch.nan)


def criterion(part: Tensor, rest: Tensor) -> Tensor:
    """R = <rest, part> / |part|^2: the part makes the norm larger exactly where R > -1/2.

    For one skip p -> q, part = dL/ds_q and rest = dL/ds_q J: the Rayleigh quotient of J.
    """
    square = norms(part) ** 2
    return torch.where(square > 0, products(rest, part) / square, torch.nan)
