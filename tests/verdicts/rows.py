"""The runs whose verdict is held to what a teacher would say: networks, data and settings.

`make verdicts` trains them and keeps them as small files; facts.toml says what is true of each.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from skipviz import data, presets
from skipviz.arms import Arm, Gain
from skipviz.data import OwnData, from_npz
from skipviz.network import Dense, Init, Network, Scale

HE, XAVIER, ZERO = Init(scheme="he"), Init(scheme="xavier"), Init(scheme="zero")
BLOCKS = 30
default = partial(presets.load, "default")


@dataclass(frozen=True)
class Row:
    """A run of the table. `settings` as `sv.train` takes them, `own` where the data are own."""

    name: str
    network: Callable[[], Network]
    settings: dict[str, Any] = field(default_factory=dict)
    own: Callable[[], OwnData] | None = None
    live: bool = False  # trained anew in the tests, not only read back


def rows() -> tuple[Row, ...]:
    """All of them, every name once."""
    return (*_of_presets(), *_of_cases(), *_of_arms(), *_adversarial())


def own_data(x: np.ndarray, y: np.ndarray, title: str) -> OwnData:
    """Arrays, as a visitor would hand them over."""
    file = io.BytesIO()
    np.savez(file, x=x, y=y)
    return from_npz(file.getvalue(), title)


def _of_presets() -> Iterator[Row]:
    """Every preset whose data come with the app; the others would have to be downloaded.

    Of the sheet to draw into there is nothing to say: without a skip both arms are one.
    """
    for name in presets.names():
        if name == "blank":
            continue
        meant = data.default_for(name)
        if meant is not None and data.info(meant).group != "Downloads":
            rate = presets.info(name).learning_rate
            settings = {"data": meant, "steps": _STEPS.get(name, 150), "learning_rate": rate}
            yield Row(f"preset-{name}", partial(presets.load, name), settings)


_STEPS = {"feedback": 60, "unet_digits": 100, "densenet_digits": 100, "highway": 120}


def chain(depth: int, skips: str = "none", width: int = 64, **style: Any) -> Network:
    """Dense layers; skips k -> k+1 ("all"), k -> k+2 for odd k ("two") or none."""
    pairs = {
        "none": [],
        "all": [(k, k + 1) for k in range(1, depth)],
        "two": [(k, k + 2) for k in range(1, depth - 1, 2)],
    }[skips]
    return Network.mlp(depth, width, skips=tuple(pairs), **style)


def _of_cases() -> Iterator[Row]:
    yield Row("one-long-skip", lambda: chain(40).add_skip(1, 39), {"steps": 150}, live=True)
    yield Row("one-long-skip-start", lambda: chain(40).add_skip(1, 39), {"steps": 0}, live=True)
    yield Row("he-residual-start", he_residual, {"steps": 0}, live=True)
    yield Row("he-residual", he_residual, {"steps": 60})
    yield Row("zero-everywhere-start", lambda: chain(6, "all", init=ZERO), {"steps": 0}, live=True)
    yield Row("zero-everywhere", lambda: chain(6, "all", init=ZERO), {"steps": 80})
    yield Row("slow-tanh", slow_tanh, {"steps": 200, "learning_rate": 2e-4})
    unet = {"data": "digits_denoising", "steps": 60}
    names = {"data": "digits_images", "steps": 60}
    yield Row("unet-60-steps", partial(presets.load, "unet_digits"), names)
    yield Row("unet-denoises", denoiser, unet)
    yield Row(
        "tanh-rate-100",
        lambda: chain(4, "all", 8, activation="tanh"),
        {"data": "circles", "steps": 60, "learning_rate": 100.0},
        live=True,
    )
    yield Row("two-dead-layers", two_dead_layers, {"steps": 100})
    yield Row("one-dead-layer-of-20", one_dead_layer, {"steps": 150, "arms": ("skip",)})
    yield Row(
        "smooth-surface",
        lambda: chain(8, "all", 20, init=XAVIER),
        {"steps": 300, "optimizer": "adam", "learning_rate": 0.001},
        own=surface,
    )
    for name in ("rezero", "skipinit", "layerscale", "default", "preactivation", "highway"):
        yield Row(f"{name}-start", partial(presets.load, name), {"steps": 0})


def denoiser() -> Network:
    """The small U-Net with an output for every pixel."""
    network = presets.load("unet_digits")
    return network.remove_layer(network.depth).change_readout(kind="per_position")


def he_residual() -> Network:
    """x + W relu(x), 30 times, He: the textbook explosion."""
    return chain(BLOCKS + 1, "all", order="pre", init=HE)


def slow_tanh() -> Network:
    """Four tanh layers with one skip, which a small rate moves slowly."""
    return chain(4, activation="tanh").add_skip(1, 3)


def two_dead_layers() -> Network:
    """Two ReLU layers in a row that start at 0, with a skip around them."""
    layers = [Dense(width=64), Dense(width=64, init=ZERO), Dense(width=64, init=ZERO)]
    return Network.of(layers=[*layers, Dense(width=64)]).add_skip(1, 3)


def one_dead_layer() -> Network:
    """Skips around every layer; layer 10 starts at 0, where ReLU has no slope."""
    return chain(20, "all", 32).change_layer(10, init=ZERO)


def surface() -> OwnData:
    """A smooth function of two variables: what a small solver of equations is asked to fit."""
    draw = np.random.default_rng(3)
    x = draw.uniform(-1, 1, (400, 2))
    y = np.sin(3 * x[:, 0]) * np.exp(-(x[:, 1] ** 2)) + 0.3 * x[:, 0] * x[:, 1]
    return own_data(x, y, "Smooth surface")


def _of_arms() -> Iterator[Row]:
    four = ("skip", "plain", "gradient_only", "forward_only")
    yield Row("four-arms", default, {"arms": four, "steps": 170})
    yield Row("four-arms-start", default, {"arms": four, "steps": 0})
    only = {"arms": ("gradient_only",), "steps": 120}
    yield Row("gradient-only", default, only)
    yield Row("forward-only", default, {**only, "arms": ("forward_only",)})
    yield Row("plain-only", default, {"arms": ("plain",), "steps": 120})
    yield Row("skip-only", default, {"arms": ("skip",), "steps": 120})
    yield Row("no-skips-start", partial(presets.load, "plain"), {"steps": 0}, live=True)
    three = {"steps": 120, "seeds": 3}
    yield Row("three-seeds", default, three)
    yield Row(
        "three-seeds-on-the-edge",
        lambda: chain(40, init=Init(scheme="xavier"), activation="tanh"),
        {"steps": 150, "seeds": 3, "learning_rate": 0.01},
    )
    own = (Arm(name="half", forward=0.5, backward=0.5), "plain")
    yield Row("own-arm", lambda: chain(20, "two"), {"arms": own, "steps": 120})
    single = {"arms": ("skip", "leave_one_out"), "steps": 80}
    yield Row("leave-one-out", lambda: chain(9, "two", 32), single)
    first = Arm(name="first only", forward=0, backward=0, exceptions=(
        Gain(source=1, target=3, forward=1, backward=1),))  # fmt: skip
    yield Row("two-own-arms", lambda: chain(20, "two"), {"arms": (first, own[0]), "steps": 80})


def _adversarial() -> Iterator[Row]:
    yield from _sizes()
    yield from _rates()
    yield from _signals()
    yield from _structures()
    yield from _tasks()


def _sizes() -> Iterator[Row]:
    yield Row("width-1", lambda: chain(12, "two", 1), {"steps": 120})
    yield Row("batch-1", lambda: chain(10, "two", 32), {"steps": 150, "batch_size": 1})
    yield Row("batch-1-default", default, {"steps": 150, "batch_size": 1})
    yield Row("one-layer", lambda: chain(1).add_skip(0, 1), {"steps": 100})
    yield Row("two-layers", lambda: chain(2).add_skip(1, 2), {"steps": 100})
    yield Row("five-steps", default, {"steps": 5})
    yield Row("one-step", default, {"steps": 1})


def _rates() -> Iterator[Row]:
    yield Row("rate-nearly-0", default, {"steps": 100, "learning_rate": 1e-9})
    yield Row("rate-100", default, {"steps": 60, "learning_rate": 100.0})
    yield Row("rate-1", default, {"steps": 100, "learning_rate": 1.0})
    degradation = lambda: chain(40, "two", activation="tanh", init=XAVIER)  # noqa: E731
    yield Row("degradation", degradation, {"steps": 300})
    batch = lambda: chain(40, "two", norm="batch", init=HE)  # noqa: E731
    yield Row("degradation-with-batch-norm", batch, {"steps": 200, "learning_rate": 0.1})
    adam = {"steps": 120, "optimizer": "adam", "learning_rate": 0.001}
    yield Row("adam", default, adam)


def _signals() -> Iterator[Row]:
    yield Row("dead-relu", dead_relu, {"data": "circles", "steps": 60, "learning_rate": 0.05})
    yield Row("sigmoid-60-start", lambda: chain(60, "two", activation="sigmoid"), {"steps": 0})
    sigmoid: dict[str, Any] = {"activation": "sigmoid", "init": XAVIER}
    yield Row("sigmoid-clean", lambda: chain(40, "two", **sigmoid), {"steps": 200})
    yield Row("sigmoid-joined-inside", lambda: joined_inside(40, **sigmoid), {"steps": 200})
    yield Row(
        "batch-norm-explodes-start",
        lambda: chain(60, norm="batch", init=HE),
        {"steps": 0, "arms": ("plain",)},
    )
    yield Row("he-plain-100", lambda: chain(100, init=HE), {"steps": 60})
    yield Row("chaotic-tanh", chaotic, {"steps": 0, "arms": ("plain",)})
    orthogonal: dict[str, Any] = {"activation": "identity", "init": Init(scheme="orthogonal")}
    yield Row("linear-orthogonal", lambda: chain(30, **orthogonal), {"steps": 100})
    yield Row("halved-shortcuts", halved, {"steps": 120})
    yield Row("loss-starts-huge", lambda: chain(16, "all", order="pre", init=HE), {"steps": 100})


def dead_relu() -> Network:
    """Twenty ReLU layers of two units: some layer is off for every sample of the data."""
    return chain(20, "none", 2, init=HE).add_skip(1, 20)


def joined_inside(depth: int, **style: Any) -> Network:
    """Every second layer's skip joins inside the activation: sigmoid(z + s)."""
    network = chain(depth, **style)
    for k in range(1, depth - 1, 2):
        network = network.add_skip(k, k + 2, join="preactivation")
    return network


def chaotic() -> Network:
    """tanh with weights of deviation 2.5 / sqrt(n): gradients grow on their way down."""
    return chain(60, width=128, activation="tanh", init=Init(scheme="xavier", gain=2.5))


def halved() -> Network:
    """0.5 on the shortcut: what passes 19 skips is 2^-19 of what came in."""
    network = chain(40)
    for k in range(1, 38, 2):
        network = network.add_skip(k, k + 2, shortcut_scale=0.5)
    return network


def _structures() -> Iterator[Row]:
    yield Row("projections-everywhere", projections, {"steps": 120})
    yield Row("projections-around-zeros", projections_around_zeros, {"steps": 100})
    yield Row("concat", concatenated, {"steps": 120})
    yield Row("input-to-all", lambda: input_to_all(20), {"steps": 120})
    yield Row("only-identities", only_identities, {"steps": 40})
    yield Row("dropped-shortcuts", dropped, {"steps": 120})
    yield Row("closed-scale", closed_scale, {"steps": 80})
    yield Row("gated-shut", gated_shut, {"steps": 80})


def projections() -> Network:
    """A learned projection around every layer."""
    network = chain(20)
    for k in range(1, 20):
        network = network.add_skip(k, k + 1, kind="projection")
    return network


def projections_around_zeros() -> Network:
    """Projections carry everything: the layers themselves start at 0 and stay there."""
    network = chain(6, init=ZERO).change_layer(1, init=HE)
    for k in range(1, 6):
        network = network.add_skip(k, k + 1, kind="projection", init=HE)
    return network


def concatenated() -> Network:
    """Twelve layers of 16, each reading all before it."""
    network = chain(12, width=16)
    for k in range(1, 12):
        network = network.add_skip(k, k + 1, kind="concat")
    return network


def input_to_all(depth: int) -> Network:
    """The input joins every layer by a projection."""
    network = chain(depth, width=32)
    for k in range(2, depth + 1):
        network = network.add_skip(0, k, kind="projection")
    return network


def only_identities() -> Network:
    """Nothing but the readout has weights."""
    return Network.of(layers=[{"kind": "identity", "norm": "layer"}] * 3)


def dropped() -> Network:
    """Half of every shortcut is dropped at random (He et al. 2016)."""
    network = chain(20)
    for k in range(1, 19, 2):
        network = network.add_skip(k, k + 2, dropout=0.5)
    return network


def closed_scale() -> Network:
    """The branch of layer 5 is multiplied by a fixed 0."""
    network = chain(8, width=32)
    return network.add_skip(4, 5, branch_scale=Scale(value=0)).add_skip(1, 3)


def gated_shut() -> Network:
    """Highway layers whose gates are all but shut."""
    network = chain(12, width=32)
    for k in range(1, 12):
        network = network.add_skip(k, k + 1, kind="gated", gate_bias=-8.0)
    return network


def _tasks() -> Iterator[Row]:
    mlp = lambda: chain(8, "two", 32)  # noqa: E731
    tanh = lambda: chain(6, "all", 16, activation="tanh")  # noqa: E731
    yield Row("spirals", tanh, {"data": "spirals", "steps": 300, "learning_rate": 0.1})
    yield Row("wine", mlp, {"data": "wine", "steps": 100})
    yield Row("tumours", mlp, {"data": "breast_cancer", "steps": 100})
    yield Row(
        "tumours-too-slow", mlp, {"data": "breast_cancer", "steps": 60, "learning_rate": 1e-6}
    )
    yield Row("sine", tanh, {"data": "sine", "steps": 200})
    yield Row("plane", mlp, {"data": "plane", "steps": 200, "learning_rate": 0.01})
    yield Row("sine-too-fast", mlp, {"data": "sine", "steps": 60, "learning_rate": 5.0})
    yield Row("vowels", vowels, {"data": "vowels", "steps": 100})
    yield Row("sonnets", sonnets, {"data": "sonnets", "steps": 100, "learning_rate": 0.1})
    yield Row("labels-shuffled", lambda: chain(8, "two"), {"steps": 150}, own=shuffled)
    by_heart = {"steps": 600, "learning_rate": 0.05}
    yield Row("by-heart", lambda: chain(4, "two", 128), by_heart, own=few_shuffled)
    yield Row("one-class-mostly", mlp, {"steps": 100}, own=mostly_one_class)
    yield Row("noise-target", mlp, {"steps": 100}, own=noise_target)


def vowels() -> Network:
    """256 samples of sound, read as a vector."""
    layers = [{"kind": "flatten"}, *({"kind": "dense", "width": 64} for _ in range(5))]
    network = Network.of(layers=layers)
    return network.add_skip(2, 4).add_skip(4, 6)


def sonnets() -> Network:
    """The next letter from the letters before: an embedding, then dense layers at every place."""
    layers = [
        {"kind": "embedding", "vocabulary": 35, "width": 32},
        *({"kind": "feed_forward", "width": 32} for _ in range(4)),
    ]
    network = Network.of(layers=layers, readout={"kind": "per_position"})
    return network.add_skip(1, 3).add_skip(3, 5)


def shuffled() -> OwnData:
    """600 points of 20 numbers with labels that have nothing to do with them."""
    draw = np.random.default_rng(1)
    return own_data(draw.normal(size=(600, 20)), draw.integers(0, 10, 600), "Shuffled")


def few_shuffled() -> OwnData:
    """So few that a wide network learns their meaningless labels by heart."""
    draw = np.random.default_rng(2)
    return own_data(draw.normal(size=(80, 40)), draw.integers(0, 4, 80), "Few shuffled")


def mostly_one_class() -> OwnData:
    """97 of 100 samples have one label; the others cannot be told from them."""
    draw = np.random.default_rng(4)
    y = (np.arange(400) % 33 == 0).astype(int)
    return own_data(draw.normal(size=(400, 6)), y, "Mostly one class")


def noise_target() -> OwnData:
    """A quantity that is noise: nobody predicts more than its mean."""
    draw = np.random.default_rng(5)
    return own_data(draw.normal(size=(400, 6)), draw.normal(size=400), "Noise")
