"""The gradient of every state by the edges it came down: the chain's and each skip's."""

from collections import defaultdict
from dataclasses import dataclass

import torch
from torch import Tensor

from skipviz.engine.attribution.degrees import sum_of, undivided, walk
from skipviz.engine.attribution.scaling import largest, row_norms
from skipviz.engine.attribution.tape import Tape

CHAIN = None


@dataclass(frozen=True)
class Terms:
    """Terms of dL/ds_k by skip (None: the chain), each (replicas, time, batch, ..); they add up."""

    terms: dict[int | None, Tensor]

    @property
    def total(self) -> Tensor:
        """dL/ds_k."""
        return sum_of([*self.terms.values()])


def terms_of_states(tape: Tape, gradient: Tensor) -> dict[int, Terms]:
    """The terms of the states 0..N; `gradient` is that of the loss at `tape.logits`."""
    terms: defaultdict[int, dict[int | None, dict[int, Tensor]]]
    terms = defaultdict(lambda: defaultdict(dict))
    for visit in walk(tape, gradient, undivided):
        for edge, parts in visit.below:
            term, (time, k) = parts.whole, edge.source
            of_time = terms[k][edge.skip]
            of_time[time] = of_time[time] + term if time in of_time else term
    steps = tape.stack.plan.time_steps
    return {
        k: Terms({s: _stacked(t, steps) for s, t in found.items()}) for k, found in terms.items()
    }


def _stacked(times: dict[int, Tensor], steps: int) -> Tensor:
    """(replicas, time, batch, ..); 0 where nothing came."""
    any_time = next(iter(times.values()))
    if steps == 1:
        return any_time.unsqueeze(1)
    nothing = torch.zeros_like(any_time) if len(times) < steps else any_time
    return torch.stack([times.get(time, nothing) for time in range(steps)], dim=1)


def norms(values: Tensor) -> Tensor:
    """(replicas, ..) -> (replicas,), exact for small numbers."""
    return row_norms(_rows(values))


def share(part: Tensor, total: Tensor) -> Tensor:
    """<part, total> / |total|^2 per replica: shares add up to 1, single ones may be negative."""
    return _along(_rows(total), _rows(part))


def cosine(part: Tensor, rest: Tensor) -> Tensor:
    """Of the angle between a part and the rest, per replica; NaN where one of them is 0."""
    one, other = (rows / largest(rows) for rows in (_rows(part), _rows(rest)))
    scale = row_norms(one) * row_norms(other)
    return torch.where(scale > 0, torch.linalg.vecdot(one, other) / scale, torch.nan)


def criterion(part: Tensor, rest: Tensor) -> Tensor:
    """R = <rest, part> / |part|^2: the part makes the norm larger exactly where R > -1/2.

    For one skip p -> q, part = dL/ds_q and rest = dL/ds_q J: the Rayleigh quotient of J.
    """
    return _along(_rows(part), _rows(rest))


def _along(one: Tensor, other: Tensor) -> Tensor:
    """(replicas,): <other, one> / |one|^2 of rows (replicas, n); NaN where `one` is 0."""
    scale = largest(one)
    one, other = one / scale, other / scale
    square = torch.linalg.vecdot(one, one)
    return torch.where(square > 0, torch.linalg.vecdot(other, one) / square, torch.nan)


def _rows(values: Tensor) -> Tensor:
    return values.flatten(1).double()
