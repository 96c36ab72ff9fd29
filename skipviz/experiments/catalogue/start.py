"""What a random network does to the gradient before any training."""

from collections.abc import Callable
from typing import Any

from skipviz.experiments.catalogue.networks import STEPS_PER_EPOCH, blocks, chain
from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import (
    SEEDS,
    Cosines,
    OverDepth,
    Part,
    Shattering,
    Training,
    Variant,
)
from skipviz.language import N_, _
from skipviz.network import Init, Network, Scale
from skipviz.settings import Settings


def _shattered(setup: Setup) -> tuple[Part, ...]:
    def pair(depth: int, styles: tuple[str, str]) -> list[Variant]:
        net = blocks(depth, layers=1, width=200, norm="batch", branch_scale=setup["branch"])
        return [
            Variant(f"residual{depth}", _("{depth} residual", depth=depth), net, styles[0]),
            Variant(f"plain{depth}", _("{depth} plain", depth=depth), net, styles[1], arm="plain"),
        ]

    variants = [v for depth in setup.pick((10, 50), (50,)) for v in pair(depth, _STYLES[depth])]
    linear = Network.mlp(50, 100, activation="crelu", init=Init(scheme="looks_linear"))
    variants.append(Variant("linear50", _("looks-linear"), linear, "gradient_only"))
    on_a_line = Shattering(tuple(variants), Settings(data="sine"), seeds=setup.pick(5, 3))
    return on_a_line, _pairs(setup)


def _pairs(setup: Setup) -> Cosines:
    def nets(depths: tuple[int, ...]) -> dict[int, Network]:
        width = setup.pick(200, 128)
        return {depth: blocks(depth, layers=1, width=width, norm="batch") for depth in depths}

    residual, plain = nets((8, 16, 32, 64)), nets((1, 2, 4, 6))
    variants = (
        Variant("full", _("residual, gain 1"), residual[64], "skip"),
        Variant("plain", _("plain"), plain[6], "plain", arm="plain"),
    )
    by_depth = {"full": residual, "plain": plain}
    return Cosines(variants, seeds=setup.pick(5, 3), by_depth=by_depth)


_STYLES = {50: ("skip", "plain"), 10: ("forward_only", "another")}

SHATTERED = Experiment(
    id="g10",
    title=N_("Shattered gradients"),
    claim=N_(
        "With batch norm, the gradients of a deep plain net at neighbouring inputs have nothing to "
        "do with each other; in a residual net whose branches are scaled down they stay alike."
    ),
    source=Source(
        N_("Balduzzi et al. 2017, The Shattered Gradients Problem"),
        "https://arxiv.org/abs/1702.08591",
    ),
    parts=_shattered,
    quantities=(
        Quantity("plain50.lag5", N_("50 plain, autocorrelation at lag 5"), (-0.2, 0.2)),
        Quantity("residual50.lag5", N_("50 residual, autocorrelation at lag 5"), (0.4, 1)),
        Quantity("plain10.lag5", N_("10 plain, autocorrelation at lag 5"), (-0.3, 0.3)),
        Quantity("residual10.lag5", N_("10 residual, autocorrelation at lag 5"), (0.6, 1)),
        Quantity("linear50.lag5", N_("50 looks-linear"), (1, 1)),
        Quantity(
            "plain.factor",
            N_("Cosine of two gradients, plain: factor per ReLU"),
            (0.44, 0.56),
            (0.42, 0.58),
            published=N_("theory: ½"),
        ),
        # A block takes |g|² times 1 + 1/v and the product of two gradients times 1 + 1/2v, where
        # v = 2 + (1 − 1/π) l is the variance before block l: that much, for the mean is taken off.
        Quantity(
            "full.power",
            N_("Cosine, residual of gain 1: power of L, L = 8 to 64"),
            (-0.75, -0.5),
            (-0.85, -0.5),
            published=N_("theory: −0.62, and −0.73 for great L"),
        ),
    ),
    falsified=N_(
        "At depth 50 the gradients of the plain net at neighbouring inputs are alike, or those of "
        "the residual one as unlike."
    ),
    cleared=N_(
        "“Residual nets shatter like one over the square root of the depth L.” They would with a "
        "batch norm that only divides. Batch norm takes the mean off too, and the cosine falls "
        "faster: towards L to the power of −0.73. Norms tell nothing of it: this is about "
        "directions."
    ),
    setting=N_(
        "Blocks of batch norm, ReLU and one layer of 200 with He weights, one input, one output; "
        "256 inputs in [−2, 2]; five seeds. The plain nets are the same without the skips. "
        "Cosines: over the pairs of 128 Gaussian inputs of 64 features, branch gain 1."
    ),
    differs=N_(
        "Batch norm couples the inputs, so its statistics are taken over the 256 inputs once and "
        "then held constant."
    ),
    short=N_("Depth 50 only, three seeds; cosines at width 128."),
    seconds=9,
    controls=(Control("branch", N_("Branch gain"), (0.03, 0.1, 0.3, 1.0), 0.1),),
)


def _family(
    name: str, label: str, style: str, build: Callable[[int], Network], depths: tuple[int, ...]
) -> tuple[Variant, dict[int, Network]]:
    by_depth = {depth: build(depth) for depth in depths}
    return Variant(name, label, by_depth[max(depths)], style), by_depth


def _over_depth(*families: tuple[Variant, dict[int, Network]], seeds: int = SEEDS) -> OverDepth:
    variants = tuple(variant for variant, __ in families)
    nets = {variant.name: by_depth for variant, by_depth in families}
    return OverDepth(variants, seeds=seeds, by_depth=nets)


def _laws(setup: Setup) -> tuple[Part, ...]:
    depths = setup.pick((4, 8, 16, 32, 64, 128), (4, 8, 16, 32, 64))
    width = setup.pick(128, 64)

    def net(gain: float, span: int) -> Callable[[int], Network]:
        init = Init(scheme="xavier", gain=gain)
        return lambda depth: chain(depth + 1, span, width=width, activation="tanh", init=init)

    return (
        _over_depth(
            _family("residual", _("residual, σ 1"), "skip", net(1, 1), depths),
            _family("ordered", _("plain, σ 0.9"), "plain", net(0.9, 0), depths),
            _family("critical", _("plain, σ 1"), "other", net(1, 0), depths),
            _family("chaotic", _("plain, σ 1.5"), "another", net(1.5, 0), depths),
            seeds=6,
        ),
    )


LAWS = Experiment(
    id="g11",
    title=N_("Exponential, or the root of the depth?"),
    claim=N_(
        "In plain tanh nets the gradient goes exponentially with depth, down or up, away from the "
        "critical point σ = 1, and as a power of the depth at it; in a tanh residual net its log "
        "grows only with the square root of the depth."
    ),
    source=Source(
        N_(
            "Schoenholz et al. 2017, Deep Information Propagation; Yang and Schoenholz 2017, Mean "
            "Field Residual Networks"
        ),
        "https://arxiv.org/abs/1712.08969",
    ),
    parts=_laws,
    quantities=(
        Quantity("ordered.r2_depth", N_("Plain, σ 0.9: log is linear in the depth, R²"), (0.99, 1)),
        Quantity(
            "chaotic.r2_depth",
            N_("Plain, σ 1.5: log is linear in the depth, R²"),
            (0.99, 1),
            (0.975, 1),
        ),
        Quantity(
            "critical.r2_lead",
            N_("Plain, σ 1: R² of a power law less that of an exponential"),
            (0.04, 0.5),
            (0.02, 0.5),
        ),
        Quantity("ordered.r2_lead", N_("Plain, σ 0.9: the same difference"), (-0.3, -0.05)),
        Quantity("residual.r2_root", N_("Residual: log is linear in its root, R²"), (0.995, 1)),
        Quantity("residual.r2_depth", N_("Residual: log is linear in the depth, R²"), (0.8, 0.975)),
        Quantity(
            "residual.off", N_("Residual: largest distance to theory, nats"), (0, 0.25), (0, 0.3)
        ),
        Quantity(
            "residual.deepest",
            N_("Residual: growth of the gradient over the most layers"),
            (550, 1200),
            (75, 170),
            form="power",
            published=N_("theory: 698; 96 in the short version"),
        ),
    ),
    falsified=N_(
        "The residual net's log gradient fits a straight line in the depth as well as one in its "
        "square root, or the plain net at σ = 1 an exponential as well as a power law."
    ),
    cleared=N_(
        "“Skips keep the gradient constant.” In this net it grows, about 800-fold over 128 layers; "
        "but far slower than exponentially, which is what makes it trainable."
    ),
    setting=N_(
        "A first layer and 4 to 128 tanh layers of 128, Xavier weights times σ = 0.9, 1 or 1.5, "
        "skips over one layer each; digits, batch 32, float64, six seeds. The lines are mean field "
        "theory, computed from the drawing."
    ),
    short=N_("Up to 64 layers of 64."),
    seconds=9,
)


def _exploding(setup: Setup) -> tuple[Part, ...]:
    depths, width = (4, 8, 16, 32), setup.pick(256, 128)

    def net(gain: Callable[[int], float]) -> Callable[[int], Network]:
        return lambda depth: blocks(depth, layers=1, width=width, branch_scale=gain(depth))

    start = _over_depth(
        _family("full", _("gain 1"), "plain", net(lambda __: 1.0), depths),
        _family("root", _("gain 1/√L"), "forward_only", net(lambda depth: depth**-0.5), depths),
        _family("zero", _("gain 0"), "skip", net(lambda __: 0.0), depths),
    )
    learned: dict[str, Any] = {"learned": "scalar"}
    trained = (
        Variant("as_is", _("gain 1"), blocks(20), "plain"),
        Variant(
            "by_root",
            _("gain 1/√20, learned"),
            blocks(20, branch_scale=Scale(value=20**-0.5, **learned)),
            "forward_only",
        ),
        Variant(
            "skipinit",
            _("gain 0, learned"),
            blocks(20, branch_scale=Scale(value=0, **learned)),
            "skip",
        ),
    )
    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(6, 2)
    )
    return start, Training(trained, settings)


EXPLODING = Experiment(
    id="g12",
    title=N_("A skip can explode"),
    claim=N_(
        "With He weights and no normalisation, identity skips around ReLU branches make the "
        "gradient explode like 2 to the power of L/2; scaling the branches down, or starting them "
        "at zero, cures it."
    ),
    source=Source(
        N_(
            "De and Smith 2020, Batch Normalization Biases Residual Blocks Towards the Identity "
            "Function in Deep Networks (SkipInit); Hanin and Rolnick 2018, How to Start Training"
        ),
        "https://arxiv.org/abs/2002.10444",
    ),
    parts=_exploding,
    quantities=(
        Quantity(
            "full.at_32",
            N_("32 blocks, gain 1: growth of |∂L/∂s|"),
            (4.5e4, 9e4),
            (3e4, 1.3e5),
            form="power",
            published=N_("theory: 2¹⁶ = 65,536"),
        ),
        Quantity(
            "root.at_32",
            N_("32 blocks, gain 1/√L: growth"),
            (1.5, 1.8),
            (1.4, 1.9),
            published=N_("theory: (1 + 1/32)¹⁶ = 1.636"),
        ),
        Quantity("zero.at_32", N_("32 blocks, gain 0: growth"), (1, 1), published=N_("theory: 1")),
        Quantity("as_is.diverged", N_("Share of seeds that diverged, gain 1"), (1, 1)),
        Quantity("by_root.test_accuracy", N_("Test accuracy, gain 1/√20"), (0.93, 1), (0.8, 1)),
        Quantity("skipinit.test_accuracy", N_("Test accuracy, gain 0"), (0.93, 1), (0.8, 1)),
    ),
    falsified=N_(
        "The net with gain 1 trains at this learning rate, or its gradient does not grow."
    ),
    cleared=N_(
        "“More gradient is better”, and “a skip cannot hurt”. Growth by the factor √2 per block is "
        "a failure like vanishing: what matters is a factor near 1."
    ),
    setting=N_(
        "Growth: a linear first layer and L blocks x + g · W relu(x) of width 256, He weights, "
        "digits, float64. Training: 20 such blocks of two layers of 64, no norm, SGD with momentum "
        "0.9, batch 64, 6 epochs."
    ),
    short=N_("Width 128, 2 epochs."),
    seconds=12,
    controls=(Control("learning_rate", N_("Learning rate"), (0.001, 0.005, 0.02, 0.05), 0.02),),
    chance=0.1,
)

EXPERIMENTS = (SHATTERED, LAWS, EXPLODING)
