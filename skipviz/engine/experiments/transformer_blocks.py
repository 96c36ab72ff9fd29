"""The blocks of transformers at the initial weights, against their number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from skipviz.charts import Axis, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import each_network, initial_pass, stack_of
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.passes import Pass
from skipviz.experiments.parts import LastFeedForward, Variant
from skipviz.language import _
from skipviz.network import Network
from skipviz.types import Array


@dataclass(frozen=True)
class Blocks:
    """What was found of one network.

    `outer` (seeds, blocks): |dL/dW_2| of the feed-forward parts. `states` (seeds, blocks + 1): RMS
    of the state before the first block and behind each.
    """

    outer: Array
    states: Array


Found = dict[str, dict[int, Blocks]]
"""By variant and number of blocks."""


def last_feed_forward(part: LastFeedForward) -> Iterator[Findings]:
    """Every block of every network, family by family."""
    found: Found = {}
    for variant, depth, done in each_network(part):
        found.setdefault(variant.name, {})[depth] = _blocks(variant, part)
        yield Findings(done, _panels(part, found), _values(found) if done == 1 else {})


def _blocks(variant: Variant, part: LastFeedForward) -> Blocks:
    stack = stack_of(variant, part)
    made = initial_pass(stack, part, part.samples)
    return Blocks(_outer_norms(stack, made), state_sizes(variant.network, made))


def _outer_norms(stack: Stack, made: Pass) -> Array:
    """(seeds, blocks)."""
    norms = {}
    for names, gradient in zip(stack.places, made.gradients, strict=True):
        for name, of_tensor in zip(names, gradient, strict=True):
            if name.endswith("outer_weight"):
                layer = int(name.split(".")[0].removeprefix("layer"))
                norms[layer] = of_tensor.flatten(1).norm(dim=1).numpy()
    return np.stack([norms[layer] for layer in sorted(norms)], axis=1)


def state_sizes(network: Network, made: Pass) -> Array:
    """(seeds, blocks + 1): RMS of the state before the first attention, behind feed-forward."""
    kinds = [layer.kind for layer in network.layers]
    behind = [k for k, kind in enumerate(kinds, start=1) if kind == "feed_forward"]
    shown = [made.states[k - 1] for k in (kinds.index("attention"), *behind)]
    sizes = [state.detach().flatten(1).square().mean(1).sqrt().numpy() for state in shown]
    return np.stack(sizes, axis=1)


def _values(found: Found) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, by_depth in found.items():
        depths = np.log(list(by_depth))
        last = _last(by_depth)
        values |= {f"{name}.at_{d}": blocks.outer[:, -1] for d, blocks in by_depth.items()}
        values[f"{name}.slope"] = np.polyfit(depths, np.log(last).T, 1)[0]
        deepest = by_depth[max(by_depth)]
        values[f"{name}.tilt"] = deepest.outer[:, -1] / deepest.outer[:, 0]
        values[f"{name}.grown"] = deepest.states[:, -1] / deepest.states[:, 0]
    return values


def _last(by_depth: Mapping[int, Blocks]) -> Array:
    """(seeds, networks): of the last block of each."""
    return np.stack([blocks.outer[:, -1] for blocks in by_depth.values()], axis=1)


def _panels(part: LastFeedForward, found: Found) -> list[Panel]:
    last, outer, states = [], [], []
    for variant in part.variants:
        by_depth = found.get(variant.name, {})
        if by_depth:
            deepest = by_depth[max(by_depth)]
            places = np.arange(deepest.states.shape[1])
            last.append(variant.curve(list(by_depth), _last(by_depth)))
            outer.append(variant.curve(places[1:], deepest.outer))
            states.append(variant.curve(places, deepest.states))
    note = _(
        "|∂L/∂W₂| at the initial weights, float64, {samples} sequences; median and span of {seeds} "
        "seeds.",
        samples=part.samples,
        seeds=part.seeds,
    )
    upright, along = Axis("|∂L/∂W₂|", log=True), Axis(_("block (1 = next to the input)"))
    return [
        Panel("last_block", _("The last feed-forward block"), note,
              Lines(tuple(last), Axis(_("blocks"), log=True), upright)),
        Panel("all_blocks", _("Every block of the deepest net"), note,
              Lines(tuple(outer), along, upright)),
        Panel("states", _("The state behind every block of the deepest net"),
              _("Root mean square of its entries, same weights and sequences; at 0 before the "
              "first."),
              Lines(tuple(states), along, Axis(_("RMS of the state"), from_zero=True))),
    ]  # fmt: skip
