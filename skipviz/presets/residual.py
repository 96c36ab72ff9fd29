"""Residual networks of dense layers, and what was put in the place of their normalisation."""

from skipviz.network import Dense, FeedForward, Identity, Init, Network, Scale, Style
from skipviz.presets.preset import Chain, Preset

BLOCKS = 20
WIDTH = 64
_HE = Init(scheme="he")
_BATCH_PRE = Style(norm="batch", order="pre", init=_HE)


def residual() -> Network:
    """y = F(x) + x, 20 times: F is a ReLU layer and a linear one; no normalisation."""
    chain = _stem()
    for _ in range(BLOCKS):
        chain.block(Dense(width=WIDTH), Dense(width=WIDTH, activation="identity"))
    return chain.network()


def postactivation() -> Network:
    """y = relu(F(x) + x), 20 times: dense, batch norm, ReLU, dense, batch norm in F."""
    chain = _stem()
    for _ in range(BLOCKS):
        chain.block(Dense(width=WIDTH), Dense(width=WIDTH), join="preactivation")
    return chain.network(defaults=Style(norm="batch", init=_HE))


def preactivation() -> Network:
    """y = F(x) + x, 20 times: batch norm, ReLU, dense, twice in F; the shortcut stays clean."""
    return _preactivation([1.0] * BLOCKS)


def stochastic_depth() -> Network:
    """`preactivation` with branches dropped at random: they survive with 1 - l / (2 L)."""
    return _preactivation([1 - block / (2 * BLOCKS) for block in range(1, BLOCKS + 1)])


def skipinit() -> Network:
    """`preactivation` without norms: each branch times a learned scalar that starts at 0."""
    scale = Scale(value=0, learned="scalar")
    chain = _stem()
    for _ in range(BLOCKS):
        chain.block(Dense(width=WIDTH), Dense(width=WIDTH), branch_scale=scale)
    return chain.network(defaults=Style(order="pre", init=_HE))


def rezero() -> Network:
    """y = x + a relu(W x), 40 times; a is learned and 0 at first, so the gates learn first."""
    scale = Scale(value=0, learned="scalar")
    chain = _stem()
    for _ in range(2 * BLOCKS):
        chain.block(Dense(width=WIDTH), branch_scale=scale)
    return chain.network(defaults=Style(init=_HE))


def layerscale() -> Network:
    """y = x + l * F(layer norm x), 18 times; l is learned per channel from 0.1 on."""
    scale = Scale(value=0.1, learned="channel")
    chain = _stem()
    for _ in range(18):
        chain.block(FeedForward(width=2 * WIDTH), branch_scale=scale)
    chain.add(Identity(norm="layer"))
    init = Init(scheme="xavier")
    return chain.network(defaults=Style(activation="gelu", norm="layer", order="pre", init=init))


def highway() -> Network:
    """y = T tanh(W x) + (1 - T) x, 40 times; T = sigmoid(V x + c) starts near sigmoid(-2).

    With relu the states grow without bound within 40 steps, at every learning rate that learns.
    """
    chain = _stem()
    for _ in range(2 * BLOCKS):
        chain.block(Dense(width=WIDTH), kind="gated")
    return chain.network(defaults=Style(activation="tanh", init=_HE))


def _stem() -> Chain:
    chain = Chain()
    chain.add(Dense(width=WIDTH, norm="none", order="post", activation="identity"))
    return chain


def _preactivation(survival: list[float]) -> Network:
    chain = _stem()
    for share in survival:
        chain.block(Dense(width=WIDTH), Dense(width=WIDTH), survival=share)
    chain.add(Identity(norm="batch", activation="relu"))
    return chain.network(defaults=_BATCH_PRE)


PRESETS = (
    Preset(
        "residual",
        "Residual, 20 blocks",
        residual,
        "He et al., Deep Residual Learning for Image Recognition, 2015",
    ),
    Preset(
        "preactivation",
        "Pre-activation, 20 blocks",
        preactivation,
        "He et al., Identity Mappings in Deep Residual Networks, 2016",
    ),
    Preset(
        "postactivation",
        "Post-activation, 20 blocks",
        postactivation,
        "He et al., Deep Residual Learning for Image Recognition, 2015",
    ),
    Preset(
        "highway",
        "Highway, 40 layers",
        highway,
        "Srivastava et al., Highway Networks, 2015",
        learning_rate=0.1,
    ),
    Preset(
        "rezero",
        "ReZero, 40 layers",
        rezero,
        "Bachlechner et al., ReZero is All You Need: Fast Convergence at Large Depth, 2020",
    ),
    Preset(
        "skipinit",
        "SkipInit, 20 blocks",
        skipinit,
        "De and Smith, Batch Normalization Biases Residual Blocks Towards the Identity Function "
        "in Deep Networks, 2020",
    ),
    Preset(
        "layerscale",
        "LayerScale, 18 blocks",
        layerscale,
        "Touvron et al., Going Deeper with Image Transformers, 2021",
    ),
    Preset(
        "stochastic_depth",
        "Stochastic depth, 20 blocks",
        stochastic_depth,
        "Huang et al., Deep Networks with Stochastic Depth, 2016",
    ),
)
