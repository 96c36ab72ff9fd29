"""The costly probes, taken every so many steps: activations, histograms, correlation, noise.

Every function gives (replicas, layers 1..N+1[, bins]); NaN where a layer has no such quantity.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from skipviz.engine.model.activations import slope
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.probes.norms import RowNorms, WeightRows
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.probes.catalogue import HISTOGRAM_EDGES, probes_of
from skipviz.settings import Tier
from skipviz.types import Array

FLAT = 0.01  # of the steepest slope; below it an activation counts as saturated
PARTS = 8  # of the batch, for the signal-to-noise ratio


Taken = Array | tuple[Array, ...]


def take_snapshot(stack: Stack, made: Pass, tier: Tier) -> dict[str, Array]:
    """Those of `MEASURES` that a tier holds, on the batch of a pass; {} for the minimal tier."""
    asked = [probe for probe in probes_of(tier) if probe.at == "snapshot"]
    wanted = {probe.name for probe in asked if probe.is_in(stack.network)}
    due = [(names, measure) for names, measure in MEASURES.items() if not wanted.isdisjoint(names)]
    taken: dict[str, Array] = {}
    if not due:
        return taken
    with stack.fork_rng():
        for names, measure in due:
            found = measure(stack, made)
            taken |= zip(names, found if isinstance(found, tuple) else (found,), strict=True)
    return taken


def activations_at_rest(stack: Stack, made: Pass) -> tuple[Array, Array]:
    """Saturated share of the activations of the batch, and share of units saturated for all of it.

    A ReLU that is off is flat, so for ReLU these are the inactive and the dead units.
    """
    saturated = np.full((stack.replicas, stack.network.depth + 1), np.nan)
    dead = saturated.copy()
    for name, places, z in _together(stack.activation_inputs(made.x)):
        flat = (slope(name, z) < FLAT).flatten(3)
        saturated[:, places] = flat.float().mean((2, 3)).cpu().numpy().T
        dead[:, places] = flat.all(2).float().mean(2).cpu().numpy().T
    return saturated, dead


def gradient_over_time(stack: Stack, made: Pass) -> Array:
    """(replicas, layers, time steps): |dL/ds_k^t|, for networks that run over time."""
    steps = [states[1:] for states in stack.unrolled(made.x)]
    logits = stack.plan.logits([states[-1] for states in steps])
    loss = losses_of_samples(logits, made.y).mean(1).sum()
    wanted = [state for states in steps for state in states]
    found = torch.autograd.grad(loss, wanted, allow_unused=True)
    gradients = iter(found)
    norms = [[_norm_or_zero(next(gradients), state) for state in states] for states in steps]
    return np.stack([np.stack(step, axis=1) for step in norms], axis=2)


def factor_back(norms: Array) -> Array:
    """(seeds, time steps) of |dL/ds_k^t| -> (seeds,): the factor per time step backwards.

    Fitted to the log over all steps with a gradient but the last, where the state's own loss is
    added to what comes back.
    """
    return np.array([_factor_back(each[each > 0]) for each in norms], np.float64)


def _factor_back(norms: Array) -> float:
    earlier = np.log(norms[:-1])
    if len(earlier) < 2:
        return np.nan
    return float(np.exp(-np.polyfit(np.arange(len(earlier)), earlier, 1)[0]))


def gradient_histogram(stack: Stack, made: Pass) -> Array:
    """(replicas, layers, bins): share of the entries of dL/dW_k by magnitude, over HISTOGRAM_EDGES.

    A replica whose gradient is not finite has NaN.
    """
    rows = WeightRows(stack)
    counts = [_histogram(group) for group in rows.of(made.gradients)]
    sums = rows.add(counts)
    totals = sums.sum(2, keepdims=True)
    shares: Array = np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
    return shares


def gradient_correlation(stack: Stack, x: Tensor) -> Array:
    """Mean cosine over all pairs of inputs between the gradients of one output direction.

    Shattering (Balduzzi et al. 2017): 1 when the output is linear in the state, 0 when gradients
    at two inputs have nothing to do with each other. The direction is random and fixed. With
    batch norm in training the inputs of a batch also act through its statistics.
    """
    states = stack.states(x)[1:]
    generator = torch.Generator().manual_seed(0)
    direction = torch.randn(states[-1].shape[2:], generator=generator).to(x)
    output = (states[-1] * direction).sum()
    gradients = torch.autograd.grad(output, states, materialize_grads=True)
    return np.stack([_mean_cosine(gradient).cpu().numpy() for gradient in gradients], axis=1)


def gradient_snr(stack: Stack, made: Pass) -> Array:
    """Norm of the batch's weight gradient over the standard error of its mean, per layer.

    From PARTS parts of the batch with gradients g_i: |mean g| / sqrt(sum |g_i - mean|² /
    (PARTS (PARTS - 1))). Pure noise gives 1. With batch norm the parts have statistics of their
    own, and a single sample has none. NaN for batches of less than PARTS samples, with batch norm
    of less than twice as many.
    """
    rows, norms = WeightRows(stack), RowNorms()
    size = made.x.shape[1] // PARTS
    if size < (2 if stack.statistics() else 1):
        return np.full((stack.replicas, stack.network.depth + 1), np.nan)
    pieces = zip(torch.split(made.x, size, 1), torch.split(made.y, size, 1), strict=True)
    parts = [rows.of(forward_backward(stack, x, y).gradients) for x, y in islice(pieces, PARTS)]
    means = [torch.stack(same).mean(0) for same in zip(*parts, strict=True)]
    signal = rows.gather(norms.of(means))
    spread = np.zeros_like(signal)
    for part in parts:
        away = [gradient - mean for gradient, mean in zip(part, means, strict=True)]
        spread += rows.gather(norms.of(away)) ** 2
    noise = np.sqrt(spread / (PARTS * (PARTS - 1)))
    return np.divide(signal, noise, out=np.full_like(signal, np.nan), where=noise > 0)


def _correlation(stack: Stack, made: Pass) -> Array:
    return gradient_correlation(stack, made.x)


MEASURES: Mapping[tuple[str, ...], Callable[[Stack, Pass], Taken]] = {
    ("saturated", "dead"): activations_at_rest,
    ("gradient_over_time",): gradient_over_time,
    ("gradient_histogram",): gradient_histogram,
    ("gradient_correlation",): _correlation,
    ("gradient_snr",): gradient_snr,
}
"""What is taken here, by the probes that it gives, which stand in `skipviz.probes.catalogue`.

In this order, for one after the other draws from the streams of dropout.
"""


def _together(
    inputs: Sequence[tuple[str, Tensor] | None],
) -> Iterator[tuple[str, list[int], Tensor]]:
    """Layers of equal activation and shape: its name, places, (places, replicas, batch, ..)."""
    alike: dict[tuple[str, torch.Size], list[tuple[int, Tensor]]] = {}
    for k, found in enumerate(inputs):
        if found is not None:
            name, z = found
            alike.setdefault((name, z.shape), []).append((k, z))
    for (name, _), layers in alike.items():
        yield name, [k for k, _ in layers], torch.stack([z for _, z in layers])


def _norm_or_zero(gradient: Tensor | None, state: Tensor) -> Array:
    """(replicas,) norms; what the loss does not depend on has gradient 0."""
    if gradient is None:
        return np.zeros(len(state))
    norms: Array = gradient.double().flatten(1).norm(dim=1).cpu().numpy()
    return norms


def _histogram(group: Tensor) -> Array:
    """(rows, replicas, ..) -> (rows, replicas, bins) counts; NaN where an entry is not finite."""
    entries = group.detach().flatten(2).abs().cpu()
    edges = torch.from_numpy(HISTOGRAM_EDGES[1:]).to(entries.dtype)
    bins = torch.bucketize(entries, edges, right=True)
    counts = torch.zeros(*bins.shape[:2], len(HISTOGRAM_EDGES), dtype=torch.float64)
    counts.scatter_add_(2, bins, torch.ones(1, dtype=torch.float64).expand(bins.shape))
    counts[~torch.isfinite(entries).all(2)] = torch.nan
    return counts.numpy()


def _mean_cosine(gradient: Tensor) -> Tensor:
    """(replicas, batch, ..) -> (replicas,): over pairs of samples; zero gradients have cosine 0.

    The sum of all cosines is the squared norm of the sum of unit vectors.
    """
    flat = gradient.flatten(2).double()
    largest = flat.abs().amax(2, keepdim=True).clamp(min=torch.finfo(torch.float64).tiny)
    units = torch.nn.functional.normalize(flat / largest, dim=2)
    batch = units.shape[1]
    own = units.square().sum((1, 2))
    return (units.sum(1).square().sum(1) - own) / (batch * max(batch - 1, 1))
