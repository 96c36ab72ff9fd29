"""Small checks of sentences about skips: what a network says of each, in a table."""

from collections.abc import Iterator, Mapping

import numpy as np

from skipviz import graph, presets
from skipviz.arms import STANDARD_ARMS
from skipviz.charts import Table
from skipviz.engine.measures.feedback import after
from skipviz.engine.measures.forward_skip import against_plain
from skipviz.engine.measures.many_networks import criterion, weights
from skipviz.engine.measures.passes import first_pass, fresh_stack, state_norms, weight_norms
from skipviz.engine.measures.shattered import exponents
from skipviz.engine.measures.splits import cancelling
from skipviz.engine.measures.start import factor_per_layer
from skipviz.language import N_, Sentence, _
from skipviz.measures.cases import chain, residual
from skipviz.measures.results import Result, spread
from skipviz.network import Network
from skipviz.runs.zeros import size_text
from skipviz.text import factor_text, number_text, percent_text
from skipviz.types import Array

_HEAD = N_("measured"), N_("result")
BLOCKS = 54


def training(depth: int = 40) -> Iterator[Result]:
    """Healthy norms in a chain that trains badly, shattering with batch norm, ReZero's start."""
    healthy = factor_per_layer(_norms(chain(depth, "tanh", "xavier")))
    powers = exponents()
    branches, scales = _rezero()
    yield _result(
        _(
            "Gradients of a healthy size, yet {depth} layers of these learn badly (chapter 9): "
            "norms by themselves say little.",
            depth=depth,
        ),
        {
            _("per layer, tanh, Xavier, no skips"): factor_text(healthy),
            _("power of L, from 8 to 64, by which gradients shatter; residual, batch norm"): spread(
                powers, 2
            ),
            _("ReZero, gradient of the branches at the start"): size_text(branches),
            _("ReZero, gradient of the scales"): number_text(scales),
        },
        {
            "healthy": healthy,
            "power": float(powers.mean()),
            "branches": branches,
            "scales": scales,
        },
    )


def sizes(depth: int = 40) -> Iterator[Result]:
    """Which end of the opening network starves, and what makes gradients grow."""
    cases = {
        N_("per block, ReLU, He, identity skips"): residual(depth, "relu", "he", 128),
        N_("per layer, the same without skips"): chain(depth + 1, "relu", "he", width=128),
        N_("per layer, ReLU and batch norm, no skips"): chain(depth, "relu", "he", norm="batch"),
        N_("per layer, the same with skips"): chain(depth, "relu", "he", norm="batch", step=2),
    }
    factors = {name: factor_per_layer(_norms(net)) for name, net in cases.items()}
    without, with_skips = _first_over_last(presets.load("default"))
    yield _result(
        _(
            "Without skips the first layer of the opening network gets {share} of the gradient of "
            "its last: the layers next to the input starve.",
            share=number_text(without),
        ),
        {
            _("|∂L/∂W| of layer 1 over layer 40, opening network, no skips"): number_text(without),
            _("the same, with skips"): number_text(with_skips),
        }
        | {_(name): factor_text(factor) for name, factor in factors.items()},
        {**factors, "without": without, "with skips": with_skips},
    )


def formulas() -> Iterator[Result]:
    """The numbers of the sections on formulas, measured once more side by side."""
    net = presets.load("forward_skip")
    left = dict(next(cancelling()).values)["left at c = 1"]
    above = dict(next(against_plain(net, "digits", 0, (3, 7))).values)["above"]
    *__, cases = criterion((1.5,), networks=40)
    change = dict(next(weights()).values)
    once = dict(next(after(2)).values)["T = 1"]
    falls = dict(cases.values)["falls at gain 1.5"]
    yield _result(
        _("Each of these sentences has a counterexample that can be computed in a second."),
        {
            _("left of the gradient with J = −I"): size_text(left),
            _("change above p, gradient only"): size_text(above),
            _("networks (gain 1.5) whose first layer gets less by a skip"): percent_text(falls),
            _("change of ∂L/∂W in layer 6 while ∂L/∂s stays"): percent_text(change["layer 6"]),
            _("gradient of a feedback skip after one pass"): size_text(once),
        },
        {"left": left, "above": above, "falls": falls, "once": once},
    )


def paths() -> Iterator[Result]:
    """Paths of 54 residual blocks, counted; and the carry of gates that are half open."""
    net = Network.mlp(BLOCKS, 8, skips=tuple((k, k + 1) for k in range(BLOCKS)))
    lengths = graph.path_lengths(net)
    total = sum(lengths.values())
    between = sum(count for length, count in lengths.items() if 19 <= length <= 35) / total
    short = sum(count for length, count in lengths.items() if 5 <= length <= 17) / total
    removed = graph.lesion(net, layers=(27,))
    yield _result(
        _(
            "{blocks} blocks make {paths} paths; deleting one block leaves {share} of them.",
            blocks=BLOCKS,
            paths=format(total, ","),
            share=percent_text(float(removed.share)),
        ),
        {
            _("share of paths of length 19 to 35"): percent_text(between, 2),
            _("share of paths of length 5 to 17"): percent_text(short, 2),
            _("carried through 54 gates at one half"): number_text(0.5**BLOCKS),
        },
        {"paths": float(total), "19 to 35": between, "5 to 17": short},
    )


def _first_over_last(net: Network) -> tuple[float, float]:
    """|dL/dW_1| / |dL/dW_N| without the skips and with them, the median of three seeds."""
    stack = fresh_stack(net, "digits", (STANDARD_ARMS["plain"], STANDARD_ARMS["skip"]), range(3))
    norms = weight_norms(stack, first_pass(stack, "digits"))
    ratios = (norms["layer1.weight"] / norms[f"layer{net.depth}.weight"]).reshape(2, 3)
    without, with_skips = np.median(ratios, axis=1)
    return float(without), float(with_skips)


def _norms(net: Network) -> Array:
    stack = fresh_stack(net, "digits", seeds=range(3))
    return state_norms(first_pass(stack, "digits", 256))[:, :-1]


def _rezero() -> tuple[float, float]:
    """Largest gradient of a branch's weights, and of a scale, at the first weights."""
    net = presets.load("rezero")
    stack = fresh_stack(net, "digits")
    norms = weight_norms(stack, first_pass(stack, "digits"))
    inner = {f"layer{skip.target}.weight" for skip in net.skips}
    scales = [float(value[0]) for name, value in norms.items() if "scale" in name]
    return max(float(norms[name][0]) for name in inner), max(scales)


def _result(verdict: str, rows: Mapping[Sentence, str], values: dict[str, float]) -> Result:
    return Result(
        verdict=verdict,
        note=_(
            "Measured or counted now, on first weights in float64; of three seeds the median, and "
            "where they are given their range."
        ),
        table=Table((_(_HEAD[0]), _(_HEAD[1])), tuple(rows.items())),
        values=tuple(values.items()),
    )
