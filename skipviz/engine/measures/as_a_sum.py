"""The gradient of residual blocks as a sum (He et al. 2016, equation 5), block by block.

dL/dx_l = dL/dx_m (I + d/dx_l sum_(i=l..m-1) F_i(x_i)), where x_l is the state that block l reads
and x_m the one the last block hands on. It needs x_(i+1) = x_i + F_i(x_i), with nothing after it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from skipviz.charts import Axis, Lines, over_seeds
from skipviz.engine.measures.passes import fresh_stack, lengths
from skipviz.engine.model import Stack
from skipviz.engine.model.context import Context, Tensors
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.probes.passes import first_batch
from skipviz.language import _
from skipviz.measures.cases import Case
from skipviz.measures.results import Result
from skipviz.network import AnySkip, Network
from skipviz.text import listed_apart, number_text
from skipviz.types import Array


def equation(cases: Sequence[Case], data: str = "digits", seeds: int = 3) -> Iterator[Result]:
    """The relative difference between the two sides, for l = 1, 2, .. of every case."""
    found: dict[str, Array] = {}
    for case in cases:
        found[case.label] = errors(case.network, data, seeds)
        yield _result(cases, found, seeds)


def errors(network: Network, data: str, seeds: int) -> Array:
    """(seeds, blocks); the blocks are those of the skips, back to back."""
    stack = fresh_stack(network, data, seeds=range(seeds))
    x, y = first_batch(stack, data)
    states = stack.states(x)
    branches = _branches(stack, states, data)
    loss = losses_of_samples(states[-1], y).mean(1).sum()
    ends = [states[skip.source] for skip in network.skips]
    ends.append(states[network.skips[-1].target])
    *left, delta = torch.autograd.grad(loss, ends, retain_graph=True)
    found = []
    for block, gradient in enumerate(left):
        whole = torch.stack(branches[block:]).sum(0)
        (of_sum,) = torch.autograd.grad(whole, ends[block], delta, retain_graph=True)
        found.append(lengths(gradient - delta - of_sum) / lengths(gradient))
    return np.stack(found, axis=1)


def _branches(stack: Stack, states: Sequence[Tensor], data: str) -> list[Tensor]:
    """F_i(x_i) of every block, computed from x_i by its layers in a network without skips.

    The weights are the same; running statistics are its own, since autograd keeps those of `stack`.
    """
    network = stack.network
    bare = fresh_stack(network.without_skips(), data, seeds=range(stack.replicas))
    tensors = stack.tensors() | bare.statistics()
    return [_branch(bare, tensors, skip, states[skip.source]) for skip in network.skips]


def _branch(bare: Stack, tensors: Tensors, skip: AnySkip, x: Tensor) -> Tensor:
    """What joins the skip: the last layer's h, or, inside its activation, what that reads."""
    seen: dict[int, Tensor] = {}
    context = Context(tensors, bare.plan.noise, training=True)
    context.hook = lambda k, u: seen.update({k: u.clone()})  # it may be overwritten
    for step in bare.plan.steps[skip.source : skip.target]:
        x = step(context, x)
    return seen[skip.target] if skip.join == "preactivation" else x


def _result(cases: Sequence[Case], found: dict[str, Array], seeds: int) -> Result:
    shown = [case for case in cases if case.label in found]
    said = listed_apart(
        _("{name}: {value}", name=label, value=_range(values)) for label, values in found.items()
    )
    blocks = len(next(iter(found.values()))[0])
    return Result(
        verdict=_(
            "Difference between the two sides, relative to the gradient: {found}.", found=said
        ),
        note=_(
            "Both sides by autograd at the first weights, float64, batch of 64, {blocks} blocks; "
            "median of {seeds} seeds, band from minimum to maximum.",
            blocks=blocks,
            seeds=seeds,
        ),
        figure=Lines(
            tuple(over_seeds(case.label, found[case.label], case.style) for case in shown),
            Axis(_("l, the block from which the sum begins")),
            Axis(_("|left − right| / |left|"), log=True),
        ),
        values=tuple((label, float(values.max())) for label, values in found.items()),
    )


def _range(values: Array) -> str:
    low, high = (number_text(float(end)) for end in (values.min(), values.max()))
    return _("{first} to {last}", first=low, last=high)
