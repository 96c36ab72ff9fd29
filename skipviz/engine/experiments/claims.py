"""What one skip changes, over many random nets: the arms of the engine, sample by sample."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from skipviz import data
from skipviz.arms import arm_named
from skipviz.charts import Axis, Lines, Mark, Panel, over_seeds
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.experiments.parts import SkipClaim
from skipviz.language import _
from skipviz.types import Array

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


@dataclass(frozen=True)
class _Nets:
    """dL/ds_k of every arm: (layers 1..N, nets, samples, width); states of all arms together."""

    states: list[Tensor]
    plain: Tensor
    gradient_only: Tensor
    skip: Tensor

    @property
    def ratios(self) -> dict[str, Tensor]:
        """Norms over those of the net without, (layers, nets, samples)."""
        without = self.plain.norm(dim=-1)
        arms = {"gradient_only": self.gradient_only, "skip": self.skip}
        return {name: gradient.norm(dim=-1) / without for name, gradient in arms.items()}


def _group(part: SkipClaim, seeds: range) -> tuple[Array, dict[str, float]]:
    """Median ratio to the net without (arms but plain, layers), and what is claimed of it."""
    (skip,) = part.variants[0].network.skips
    nets = _nets(part, seeds)
    medians = [ratio.flatten(1).median(1).values.numpy() for ratio in nets.ratios.values()]
    return np.stack(medians), _claimed(nets, skip.source, skip.target)


def _nets(part: SkipClaim, seeds: range) -> _Nets:
    network, samples = part.variants[0].network, part.samples
    info, split = data.info(part.settings.data), data.load(part.settings.data)
    arms = [arm_named(name) for name in ARMS]
    stack = Stack(info.resolve(network), arms, seeds, torch.float64)
    size = samples * len(seeds)
    x = torch.from_numpy(split.train_x[:size]).double().view(len(seeds), samples, -1)
    y = torch.from_numpy(split.train_y[:size]).view(len(seeds), samples)
    states = stack.states(x.repeat(len(arms), 1, 1))[1:]
    loss = losses_of_samples(states[-1], y.repeat(len(arms), 1)).sum()  # of each sample by itself
    gradients = torch.stack(torch.autograd.grad(loss, states[:-1], retain_graph=True))
    shape = (len(states) - 1, len(arms), len(seeds), *states[0].shape[1:])
    return _Nets(states, *gradients.view(shape).unbind(1))


def _claimed(nets: _Nets, p: int, q: int) -> dict[str, float]:
    plain, only, ratios = nets.plain, nets.gradient_only, nets.ratios
    increment = _increment(nets, p, q)
    delta = plain[q - 1]
    quotient = (plain[p - 1] * delta).sum(-1) / delta.square().sum(-1)  # R
    grows = ratios["gradient_only"][p - 1] > 1
    return {
        "gradient_only.above": _relative(only[p:] - plain[p:], plain[p:]),
        "gradient_only.increment": _relative(only[:p] - plain[:p] - increment, increment),
        "gradient_only.criterion": float((grows == (quotient > -0.5)).double().mean()),
        "gradient_only.falls": float((ratios["gradient_only"][0] < 1).double().mean()),
        "skip.falls": float((ratios["skip"][0] < 1).double().mean()),
        "skip.above": float(ratios["skip"][p:].median()),
    }


def _increment(nets: _Nets, p: int, q: int) -> Tensor:
    """dL/ds_q J_k of the nets without the skip, for k = 1..p: (p, nets, samples, width)."""
    count = nets.plain.shape[1]  # the arm without comes first
    delta = torch.zeros_like(nets.states[p - 1])
    delta[:count] = nets.plain[q - 1]
    below = torch.autograd.grad(nets.states[p - 1], nets.states[: p - 1], delta) if p > 1 else ()
    return torch.stack([*(gradient[:count] for gradient in below), delta[:count]])


def _relative(difference: Tensor, to: Tensor) -> float:
    """The largest over layers, nets and samples."""
    return float((difference.norm(dim=-1) / to.norm(dim=-1)).max())


def _panel(part: SkipClaim, ratios: Array) -> Panel:
    """ratios (groups, arms but plain, layers)."""
    (skip,) = part.variants[0].network.skips
    labels = {"gradient_only": _("gradient only"), "skip": _("with the skip")}
    curves = tuple(
        over_seeds(labels[name], ratios[:, place], name, name=name)
        for place, name in enumerate(ARMS[1:])
    )
    return Panel(
        "ratio",
        _("Gradient against the same net without the skip"),
        _(
            "|∂L/∂sₖ| over that without; median over {nets} nets and {samples} samples each, span "
            "of {groups} groups. The skip leads from {source} to {target}.",
            nets=part.nets,
            samples=part.samples,
            groups=part.seeds,
            source=skip.source,
            target=skip.target,
        ),
        Lines(
            curves,
            Axis(_("layer (1 = next to the input)")),
            Axis(_("ratio"), from_zero=True),
            (Mark(1.0, _("unchanged")),),
        ),
    )
