"""Paths through residual nets: the direct one, how many there are, and what they carry."""

from math import exp
from typing import Any

from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import Gradients, Part, PathCounts, Variant
from skipviz.language import N_, _
from skipviz.network import Dense, Init, Network, Readout, Style
from skipviz.presets.preset import Chain
from skipviz.text import with_minus

_ZERO = Init(scheme="zero")


def _stemmed(depth: int, weights: Init, **how: Any) -> Network:
    made = Chain()
    made.add(Dense(width=64, activation="identity", init=Init()))
    for __ in range(depth):
        made.block(Dense(width=64), **how)
    return made.network(defaults=Style(init=weights), readout=Readout(init=Init()))


def _factors(setup: Setup) -> tuple[Part, ...]:
    depth, scale, bias = int(setup["depth"]), setup["scale"], setup["bias"]
    carried = 1 - 1 / (1 + exp(-bias))
    direct = _stemmed(depth, _ZERO, shortcut_scale=scale, branch_scale=0)
    highway = _stemmed(depth, _ZERO, kind="gated", gate_bias=bias, init=_ZERO)
    whole = _stemmed(depth, Init(scheme="he"), shortcut_scale=scale)
    variants = (
        Variant("direct", _("{scale}·x alone", scale=format(scale, "g")), direct, "skip"),
        Variant(
            "highway",
            _("highway, bias {bias}", bias=with_minus(f"{bias:g}")),
            highway,
            "gradient_only",
        ),
        Variant("whole", f"{scale:g}·x + relu(Wx)", whole, "plain"),
    )
    factors = {"direct": scale, "highway": carried}
    return (Gradients(variants, of="state", factors=factors),)


FACTORS = Experiment(
    id="g6",
    title=N_("λ to the power of L"),
    claim=N_(
        "A shortcut scaled by λ in every block leaves λ to the power of L of the gradient on the "
        "direct path, a highway carry gate (1 − σ(b)) to the power of L."
    ),
    source=Source(
        N_(
            "He et al. 2016, Identity Mappings, equations 7 and 8; Srivastava et al. 2015, Highway "
            "Networks"
        ),
        "https://arxiv.org/abs/1603.05027",
    ),
    parts=_factors,
    quantities=(
        Quantity(
            "direct.direct",
            N_("Left of the gradient on λx"),
            (5.5e-17, 5.6e-17),
            form="power",
            published="0.5⁵⁴ = 5.55 × 10⁻¹⁷",
        ),
        Quantity(
            "direct.error", N_("Off from λᴸ, relatively"), (0, 1e-9), form="power", always=True
        ),
        Quantity(
            "highway.direct",
            N_("Left of the gradient on the carry path"),
            (1.04e-3, 1.07e-3),
            form="power",
            published="(1 − σ(−2))⁵⁴ = 0.00106",
        ),
        Quantity(
            "highway.error",
            N_("Off from (1 − σ(b))ᴸ, relatively"),
            (0, 1e-9),
            form="power",
            always=True,
        ),
        Quantity("whole.growth", N_("Growth per layer with the branches on"), (1.0, 1.5)),
    ),
    falsified=N_("The measured gradient differs from the formula by more than rounding."),
    cleared=N_(
        "“With λ below 1 the gradient vanishes.” Only the direct path does: with its branches on, "
        "the same net has a gradient that even grows. And gates are not harmless: near ½ they "
        "close the path as fast as λ = ½ does."
    ),
    setting=N_(
        "A linear first layer and L layers of 64 whose branches are set to zero, so that only the "
        "shortcuts carry; digits, float64. Measured on the network, beside the formula. The third "
        "curve has He weights in its branches."
    ),
    seconds=1,
    controls=(
        Control("scale", "λ", (0.5, 0.7, 0.9, 1.0, 1.1), 0.5),
        Control("bias", N_("Gate bias b"), (-4, -3, -2, -1, 0), -2),
        Control("depth", N_("Blocks L"), (10, 20, 50, 54, 100), 54),
    ),
)


def _count(setup: Setup) -> tuple[Part, ...]:
    depth = int(setup["blocks"])
    ends = tuple((k - 1, k) for k in range(1, depth + 1))
    net = Network.mlp(depth=depth, width=64, skips=ends)
    variants = (Variant("net", _("{depth} blocks", depth=depth), net, "skip"),)
    return (PathCounts(variants, spans=((19, 35), (20, 34), (5, 17))),)


COUNT = Experiment(
    id="g7",
    title=N_("Count the paths"),
    claim=N_(
        "n residual blocks are 2 to the power of n paths whose lengths are binomial; deleting a "
        "block removes half of them."
    ),
    source=Source(
        N_(
            "Veit et al. 2016, Residual Networks Behave Like Ensembles of Relatively Shallow "
            "Networks"
        ),
        "https://arxiv.org/abs/1605.06431",
        N_(
            "54 blocks (ResNet-110); paths of 5 to 17 blocks are 0.45 % of all, and in their "
            "trained net carry almost all of the gradient. The first is arithmetic and holds here; "
            "the second is a property of that trained net."
        ),
    ),
    parts=_count,
    quantities=(
        Quantity("net.paths", N_("Paths"), (2**54, 2**54), form="count", published="2⁵⁴"),
        Quantity(
            "net.off",
            N_("Largest difference to a binomial coefficient"),
            (0, 0),
            form="count",
            always=True,
        ),
        Quantity("net.mean", N_("Mean length"), (27, 27)),
        Quantity(
            "net.19_35",
            N_("Share of paths of 19 to 35 layers"),
            (0.98016, 0.98018),
            form="share",
            published=N_("“more than 95 %”"),
        ),
        Quantity(
            "net.20_34", N_("Share of paths of 20 to 34 layers"), (0.95977, 0.95979), form="share"
        ),
        Quantity(
            "net.5_17",
            N_("Share of paths of 5 to 17 layers"),
            (0.00453, 0.00455),
            form="share",
            published=N_("0.45 %"),
        ),
        Quantity(
            "net.after_deletion",
            N_("Paths left without one block"),
            (0.5, 0.5),
            form="share",
            always=True,
        ),
    ),
    falsified=N_("A count differs from the binomial coefficient by as little as one."),
    cleared=N_(
        "“A residual net is an ensemble of independent nets.” Its paths share their weights and "
        "are trained together; they behave like an ensemble when blocks are deleted. And “95 % of "
        "paths are 19 to 35 long” is arithmetic of the binomial for 54 blocks, no law of networks."
    ),
    setting=N_(
        "Blocks of one layer with an identity skip around each, counted on the drawing by dynamic "
        "programming in whole numbers."
    ),
    seconds=1,
    controls=(Control("blocks", N_("Blocks"), (3, 5, 10, 20, 54, 100), 54),),
)

EXPERIMENTS = (FACTORS, COUNT)
