"""Deep nets with batch norm: degradation, and which shortcuts help against it."""

from math import inf
from typing import Any

from skipviz.experiments.catalogue.networks import HE, STEPS_PER_EPOCH, blocks, chain
from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import Gradients, Part, Training, Variant
from skipviz.language import N_, _
from skipviz.network import Init
from skipviz.settings import Settings

_LABELS = {
    (False, False): N_("{depth} without"),
    (True, False): N_("{depth} with skips"),
    (False, True): N_("{depth} without, wide"),
    (True, True): N_("{depth} with skips, wide"),
}
"""By whether there are skips, and whether the layers are wide."""


def _degradation(setup: Setup) -> tuple[Part, ...]:
    def net(depth: int, span: int = 0, width: int = 64) -> Variant:
        network = chain(depth + 1, span, "preactivation", width, norm="batch", init=HE)
        name = f"{'residual' if span else 'plain'}{depth}"
        label = _(_LABELS[span > 0, width > 64], depth=depth)
        styles = {4: "another", 20: "other", 40: "plain"}
        return Variant(name, label, network, "skip" if span else styles[depth])

    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(10, 2)
    )
    wide = Gradients((net(40, width=256), net(40, 2, width=256)), samples=256, of="state")
    trained = (net(40, 2), net(40), net(20), net(4))
    return Training(trained, settings, against="plain4"), wide


DEGRADATION = Experiment(
    id="g4",
    title=N_("Degradation with batch norm"),
    claim=N_(
        "With batch norm too, a deeper plain net ends at a higher training loss than a shallow "
        "one, and identity skips remove most of the difference."
    ),
    source=Source(
        N_(
            "He et al. 2015, Deep Residual Learning, sections 1 and 4; growth per layer: Yang et "
            "al. 2019, A Mean Field Theory of Batch Normalization"
        ),
        "https://arxiv.org/abs/1512.03385",
        N_(
            "He et al.: a plain net of 34 layers reaches 28.54 % top-1 error on ImageNet, "
            "ResNet-34 25.03 % (10-crop). Those are convolutional nets, trained for days; the "
            "pattern is shown here, the figures are not."
        ),
    ),
    parts=_degradation,
    quantities=(
        Quantity("plain4.test_accuracy", N_("Test accuracy, 4 without"), (0.94, 1), (0.9, 1)),
        Quantity("plain20.test_accuracy", N_("Test accuracy, 20 without"), (0.6, 0.96), (0.1, 0.9)),
        Quantity(
            "plain40.test_accuracy", N_("Test accuracy, 40 without"), (0.05, 0.5), (0.05, 0.5)
        ),
        Quantity(
            "residual40.test_accuracy", N_("Test accuracy, 40 with skips"), (0.9, 1), (0.55, 1)
        ),
        Quantity(
            "plain40.train_loss",
            N_("Training loss, 40 without over 40 with skips"),
            (5, inf),
            (1.3, inf),
            over="residual40.train_loss",
            form="power",
        ),
        Quantity(
            "plain40.relative_loss",
            N_("Training loss, 40 without over 4 without"),
            (40, inf),
            (50, inf),
            form="power",
        ),
        Quantity(
            "residual40.relative_loss",
            N_("Training loss, 40 with skips over 4 without"),
            (1.5, 60),
            (2, 100),
            form="power",
        ),
        Quantity(
            "plain40.growth",
            N_("Growth of |∂L/∂s| per layer on its way down, 40 without"),
            (1.17, 1.24),
            published=N_("√(π/(π−1)) = 1.2112 for infinite width"),
        ),
    ),
    falsified=N_(
        "The plain net of 40 layers reaches the training loss of the one of 4, or the skips bring "
        "it no nearer."
    ),
    cleared=N_(
        "“Batch norm keeps gradients in shape at any depth.” At the initial weights of a deep "
        "dense chain it makes them grow by a fifth per layer, about 1,500-fold over 40 layers. He "
        "et al. report healthy norms for their convolutional nets; both are true."
    ),
    setting=N_(
        "ReLU layers of 64, batch norm, He weights: a first layer and 4, 20 or 40 more; skips over "
        "two layers join inside the ReLU, as in ResNet. Digits, SGD with momentum 0.9, batch 64, "
        "10 epochs. The growth is measured at width and batch 256."
    ),
    differs=N_("Dense layers and digits in the place of convolutions and ImageNet."),
    short=N_("2 epochs."),
    seconds=20,
    controls=(Control("learning_rate", N_("Learning rate"), (0.01, 0.02, 0.05, 0.1, 0.2), 0.1),),
    chance=0.1,
)

_OVER, _FAIL = N_("above 20 % error"), N_("paper: above 20 % error")


def _zoo(setup: Setup) -> tuple[Part, ...]:
    half: dict[str, Any] = {"shortcut_scale": 0.5}
    gate: dict[str, Any] = {"kind": "shortcut_gate", "init": Init()}

    def net(name: str, label: str, published: str, style: str = "other", **how: Any) -> Variant:
        return Variant(name, _(label), blocks(20, norm="batch", **how), style, "skip", _(published))

    variants = [
        net("identity", "x + F", N_("paper: 6.61 % error"), style="skip"),
        net("half", "½x + ½F", N_("paper: 12.35 % error"), branch_scale=0.5, **half),
        net("open", N_("gate, bias 0"), N_("paper: 12.86 % error"), gate_bias=0, **gate),
        net("dropout", N_("dropout ½ on x"), _FAIL, "another", dropout=0.5),
    ]
    if not setup.thin:
        plain = Variant("none", _("no shortcut"), variants[0].network, "plain", "plain", _(_FAIL))
        closed = net("closed", N_("gate, bias −6"), N_("paper: 6.91 % error"), gate_bias=-6, **gate)
        linear = net("map", "Wx + F", N_("paper: 12.22 % error"), kind="projection")
        half_full = net("half_full", "½x + F", _FAIL, **half)
        variants[1:] = [closed, linear, half_full, *variants[1:3], plain, variants[3]]
    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(6, 2)
    )
    start = tuple(each for each in variants if each.name in ("identity", "half", "dropout"))
    return Training(tuple(variants), settings, bars=True), Gradients(start)


ZOO = Experiment(
    id="g5",
    title=N_("Shortcut zoo"),
    claim=N_(
        "An identity trains best, or a gate that starts nearly closed, so that the identity "
        "passes; a halved shortcut, a gate half open or dropout on it makes a deep net hard to "
        "train. A learned map on the shortcut does so too in the paper's 110 layers, but not yet "
        "here."
    ),
    source=Source(
        N_("He et al. 2016, Identity Mappings in Deep Residual Networks, Table 1 (ResNet-110)"),
        "https://arxiv.org/abs/1603.05027",
        N_(
            "Test error on CIFAR-10: identity 6.61 %, ½x + ½F 12.35 %, 1×1 convolution 12.22 %, "
            "gate on the shortcut alone with bias 0 12.86 % and with bias −6 6.91 %. ½x + F, no "
            "shortcut and dropout ½ are marked “fail”, which by the caption is a test error above "
            "20 %. Of ½x + F the text says that it “does not converge well”, of dropout that it "
            "“fails to converge to a good solution”. Cited, not reproduced."
        ),
    ),
    parts=_zoo,
    quantities=(
        Quantity(
            "identity.test_accuracy",
            N_("Test accuracy, x + F"),
            (0.94, 1),
            (0.75, 1),
            published=N_("6.61 % error"),
        ),
        Quantity(
            "closed.test_accuracy",
            N_("Test accuracy, gate, bias −6"),
            (0.93, 1),
            published=N_("6.91 % error"),
        ),
        Quantity(
            "map.test_accuracy",
            N_("Test accuracy, Wx + F"),
            (0.9, 1),
            published=N_("12.22 % error"),
        ),
        Quantity(
            "half_full.test_accuracy", N_("Test accuracy, ½x + F"), (0.4, 0.85), published=_OVER
        ),
        Quantity(
            "half.test_accuracy",
            N_("Test accuracy, ½x + ½F"),
            (0.4, 0.85),
            (0.1, 0.6),
            published=N_("12.35 % error"),
        ),
        Quantity(
            "open.test_accuracy",
            N_("Test accuracy, gate, bias 0"),
            (0.3, 0.8),
            (0.05, 0.5),
            published=N_("12.86 % error"),
        ),
        Quantity(
            "none.test_accuracy", N_("Test accuracy, no shortcut"), (0.1, 0.5), published=_OVER
        ),
        Quantity(
            "dropout.test_accuracy",
            N_("Test accuracy, dropout ½ on x"),
            (0, 0.3),
            (0, 0.25),
            published=_OVER,
        ),
        Quantity("identity.first", N_("|∂L/∂W₁| at the start, x + F"), (1, 6), form="power"),
        Quantity("half.first", N_("|∂L/∂W₁| at the start, ½x + ½F"), (80, 1500), form="power"),
        Quantity(
            "dropout.first", N_("|∂L/∂W₁| at the start, dropout ½ on x"), (1, 12), form="power"
        ),
    ),
    falsified=N_(
        "A halved shortcut, a gate half open or dropout reaches the accuracy of the identity, or "
        "the gate of bias −6 or the learned map falls as far behind it as they do."
    ),
    cleared=N_(
        "“Gates and scales can only add to what a skip can do.” They can represent more, but a "
        "factor of ½ per block leaves 10⁻⁶ of the direct path after 20 blocks: it is a matter of "
        "optimisation, not of capacity. And gradient norms alone do not tell: in its first layer "
        "the dropout net starts with one like the identity's and does not train, the halved net "
        "with more than a hundred times as much, and learns something."
    ),
    setting=N_(
        "20 pre-activation blocks of two layers of 64, batch norm, He weights, digits, SGD with "
        "momentum 0.9, batch 64, 6 epochs. The gate T is on the shortcut alone, F + (1 − T) x."
    ),
    differs=N_(
        "Two rows differ from the paper. ½x + F and ½x + ½F tie, because batch norm rescales what "
        "the branch reads (the paper: above 20 %, and 12.35 %). And the learned map W costs "
        "little: 20 blocks are too few for it to hurt. In the paper too it does well in 34 layers, "
        "and hurts in 110, which are 54 blocks. Those still have a ReLU after the sum, these have "
        "none."
    ),
    short=N_("Four of the shortcuts, 2 epochs."),
    seconds=35,
    controls=(Control("learning_rate", N_("Learning rate"), (0.005, 0.01, 0.02, 0.05), 0.02),),
    chance=0.1,
)

EXPERIMENTS = (DEGRADATION, ZOO)
