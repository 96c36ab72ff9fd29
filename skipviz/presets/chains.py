"""Chains of dense layers: the page's own network, the first texts' examples, feedback."""

from skipviz.language import N_
from skipviz.network import Dense, Init, Network
from skipviz.presets.preset import Chain, Preset

_SEED_TEXT = N_("tutorial text on skip connections (skip_network, TensorFlow)")


def default() -> Network:
    """What the page opens with: 40 ReLU layers of 64, add skips k -> k+2 for k = 1, 3, .., 37."""
    return Network.mlp(depth=40, width=64, skips=tuple((k, k + 2) for k in range(1, 38, 2)))


def plain() -> Network:
    """The same chain without a skip, to draw into."""
    return default().without_skips()


def blank() -> Network:
    """Five ReLU layers of 64 without a skip: a fresh sheet."""
    return Network.mlp(depth=5, width=64)


def forward_skip() -> Network:
    """One skip p -> q in a chain of ten tanh layers, s_q = h_p + h_q: p = 3, q = 7."""
    return Network.mlp(depth=10, width=32, activation="tanh", skips=((3, 7),))


def two_branch() -> Network:
    """y = f(W1 x + b1) + f(W2 (W3 x + b3) + b2): a projection with an activation of its own."""
    chain = Chain()
    chain.add(Dense(width=64, activation="identity"), Dense(width=64))
    chain.skip(0, "projection", activation="relu", bias=True)
    return chain.network()


def dense_784() -> Network:
    """Two ReLU layers of 128 and a readout of 10."""
    return Network.mlp(depth=2, width=128)


def dense_784_skip() -> Network:
    """784-128-128-10 with a ReLU branch of 128 from the input added to the 10 outputs.

    The text's own mistake: 128 and 10 do not add up. The check reports it and offers to make
    the branch 10 wide.
    """
    skip = {"channels": 128, "activation": "relu", "bias": True}
    return dense_784().add_skip(0, 3, kind="projection", **skip)


def dense_64_skip() -> Network:
    """The network of dense_784_skip fixed: the branch from the input is as wide as the readout."""
    return dense_784().add_skip(0, 3, kind="projection", activation="relu", bias=True)


def feedback() -> Network:
    """Four tanh layers, 30 time steps; the state of layer 3 comes back to layer 2 one step later.

    z_2^t = W_2 s_1^t + U s_3^(t-1) with U orthogonal times 0.9 at first.
    """
    return _recurrent(3, 2, steps=30)


def same_layer() -> Network:
    """Four tanh layers, 10 time steps; layer 2 reads its own state of the step before."""
    return _recurrent(2, 2, steps=10)


def looks_linear() -> Network:
    """30 CReLU layers of 32 that compute a linear map at first: no skip, yet no shattering."""
    init = Init(scheme="looks_linear")
    return Network.mlp(depth=30, width=32, activation="crelu", init=init)


def _recurrent(source: int, target: int, steps: int) -> Network:
    net = Network.mlp(depth=4, width=32, activation="tanh").set_time_steps(steps)
    init = Init(scheme="orthogonal", gain=0.9)
    return net.add_skip(source, target, kind="projection", init=init)


PRESETS = (
    Preset("default", "40 layers, a skip over every second", default, N_("this app")),
    Preset("plain", "40 layers, no skips", plain, N_("this app")),
    Preset("blank", "blank, 5 layers", blank, N_("this app")),
    Preset(
        "forward_skip", "One skip p → q", forward_skip, N_("h, s, a, w derivation, s_q = h_p + h_q")
    ),
    Preset("two_branch", "Two branches added", two_branch, _SEED_TEXT),
    Preset("dense_784", "784-128-128-10", dense_784, _SEED_TEXT, (784,), 10, "mnist"),
    Preset(
        "dense_784_skip",
        "784-128-128-10, skip does not fit",
        dense_784_skip,
        _SEED_TEXT,
        (784,),
        10,
        "mnist",
    ),
    Preset("dense_64", "64-128-128-10", dense_784, _SEED_TEXT),
    Preset("dense_64_skip", "64-128-128-10, skip to the readout", dense_64_skip, _SEED_TEXT),
    Preset(
        "feedback",
        "Feedback skip 3 → 2",
        feedback,
        N_("this app; loops through time as in Zamir et al., Feedback Networks, 2017"),
    ),
    Preset("same_layer", "A layer that reads itself", same_layer, "Elman 1990"),
    Preset(
        "looks_linear",
        "Looks-linear, no skips",
        looks_linear,
        "Balduzzi et al., The Shattered Gradients Problem, 2017",
        learning_rate=0.005,
    ),
)
