"""The gradient of the initial weights in float64, by the engine's own pass and probes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from skipviz import data
from skipviz.charts import Axis, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.passes import Pass, forward_backward
from skipviz.engine.probes.steps import StepProbes
from skipviz.engine.training.batches import Batches
from skipviz.experiments.parts import Cosines, Gradients, LastFeedForward, Part, Variant
from skipviz.language import _
from skipviz.types import Array

NAMES = {"weight": "weight_gradient", "state": "state_gradient"}
LABELS = {"weight": "|∂L/∂W|", "state": "|∂L/∂s|"}
ENDS = 5  # layers left out at either end when a growth per layer is fitted


def each_network(part: Cosines | LastFeedForward) -> Iterator[tuple[Variant, int, float]]:
    """A variant at one depth, its number of blocks, and how much of all is done with it, to 1."""
    total, done = sum(map(len, part.by_depth.values())), 0
    for variant in part.variants:
        for depth, network in part.by_depth[variant.name].items():
            done += 1
            yield replace(variant, network=network), depth, done / total


def stack_of(variant: Variant, part: Part) -> Stack:
    """Fresh replicas, one per seed, in float64."""
    info = data.info(part.settings.data)
    arms = part.settings.model_copy(update={"arms": (variant.arm,)}).arms_for(variant.network)
    seeds = range(part.settings.seed, part.settings.seed + part.seeds)
    return Stack(info.resolve(variant.network), arms, seeds, torch.float64)


def initial_pass(stack: Stack, part: Part, samples: int) -> Pass:
    """Forward and backward on one batch per seed, the same for every network."""
    split = data.load(part.settings.data)
    x, y = torch.from_numpy(split.train_x), torch.from_numpy(split.train_y)
    seeds = range(part.settings.seed, part.settings.seed + part.seeds)
    batch, labels = next(Batches(x, y, samples, stack.replicas // part.seeds, seeds))
    return forward_backward(stack, batch.double(), labels)


def layer_norms(variant: Variant, part: Part, samples: int = 64) -> dict[str, Array]:
    """ "weight" and "state": (seeds, layers 1..N) norms of gradients."""
    stack = stack_of(variant, part)
    probes = StepProbes(stack, "minimal").measure(initial_pass(stack, part, samples), None, 0.0)
    depth = variant.network.depth
    return {of: probes[name][:, :depth] for of, name in NAMES.items()}


def gradients(part: Gradients) -> Iterator[Findings]:
    """The gradient of every layer, network by network."""
    norms: dict[str, dict[str, Array]] = {}
    for variant in part.variants:
        norms[variant.name] = layer_norms(variant, part, part.samples)
        values = _values(norms) | _against_factors(part, norms)
        yield Findings(len(norms) / len(part.variants), [_panel(part, norms)], values)


def _values(norms: dict[str, dict[str, Array]]) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, found in norms.items():
        weights = found["weight"][:, np.isfinite(found["weight"]).any(0)]
        values[f"{name}.first"], values[f"{name}.last"] = weights[:, 0], weights[:, -1]
        with np.errstate(invalid="ignore", divide="ignore"):  # branches set to zero have none
            values[f"{name}.ratio"] = weights[:, 0] / weights[:, -1]
        values[f"{name}.growth"] = growth(found["state"])
    return values


def _against_factors(part: Gradients, norms: dict[str, dict[str, Array]]) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, factor in part.factors.items():
        if name in norms:
            relative = norms[name]["state"] / norms[name]["state"][:, -1:]
            expected = _powers(factor, relative.shape[1])
            values[f"{name}.direct"] = relative[:, 0]
            values[f"{name}.error"] = np.abs(relative / expected - 1).max(1)
    return values


def _powers(factor: float, layers: int) -> Array:
    """What is left of the gradient of the last of so many layers at each of them."""
    return np.asarray(factor ** np.arange(layers - 1, -1, -1.0), np.float64)


def growth(norms: Array) -> Array:
    """(seeds, layers) -> (seeds,): factor per layer towards the input, by least squares."""
    inner = norms[:, ENDS:-ENDS]
    if inner.shape[1] < 2 or not (inner > 0).all():
        return np.full(len(norms), np.nan)
    slopes = np.polyfit(np.arange(inner.shape[1]), np.log(inner).T, 1)[0]
    return np.asarray(np.exp(-slopes), np.float64)


def _panel(part: Gradients, norms: dict[str, dict[str, Array]]) -> Panel:
    curves = []
    for variant in part.variants:
        if variant.name in norms:
            found = norms[variant.name][part.of]
            layers = np.flatnonzero(np.isfinite(found).any(0))
            curves.append(variant.curve(layers + 1, found[:, layers]))
    return Panel(
        f"initial_{part.of}",
        _("Gradient of every layer at the initial weights"),
        _(
            "{quantity}, L the mean loss over a batch of {samples}; float64, median and span of "
            "{seeds} seeds.",
            quantity=LABELS[part.of],
            samples=part.samples,
            seeds=part.seeds,
        ),
        Lines(
            tuple(curves),
            Axis(_("layer (1 = next to the input)")),
            Axis(LABELS[part.of], log=True),
        ),
    )
