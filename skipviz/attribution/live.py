"""Attribution as a probe: what the snapshots of a run say of every skip."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.attribution.degrees import by_state, down, skips_taken
from skipviz.attribution.splits import norms, share, shares, terms_of_states
from skipviz.attribution.tape import Tape
from skipviz.model.stack import Stack
from skipviz.probes.losses import losses_of_samples
from skipviz.settings import Tier

Array = NDArray[np.float64]


def attribution_snapshot(stack: Stack, x: Tensor, y: Tensor, tier: Tier) -> dict[str, Array]:
    """What the gradient of every skip's source owes to it, by the current weights.

    `skip_share` and `skip_norm` (copies, skips): signed share of the skip's term in the gradient
    of the state it starts from, and the term's norm. In the full tier `share_by_skips_taken`
    (copies, layers 1..N+1, degrees): the shares of the parts that took 0, 1, 2, .. skips. {} in
    the lean tier and for networks without skips.
    """
    if tier == "lean" or not stack.network.skips:
        return {}
    tape = Tape(stack, x)
    gradient = loss_gradient(tape, y)
    taken = _by_skip(tape, gradient)
    if tier == "full":
        taken["share_by_skips_taken"] = _by_number(tape, gradient)
    return taken


def loss_gradient(tape: Tape, y: Tensor) -> Tensor:
    """dL/d logits, L the mean loss of each copy over the batch."""
    with torch.enable_grad():
        logits = tape.logits.detach().requires_grad_()
        losses = losses_of_samples(logits, y).mean(1).sum()
        (gradient,) = torch.autograd.grad(losses, logits)
    return gradient


def _by_skip(tape: Tape, gradient: Tensor) -> dict[str, Array]:
    skips = tape.stack.network.skips
    signed, sizes = (np.full((tape.stack.copies, len(skips)), np.nan) for _ in range(2))
    for terms in terms_of_states(tape, gradient).values():
        total = terms.total
        for skip, term in terms.terms.items():
            if skip is not None:
                signed[:, skip] = share(term, total).cpu().numpy()
                sizes[:, skip] = norms(term).cpu().numpy()
    return {"skip_share": signed, "skip_norm": sizes}


def _by_number(tape: Tape, gradient: Tensor) -> Array:
    states = by_state(dict(down(tape, gradient, skips_taken)), tape.stack.plan.time_steps)
    degrees = max(each.first + each.parts.shape[1] for each in states.values())
    found = np.zeros((tape.stack.copies, tape.stack.network.depth + 1, degrees))
    for k, each in states.items():
        if k:
            end = each.first + each.parts.shape[1]
            found[:, k - 1, each.first : end] = shares(each.parts).cpu().numpy()
    return found
