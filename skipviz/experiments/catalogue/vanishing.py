"""Where the gradient goes in a deep chain, and whether that is what stops training."""

from typing import Any

from skipviz import presets
from skipviz.experiments.catalogue.networks import STEPS_PER_EPOCH, chain
from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import Gradients, Part, Training, Variant
from skipviz.language import N_, _
from skipviz.network import Init, Network
from skipviz.settings import Settings

_XAVIER = Init(scheme="xavier")


def _seen(setup: Setup) -> tuple[Part, ...]:
    net = presets.load("default")
    variants = (
        Variant("skip", _("with skips"), net, "skip"),
        Variant("plain", _("without"), net, "plain", arm="plain"),
    )
    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(8, 2)
    )
    return Gradients(variants), Training(variants, settings, bars=True)


VANISHING = Experiment(
    id="g1",
    title=N_("Vanishing, seen"),
    claim=N_(
        "In a deep ReLU chain with PyTorch's default weights the gradient that reaches the first "
        "layer is too small to train it; identity skips bring it back."
    ),
    source=Source(
        N_(
            "Hochreiter et al. 2001 describe the vanishing gradient; He et al. 2015 add identity "
            "skips"
        ),
        "https://arxiv.org/abs/1512.03385",
    ),
    parts=_seen,
    quantities=(
        Quantity(
            "skip.first",
            N_("|∂L/∂W₁| at the start, with skips"),
            (0.1, 1),
            (0.1, 1),
            form="power",
        ),
        Quantity(
            "plain.first",
            N_("|∂L/∂W₁| at the start, without"),
            (0, 1e-13),
            (0, 1e-13),
            form="power",
        ),
        Quantity("skip.test_accuracy", N_("Test accuracy with skips"), (0.93, 1), (0.65, 1)),
        Quantity("plain.test_accuracy", N_("Test accuracy without"), (0, 0.15)),
    ),
    falsified=N_(
        "The chain without skips learns, or its first layer gets a gradient of the same size as "
        "with skips."
    ),
    cleared=N_(
        "“Skip connections were invented against vanishing gradients.” The gradient here does "
        "vanish, because PyTorch's default weights shrink the signal in every ReLU layer. He et "
        "al. used batch norm and report healthy gradient norms in their plain nets; what they "
        "cured was degradation. See “Degradation is not vanishing”."
    ),
    setting=N_(
        "40 ReLU layers of 64, 19 add skips over two layers each, digits, SGD with momentum 0.9, "
        "batch 64, 8 epochs."
    ),
    short=N_("2 epochs."),
    seconds=6,
    controls=(
        Control("learning_rate", N_("Learning rate"), (0.002, 0.005, 0.01, 0.02, 0.05), 0.02),
    ),
    chance=0.1,
)


def _addition(setup: Setup) -> tuple[Part, ...]:
    clean = chain(41, 2, activation="sigmoid", init=_XAVIER)
    variants = (
        Variant("clean", "x + σ(Wx)", clean, "skip"),
        Variant("inside", "σ(Wx + x)", _inside("sigmoid", _XAVIER), "plain"),
    )
    others = (
        Variant("tanh", "tanh(Wx + x)", _inside("tanh", _XAVIER), "other"),
        Variant("relu", "relu(Wx + x)", _inside("relu", Init()), "another"),
    )
    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(15, 4)
    )
    return Gradients((*variants, *others)), Training(variants, settings, bars=True)


def _inside(activation: str, init: Init) -> Network:
    return chain(41, 2, join="preactivation", activation=activation, init=init)


ADDITION = Experiment(
    id="g2",
    title=N_("Where the addition sits"),
    claim=N_(
        "A sigmoid after the addition, whose slope is nowhere above ¼, undoes the skip; tanh and "
        "ReLU, with slope 1 in places, do not at this depth."
    ),
    source=Source(
        N_("He et al. 2016, Identity Mappings in Deep Residual Networks, sections 3 and 4"),
        "https://arxiv.org/abs/1603.05027",
    ),
    parts=_addition,
    quantities=(
        Quantity(
            "clean.first",
            N_("|∂L/∂W₁|, added after σ"),
            (0.1, 2),
            (0.1, 2),
            form="power",
        ),
        Quantity(
            "inside.first",
            N_("|∂L/∂W₁|, added inside σ"),
            (0, 1e-11),
            (0, 1e-11),
            form="power",
        ),
        Quantity("tanh.first", N_("|∂L/∂W₁|, added inside tanh"), (0.5, 8), form="power"),
        Quantity("relu.first", N_("|∂L/∂W₁|, added inside ReLU"), (0.1, 3), form="power"),
        Quantity("clean.test_accuracy", N_("Test accuracy, added after"), (0.9, 1), (0.6, 1)),
        Quantity("inside.test_accuracy", N_("Test accuracy, added inside"), (0, 0.15)),
    ),
    falsified=N_(
        "The net that adds inside its sigmoids trains as well as the clean one, or the gradient "
        "vanishes inside tanh or ReLU as well."
    ),
    cleared=N_(
        "“A skip is a skip, wherever it is added.” The gradient passes the activation after every "
        "addition: σ′ is at most ¼, so 20 of them leave at most 10⁻¹² of what comes down the "
        "skips. Saturating alone does not do it: tanh saturates too, but has slope 1 at 0, and a "
        "ReLU only masks."
    ),
    setting=N_(
        "Sigmoid layers of 64 with Xavier weights: a first layer and 40 more, skips over two "
        "layers each, digits, SGD with momentum 0.9, batch 64, 15 epochs. Of the same net with "
        "tanh, and with ReLU and PyTorch's default weights, the gradient alone is measured."
    ),
    differs=N_(
        "The paper compares ReLU and batch norm placements in ResNets; sigmoid makes the same "
        "effect visible in seconds."
    ),
    short=N_("4 epochs."),
    seconds=11,
    controls=(
        Control("learning_rate", N_("Learning rate"), (0.002, 0.005, 0.01, 0.02, 0.05), 0.02),
    ),
    chance=0.1,
)


def _degradation(setup: Setup) -> tuple[Part, ...]:
    style: dict[str, Any] = {"activation": "tanh", "init": _XAVIER}
    variants = (
        Variant("clean", _("{depth} with skips", depth=40), chain(41, 2, **style), "skip"),
        Variant("plain", _("{depth} without", depth=40), chain(41, **style), "plain"),
        Variant("shallow", _("{depth} without", depth=4), chain(5, **style), "other"),
    )
    settings = Settings(
        learning_rate=setup["learning_rate"], steps=STEPS_PER_EPOCH * setup.pick(15, 4)
    )
    return Training(variants, settings), Gradients(variants)


DEGRADATION = Experiment(
    id="g3",
    title=N_("Degradation is not vanishing"),
    claim=N_(
        "A deep plain net can have healthy gradients in every layer and still reach a far higher "
        "training loss than a shallow one; with skips it does not."
    ),
    source=Source(
        N_("He et al. 2015, Deep Residual Learning, section 4.1"),
        "https://arxiv.org/abs/1512.03385",
        N_("“unlikely to be caused by vanishing gradients” (of their plain nets with batch norm)"),
    ),
    parts=_degradation,
    quantities=(
        Quantity("plain.ratio", N_("|∂L/∂W| first over last layer, 40 without"), (0.2, 5)),
        Quantity(
            "shallow.train_loss",
            N_("Training loss, 4 without"),
            (0, 0.05),
            (0, 0.3),
            form="power",
        ),
        Quantity(
            "plain.train_loss",
            N_("Training loss, 40 without"),
            (1, 2.4),
            (0.6, 2.4),
            form="power",
        ),
        Quantity(
            "clean.train_loss",
            N_("Training loss, 40 with skips"),
            (0, 0.005),
            (0, 0.2),
            form="power",
        ),
        Quantity("plain.test_accuracy", N_("Test accuracy, 40 without"), (0, 0.5), (0, 0.75)),
        Quantity("clean.test_accuracy", N_("Test accuracy, 40 with skips"), (0.93, 1), (0.85, 1)),
    ),
    falsified=N_(
        "The plain net of 40 layers reaches the training loss of the shallow one at this learning "
        "rate, or its gradient had vanished to begin with."
    ),
    cleared=N_(
        "“Degradation is overfitting”, or “degradation is vanishing”. It is neither: the TRAINING "
        "loss is worse, and the gradients are healthy. It also depends on the learning rate: at "
        "smaller ones the plain net learns too. The fair reading is that skips let a deep net "
        "train over a wider range of learning rates and to a lower training loss."
    ),
    setting=N_(
        "Tanh layers of 64 with Xavier weights: a first layer and 4 or 40 more, skips over two "
        "layers each, digits, SGD with momentum 0.9, batch 64, 15 epochs."
    ),
    differs=N_("No batch norm, so that nothing else keeps the gradient in shape."),
    short=N_("4 epochs."),
    seconds=10,
    controls=(Control("learning_rate", N_("Learning rate"), (0.001, 0.003, 0.01, 0.02), 0.02),),
    chance=0.1,
)

EXPERIMENTS = (VANISHING, ADDITION, DEGRADATION)
