"""What one skip changes, over many random nets: the arms of the engine, sample by sample."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from skipviz import data
from skipviz.arms import arm_named
from skipviz.experiments.measuring.findings import Findings
from skipviz.experiments.panels import Array, Axis, Mark, Panel, over_seeds
from skipviz.experiments.parts import SkipClaim
from skipviz.model.stack import Stack
from skipviz.probes.losses import losses_of_samples

ARMS = ("plain", "gradient_only", "skip")


def skip_claim(part: SkipClaim) -> Iterator[Findings]:
    """A group of nets per seed."""
    ratios: list[Array] = []
    values: dict[str, list[float]] = {}
    for group in range(part.seeds):
        ratio, found = _group(part, range(group * part.nets, (group + 1) * part.nets))
        ratios.append(ratio)
        for name, value in found.items():
            values.setdefault(name, []).append(value)
        arrays = {name: np.array(each) for name, each in values.items()}
        yield Findings((group + 1) / part.seeds, [_panel(part, np.stack(ratios))], arrays)


def _group(part: SkipClaim, seeds: range) -> tuple[Array, dict[str, float]]:
    """Median ratio to the net without (arms but plain, layers), and what is claimed of it."""
    network = part.variants[0].network
    (skip,) = network.skips
    info, split = data.info(part.settings.data), data.load(part.settings.data)
    arms = [arm_named(name) for name in ARMS]
    stack = Stack(network, info.input_shape, info.outputs, arms, seeds, torch.float64)
    size = part.samples * len(seeds)
    x = torch.from_numpy(split.train_x[:size]).double().view(len(seeds), part.samples, -1)
    y = torch.from_numpy(split.train_y[:size]).view(len(seeds), part.samples)
    states = stack.states(x.repeat(len(arms), 1, 1))[1:]
    loss = losses_of_samples(states[-1], y.repeat(len(arms), 1)).sum()
    gradients = torch.autograd.grad(loss, states[:-1], retain_graph=True)
    shape = (len(states) - 1, len(arms), len(seeds), *states[0].shape[1:])
    by_layer = torch.stack(gradients).view(shape)
    plain, only, real = by_layer.unbind(1)
    p, q = skip.source, skip.target
    increment = _increment(states, by_layer, p, q)
    norms = {name: each.norm(dim=-1) for name, each in zip(ARMS, (plain, only, real), strict=True)}
    ratio = {name: norms[name] / norms["plain"] for name in ARMS[1:]}
    grows = norms["gradient_only"][p - 1] > norms["plain"][p - 1]
    delta = plain[q - 1]
    quotient = (plain[p - 1] * delta).sum(-1) / delta.square().sum(-1)
    found = {
        "gradient_only.above": _relative(only[p:] - plain[p:], plain[p:]),
        "gradient_only.increment": _relative(only[:p] - plain[:p] - increment, increment),
        "gradient_only.criterion": float((grows == (quotient > -0.5)).double().mean()),
        "gradient_only.falls": float((ratio["gradient_only"][0] < 1).double().mean()),
        "skip.falls": float((ratio["skip"][0] < 1).double().mean()),
        "skip.above": float(ratio["skip"][p:].median()),
    }
    medians = [ratio[name].flatten(1).median(1).values.numpy() for name in ARMS[1:]]
    return np.stack(medians), found


def _increment(states: list[Tensor], by_layer: Tensor, p: int, q: int) -> Tensor:
    """dL/ds_q J_k of the plain nets for k = 1..p: (p, nets, samples, width)."""
    plain = by_layer.shape[2]
    delta = torch.zeros_like(states[p - 1])
    delta[:plain] = by_layer[q - 1, 0]
    below = torch.autograd.grad(states[p - 1], states[: p - 1], delta) if p > 1 else ()
    return torch.stack([*(gradient[:plain] for gradient in below), delta[:plain]])


def _relative(difference: Tensor, to: Tensor) -> float:
    """The largest over layers, nets and samples."""
    return float((difference.norm(dim=-1) / to.norm(dim=-1)).max())


def _panel(part: SkipClaim, ratios: Array) -> Panel:
    """ratios (groups, arms but plain, layers)."""
    (skip,) = part.variants[0].network.skips
    layers = np.arange(1, ratios.shape[2] + 1)
    labels = {"gradient_only": "gradient only", "skip": "with the skip"}
    curves = [
        over_seeds(name, labels[name], layers, ratios[:, place], name)
        for place, name in enumerate(ARMS[1:])
    ]
    return Panel(
        "ratio",
        "Gradient against the same net without the skip",
        f"|∂L/∂sₖ| over that without; median over {part.nets} nets and {part.samples} samples "
        f"each, span of {part.seeds} groups. The skip leads from {skip.source} to {skip.target}.",
        Axis("layer (1 = next to the input)"),
        Axis("ratio"),
        curves,
        Mark(1.0, "unchanged"),
    )
