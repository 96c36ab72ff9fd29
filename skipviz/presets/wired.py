"""Networks whose layers read other states than the one before: gates, branches, products."""

from typing import Any

from skipviz.network import (
    AnyLayer,
    Attention,
    Conv1d,
    Conv2d,
    Dense,
    FeedForward,
    GlobalPool,
    Identity,
    Init,
    MaxPool,
    Network,
    Positions,
    Reads,
    Slice,
    Style,
)
from skipviz.presets.preset import Chain, Preset

_BARE: dict[str, Any] = {"norm": "none", "order": "post", "activation": "identity"}
_ROWS: tuple[AnyLayer, ...] = (Conv1d(channels=32, kernel=1, **_BARE), Positions())


def se_block() -> Network:
    """Two residual blocks whose channels a squeeze-and-excite gate scales: a mean over all
    positions, two dense layers, a product. Without the skips the gates stay, and each halves what
    it scales at first: watch the gradient of the first layer.
    """
    chain = Chain()
    chain.add(Conv2d(channels=16))
    for _ in range(2):
        start = chain.end
        maps = chain.add(Conv2d(channels=16), Conv2d(channels=16, activation="identity"))
        gate = chain.add(
            GlobalPool(),
            Dense(width=4, norm="none"),
            Dense(width=16, activation="sigmoid", norm="none"),
        )
        product = Reads.of(maps, gate, combine="multiply")
        chain.add(Identity(reads=product, activation="relu"))
        chain.skip(start, join="preactivation")
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", init=Init(scheme="he")))


def swiglu() -> Network:
    """Two pre-LN transformer blocks whose feed-forward part is a product, C (silu(A x) * B x). Gate
    and value read the same norm: compare their gradients.
    """
    chain = Chain()
    chain.add(*_ROWS)
    for _ in range(2):
        chain.block(Attention())
        start = chain.end
        normed = chain.add(Identity(norm="layer"))
        gate = chain.add(Conv1d(channels=48, kernel=1, **_BARE))
        value = chain.add(Conv1d(channels=48, kernel=1, reads=Reads.of(normed), **_BARE))
        product = Reads.of((gate, "silu"), value, combine="multiply")
        chain.add(Conv1d(channels=32, kernel=1, reads=product, **_BARE))
        chain.skip(start)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=Style(norm="layer", order="pre", init=Init(scheme="xavier")))


def inception() -> Network:
    """Two Inception blocks: branches of 1x1, 3x3, 5x5 and pooling, concatenated, mapped to 8
    channels and added to what they read. Without the skips all branches stay: compare the
    gradients of the four first layers of a block.
    """
    chain = Chain()
    chain.add(Conv2d(channels=8))
    for _ in range(2):
        start = chain.end
        read = Reads.of(start)
        ends = [
            chain.add(Conv2d(channels=4, kernel=1)),
            chain.add(Conv2d(channels=4, kernel=1, reads=read), Conv2d(channels=4)),
            chain.add(Conv2d(channels=2, kernel=1, reads=read), Conv2d(channels=4, kernel=5)),
            chain.add(
                MaxPool(kernel=3, stride=1, padding=1, reads=read), Conv2d(channels=4, kernel=1)
            ),
        ]
        chain.add(Conv2d(channels=8, kernel=1, activation="identity", reads=Reads.of(*ends)))
        chain.skip(start)
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", init=Init(scheme="he")))


def gated_pinn() -> Network:
    """Four tanh layers, each of which mixes two encoders of the input, h <- (1 - z) u + z v with z
    the layer itself. No skip is in it: the encoders, layers 1 and 2, get gradient from every
    layer.
    """
    chain = Chain()
    read = Reads.of(0)
    for _ in range(3):
        chain.add(Dense(width=32, activation="tanh", reads=read))
    mixed = Reads.of(3)
    for _ in range(4):
        z = chain.add(Dense(width=32, activation="tanh", reads=mixed))
        first = chain.add(Identity(reads=Reads.of((z, "complement"), 1, combine="multiply")))
        second = chain.add(Identity(reads=Reads.of(z, 2, combine="multiply")))
        mixed = Reads.of(first, second, combine="add")
    init = Init(scheme="xavier")
    return chain.network(defaults=Style(init=init), readout={"reads": mixed})


def parallel_transformer() -> Network:
    """Three blocks x + attention(norm x) + mlp(norm x): both read the same state, side by side.
    Without the skips both branches stay, and what is left is their sum.
    """
    chain = Chain()
    chain.add(*_ROWS)
    for _ in range(3):
        start = chain.end
        attended = chain.add(Attention())
        fed = chain.add(FeedForward(width=64, reads=Reads.of(start)))
        both = Reads.of(attended, fed, combine="add")
        chain.add(Identity(norm="none", reads=both))
        chain.skip(start)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=Style(norm="layer", order="pre", init=Init(scheme="xavier")))


def revnet_digits() -> Network:
    """A RevNet: two streams of eight channels, y1 = x1 + F(x2), y2 = x2 + G(y1), three times, so
    that each block can be undone. Without the skips one stream alone is left: watch the gradient
    of the first layers.
    """
    chain = Chain()
    chain.add(Conv2d(channels=16))
    one = chain.add(Slice(stop=8))
    other = chain.add(Slice(start=8, reads=Reads.of(1)))
    for _ in range(3):
        mapped = chain.add(Conv2d(channels=8, order="pre"))
        chain.skip(one)
        one, last = mapped, other
        other = chain.add(Conv2d(channels=8, order="pre"))
        chain.skip(last)
    chain.add(Identity(reads=Reads.of(one, other), norm="batch", activation="relu"))
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", init=Init(scheme="he")))


PRESETS = (
    Preset(
        "se_block",
        "Squeeze-and-excite for digits",
        se_block,
        "Hu et al., Squeeze-and-Excitation Networks, 2018",
        (1, 8, 8),
        learning_rate=0.1,
    ),
    Preset(
        "swiglu",
        "Transformer for digits, SwiGLU",
        swiglu,
        "Shazeer, GLU Variants Improve Transformer, 2020",
        (8, 8),
    ),
    Preset(
        "inception",
        "Inception-ResNet for digits",
        inception,
        "Szegedy et al., Inception-v4, Inception-ResNet and the Impact of Residual Connections on "
        "Learning, 2017",
        (1, 8, 8),
        learning_rate=0.1,
    ),
    Preset(
        "revnet_digits",
        "RevNet for digits",
        revnet_digits,
        "Gomez et al., The Reversible Residual Network: Backpropagation Without Storing "
        "Activations, 2017",
        (1, 8, 8),
        learning_rate=0.1,
    ),
    Preset(
        "gated_pinn",
        "Gated physics-informed MLP",
        gated_pinn,
        "Wang et al., Understanding and Mitigating Gradient Flow Pathologies in Physics-Informed "
        "Neural Networks, 2021",
        (2,),
        1,
        "plane",
    ),
    Preset(
        "parallel_transformer",
        "Parallel transformer for digits",
        parallel_transformer,
        "Chowdhery et al., PaLM: Scaling Language Modeling with Pathways, 2022",
        (8, 8),
    ),
)
