"""The gradient of every state by autograd, and the comparison of all splits with it."""

import torch
from torch import Tensor

from skipviz.engine.attribution.degrees import Degree, by_state, down, layers_passed, skips_taken
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.splits import terms_of_states
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Stack
from skipviz.engine.probes.losses import losses_of_samples

TOLERANCE = 1e-10
FLOOR = 1e-5  # of the largest gradient: batch norm makes some exactly 0 but for rounding


def inputs(shape, replicas, batch=5, outputs=3):
    """The same samples and classes for every replica."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(batch, *shape, dtype=torch.float64, generator=generator)
    y = torch.randint(outputs, (batch,), generator=generator)
    return x.expand(replicas, *x.shape), y.expand(replicas, -1)


def truth(stack: Stack, x: Tensor, y: Tensor) -> list[Tensor | None]:
    """dL/ds_k^t by autograd, (time, replicas, batch, ..) for k = 0..N.

    s_0 is summed over time where every step reads the same.
    None for token numbers, and where a layer hands on the very tensor it was given: autograd
    cannot tell the two states apart.
    """
    x = x.clone().requires_grad_() if x.is_floating_point() else x
    with stack.fork_rng():
        steps = stack.unrolled(x)
        logits = stack.plan.logits([states[-1] for states in steps])
        loss = losses_of_samples(logits, y).mean(1).sum()
        by_layer = [[x], *map(list, zip(*[states[1:-1] for states in steps], strict=True))]
        known = [k for k, states in enumerate(by_layer) if _of_its_own(states, by_layer)]
        wanted = [state for k in known for state in by_layer[k]]
        found = iter(torch.autograd.grad(loss, wanted, allow_unused=True) if wanted else ())
    gradients: list[Tensor | None] = [None] * len(by_layer)
    for k in known:
        each = [(next(found), state) for state in by_layer[k]]
        gradient = torch.stack([torch.zeros_like(s) if g is None else g for g, s in each])
        gradients[k] = gradient if k else gradient[0]
    if stack.network.time == "positions" and gradients[0] is not None:
        every = gradients[0].movedim(2, 0)
        gradients[0] = every if every.dim() > 3 else every.unsqueeze(-1)
    return gradients


def _of_its_own(states: list[Tensor], all_states: list[list[Tensor]]) -> bool:
    ids = [id(state) for layer in all_states for state in layer]
    return all(state.is_floating_point() and ids.count(id(state)) == 1 for state in states)


def check(stack: Stack, x: Tensor, y: Tensor) -> None:
    """Parts by skips taken, parts by path length and terms by skip all add up to the truth."""
    expected, tape = truth(stack, x, y), Tape(stack, x)
    gradient = loss_gradient(tape, y)
    for degree in (skips_taken, layers_passed(stack.network.depth)):
        _compare(_totals(tape, gradient, degree), expected, stack)
    terms = terms_of_states(tape, gradient)
    _compare({k: found.total.transpose(0, 1) for k, found in terms.items()}, expected, stack)


def _totals(tape: Tape, gradient: Tensor, degree: Degree) -> dict[int, Tensor]:
    steps = tape.stack.plan.time_steps
    states = by_state(dict(down(tape, gradient, degree)), steps)
    totals = {k: found.parts.sum(1) for k, found in states.items()}
    return {k: t.unsqueeze(0) if steps == 1 else t.transpose(0, 1) for k, t in totals.items()}


def _compare(totals: dict[int, Tensor], expected: list[Tensor | None], stack: Stack) -> None:
    """`totals` are (time, replicas, batch, ..); a state that is missing has gradient 0."""
    largest = max((float(e.abs().max()) for e in expected if e is not None), default=0.0)
    for k, wanted in enumerate(expected):
        if wanted is None:
            continue
        summed = k == 0 and stack.network.time == "repeat"
        total = totals.get(k, torch.zeros(1, *wanted.shape[not summed :], dtype=wanted.dtype))
        error = ((total.sum(0) if summed else total) - wanted).abs().max()
        scale = max(float(wanted.abs().max()), FLOOR * largest)
        assert error <= TOLERANCE * scale, (k, float(error), scale)
