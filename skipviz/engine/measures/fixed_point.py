"""A feedback skip run until nothing changes: its gradient from one linear equation, and cut short.

At a fixed point s* of s_q^t = f(s_q^(t-1)), with M = ds_q^t/ds_q^(t-1) and v = dL/ds_q^T, all steps
back together bring sum_j v^T M^j = v^T (I - M)^-1 (recurrent backpropagation, deep equilibria).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from skipviz.charts import Axis, Curve, Lines, Number
from skipviz.engine.measures.feedback import LOWER, UPPER, recurrent
from skipviz.engine.measures.passes import fresh_stack, lengths
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.probes.passes import first_batch
from skipviz.language import _
from skipviz.measures.results import Result, spread
from skipviz.text import listed, number_text
from skipviz.types import Array


@dataclass(frozen=True)
class Unrolled:
    """States and gradients of the layers p and q, one (replicas, batch, units) per time step."""

    lower: Sequence[Tensor]
    upper: Sequence[Tensor]
    lower_gradients: Sequence[Tensor]
    upper_gradients: Sequence[Tensor]


def implicit(
    gain: float = 0.9, steps: int = 200, cuts: int = 10, batch: int = 16, seeds: int = 3
) -> Iterator[Result]:
    """(I - M)^-1 against the unrolled loop, and the gradient of U cut after 1, 2, .. steps."""
    made = _unrolled(gain, steps, batch, seeds)
    whole = torch.stack(tuple(made.upper_gradients)).sum(0)
    solved = from_the_fixed_point(made)
    error = lengths(whole - solved) / lengths(solved)
    moved = lengths(made.upper[-1] - made.upper[-2]) / lengths(made.upper[-1])
    cosines = _cosines(weight_gradients(made), cuts)
    yield _result(error, moved, cosines, steps, gain)


def from_the_fixed_point(made: Unrolled) -> Tensor:
    """v^T (I - M)^-1 of every sample (replicas, batch, units), from the last two steps alone."""
    end = made.upper[-1]
    rows = [
        torch.autograd.grad(end[..., unit].sum(), made.upper[-2], retain_graph=True)[0]
        for unit in range(end.shape[-1])
    ]
    jacobian = torch.stack(rows, dim=-2)
    system = torch.eye(end.shape[-1], dtype=end.dtype) - jacobian.mT
    found: Tensor = torch.linalg.solve(system, made.upper_gradients[-1])
    return found


def weight_gradients(made: Unrolled) -> Tensor:
    """(steps, replicas, units, units): what each step adds to dL/dU, the last step first.

    D_p^t g_p^t (s_q^(t-1))^T with the slope 1 - s^2 of tanh; nothing is read in the first step.
    """
    terms = [
        torch.einsum("cbi,cbj->cij", gradient * (1 - state.square()), read)
        for gradient, state, read in zip(
            made.lower_gradients[1:], made.lower[1:], made.upper[:-1], strict=True
        )
    ]
    return torch.stack(terms[::-1]).detach()


def _unrolled(gain: float, steps: int, batch: int, seeds: int) -> Unrolled:
    stack = fresh_stack(recurrent(gain, steps), "digits", seeds=range(seeds))
    x, y = first_batch(stack, "digits", batch)
    states = stack.unrolled(x)
    loss = losses_of_samples(states[-1][-1], y).mean(1).sum()
    lower, upper = ([each[layer] for each in states] for layer in (LOWER, UPPER))
    found = torch.autograd.grad(loss, [*lower, *upper], retain_graph=True)
    return Unrolled(lower, upper, found[:steps], found[steps:])


def _cosines(terms: Tensor, cuts: int) -> Array:
    """(replicas, cuts) between the sum of the first terms and the sum of all."""
    sums = terms.cumsum(0).flatten(2)
    found = torch.nn.functional.cosine_similarity(sums[:cuts], sums[-1:], dim=2)
    return np.asarray(found.numpy().T)


def _result(error: Array, moved: Array, cosines: Array, steps: int, gain: float) -> Result:
    cuts = np.arange(1.0, cosines.shape[1] + 1)
    median = np.median(cosines, axis=0)
    named = listed(
        _("{cosine} after {steps}", cosine=format(median[k - 1], ".4f"), steps=k)
        for k in (1, 2, 4, 8)
    )
    cut = _("cut after k steps")
    return Result(
        verdict=_(
            "The linear equation gives the gradient of {steps} unrolled steps up to {error} of its "
            "length. Cut short, the cosine to the whole gradient of U is {cosines} steps.",
            steps=steps,
            error=number_text(float(error.max())),
            cosines=named,
        ),
        note=_(
            "Four tanh layers, feedback 3 → 2 with U orthogonal times {gain}, the same digits at "
            "every step; median of {seeds} seeds, band from minimum to maximum.",
            gain=format(gain, "g"),
            seeds=len(cosines),
        ),
        figure=Lines(
            (Curve(cut, cuts, median, "skip", cosines.min(0), cosines.max(0)),),
            Axis(_("k, steps back")),
            Axis(_("cosine with the whole gradient")),
        ),
        numbers=(
            Number(_("change of the state in the last step, relative"), number_text(moved.max())),
            Number(_("cosine after one step"), spread(cosines[:, 0])),
        ),
        values=(
            ("error", float(error.max())),
            *((f"k = {k:.0f}", float(c)) for k, c in zip(cuts, median, strict=True)),
        ),
    )
