"""Random networks: any that can be written down, and those that fit their input."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

from hypothesis import strategies as st

from skipviz.network import AnyLayer, Network, NetworkError, Norm, Order
from skipviz.network.layers import Sides
from skipviz.network.skips import Resize
from skipviz.network.styles import Elementwise, InitScheme

Fields = dict[str, Any]

SMALL = st.integers(1, 4)
NORMS = st.sampled_from(get_args(Norm))
ACTIVATIONS = st.sampled_from([*get_args(Elementwise), "crelu"])
INITS = st.fixed_dictionaries(
    {"scheme": st.sampled_from(get_args(InitScheme))}, optional={"gain": st.floats(0, 2)}
)
RATES = st.sampled_from([0.0, 0.25, 0.5])
GROUPS = st.integers(1, 4)
STYLE: Fields = {
    "activation": ACTIVATIONS,
    "omega": st.sampled_from([0.5, 3.0]),
    "norm": NORMS,
    "norm_groups": GROUPS,
    "order": st.sampled_from(get_args(Order)),
    "dropout": RATES,
    "bias": st.booleans(),
    "init": INITS,
}
_CONV: Fields = {
    "kernel": SMALL,
    "stride": st.integers(1, 3),
    "padding": st.none() | st.integers(0, 2),
    "sides": st.sampled_from(get_args(Sides)),
    "dilation": st.integers(1, 2),
    "groups": st.integers(1, 2),
}
_TRANSPOSED: Fields = {
    "kernel": SMALL,
    "stride": SMALL,
    "padding": st.integers(0, 2),
    "output_padding": st.integers(0, 2),
    "dilation": st.integers(1, 2),
    "groups": st.integers(1, 2),
}
_POOL: Fields = {
    "kernel": SMALL,
    "stride": st.none() | SMALL,
    "padding": st.integers(0, 2),
    "ceil": st.booleans(),
}
_RECURRENT: Fields = {"bidirectional": st.booleans()}
_KINDS: dict[str, tuple[Fields, Fields]] = {
    "dense": ({"width": st.integers(1, 12)}, {}),
    "conv1d": ({"channels": st.integers(1, 8)}, _CONV),
    "conv2d": ({"channels": st.integers(1, 8)}, _CONV),
    "conv_transpose1d": ({"channels": st.integers(1, 8)}, _TRANSPOSED),
    "conv_transpose2d": ({"channels": st.integers(1, 8)}, _TRANSPOSED),
    "max_pool": ({}, _POOL),
    "average_pool": ({}, _POOL),
    "global_pool": ({}, {"reduce": st.sampled_from(["mean", "max", "first", "last"])}),
    "upsample": ({}, {"factor": SMALL, "mode": st.sampled_from(["nearest", "linear"])}),
    "flatten": ({}, {}),
    "reshape": ({"shape": st.lists(st.integers(1, 8), min_size=1, max_size=3)}, {}),
    "to_sequence": ({}, {}),
    "identity": ({}, {}),
    "slice": ({}, {"start": st.integers(0, 3), "stop": st.none() | st.integers(1, 6)}),
    "depth_attention": ({}, {"parts": st.integers(1, 3)}),
    "positions": ({}, {"learned": st.booleans()}),
    "embedding": ({"vocabulary": st.integers(1, 20), "width": st.integers(1, 8)}, {}),
    "class_token": ({}, {}),
    "latents": ({"count": SMALL, "width": st.integers(1, 8)}, {}),
    "shift": ({}, {"by": st.integers(1, 3)}),
    "attention": (
        {},
        {
            "heads": SMALL,
            "causal": st.booleans(),
            "kv_heads": st.none() | st.integers(1, 2),
            "rotary": st.booleans(),
            "qk_norm": st.sampled_from(["none", "layer", "rms"]),
        },
    ),
    "feed_forward": ({"width": st.integers(1, 8)}, {}),
    "rnn": ({"width": SMALL}, _RECURRENT | {"nonlinearity": st.sampled_from(["tanh", "relu"])}),
    "lstm": ({"width": SMALL}, _RECURRENT),
    "gru": ({"width": SMALL}, _RECURRENT),
}


def _layer(kind: str) -> st.SearchStrategy[Fields]:
    required, optional = _KINDS[kind]
    fields = next(
        one.model_fields for one in get_args(AnyLayer) if one.model_fields["kind"].default == kind
    )
    style = {name: value for name, value in STYLE.items() if name in fields}
    if kind in ("attention", "rnn", "lstm", "gru"):
        del style["activation"]
    return st.fixed_dictionaries(
        {"kind": st.just(kind), **required}, optional={**optional, **style, "state_norm": NORMS}
    )


READ_THROUGH = (*["identity"] * 4, *get_args(Elementwise), "complement")


@st.composite
def reads_before(draw: st.DrawFn, k: int, through: Sequence[str] = READ_THROUGH) -> Fields:
    """What layer k might read: one to three states before it, each through one of these."""
    act = st.sampled_from(through)
    entry = st.fixed_dictionaries({"state": st.integers(0, k - 1), "activation": act})
    entries = draw(st.lists(entry, min_size=1, max_size=3))
    return {"entries": entries, "combine": draw(st.sampled_from(["concat", "add", "multiply"]))}


def _rewired(draw: st.DrawFn, net: Network) -> Network:
    """A layer or the readout reads something else, as often as not."""
    if draw(st.booleans()):
        return net
    k = draw(st.integers(1, net.depth + 1))
    return net.rewire(k, draw(reads_before(k)))


def attending(draw: st.DrawFn, net: Network) -> Network:
    """As often as not some attention attends to a state of its own, an embedding to the input."""
    found = [k for k, layer in enumerate(net.layers, start=1) if layer.kind == "attention"]
    again = [k for k, layer in enumerate(net.layers, 1) if layer.kind == "embedding" and k > 1]
    if not [*found, *again] or draw(st.booleans()):
        return net
    k = draw(st.sampled_from([*found, *again]))
    if k in again:
        return net.rewire(k, 0)
    any_state = st.none() | st.integers(0, k - 1)
    if draw(st.booleans()):
        return net.change_layer(k, memory=draw(any_state))
    fitting = st.just(net.reads_of(k).states[0])  # of as many channels, more often than others
    return net.change_layer(k, values=draw(fitting | any_state))


def tied(draw: st.DrawFn, net: Network) -> Network:
    """As often as not a layer has the weights of an earlier one, or the readout a table."""
    found = [
        (k, j)
        for k in range(2, net.depth + 1)
        for j in range(1, k)
        if net.layers[j - 1].kind == net.layers[k - 1].kind
        and hasattr(net.layers[k - 1], "tied_to")
    ]
    tables = [j for j, layer in enumerate(net.layers, start=1) if layer.kind == "embedding"]
    ways = [*found, *((net.depth + 1, j) for j in tables)]
    if not ways or draw(st.booleans()):
        return net
    k, j = draw(st.sampled_from(ways))
    if k > net.depth:
        return net.change_readout(tied_to=j)
    norms = draw(st.booleans()) if hasattr(net.layers[k - 1], "tied_norms") else False
    return net.change_layer(k, tied_to=j, **({"tied_norms": True} if norms else {}))


def layers_of(kinds: Iterable[str]) -> st.SearchStrategy[Fields]:
    """A layer of one of these kinds, with any of its fields."""
    return st.sampled_from(sorted(kinds)).flatmap(_layer)


LAYERS = layers_of(_KINDS)
_SCALES = st.fixed_dictionaries(
    {"value": st.floats(-2, 2)}, optional={"learned": st.sampled_from(["no", "scalar", "channel"])}
)
_SCALED: Fields = {"branch_scale": _SCALES, "shortcut_scale": _SCALES | st.floats(-1, 1)}
_SURVIVAL: Fields = {"survival": st.floats(0.1, 1)}
_SKIPS: dict[str, Fields] = {
    "add": _SCALED | _SURVIVAL,
    "projection": _SCALED
    | _SURVIVAL
    | {
        "channels": st.none() | st.integers(1, 8),
        "stride": st.none() | st.integers(1, 3),
        "norm": NORMS,
        "norm_groups": GROUPS,
        "activation": st.sampled_from(get_args(Elementwise)),
        "bias": st.booleans(),
        "init": INITS,
    },
    "pad": _SCALED | _SURVIVAL | {"stride": st.none() | st.integers(1, 3)},
    "gated": _SURVIVAL | {"gate_bias": st.floats(-4, 4), "init": INITS},
    "shortcut_gate": _SURVIVAL | {"gate_bias": st.floats(-4, 4)},
    "concat": {},
}
_ANY_SKIP: Fields = {
    "join": st.sampled_from(["output", "preactivation"]),
    "resize": st.sampled_from(get_args(Resize)),
    "dropout": RATES,
}
SKIP_OPTIONS = st.sampled_from(sorted(_SKIPS)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"kind": st.just(kind)}, optional={**_SKIPS[kind], **_ANY_SKIP}
    )
)
REPEATED = st.fixed_dictionaries({"time_steps": st.integers(1, 3)})
OVER_TIME = REPEATED | st.just({"time": "positions"})
"""The whole input once to three times, or a position of it at every step."""
INPUT_SHAPES = st.sampled_from([(5,), (16,), (4, 4), (6, 3), (1, 8, 8), (3, 5, 4), (2, 1, 1)])


@st.composite
def networks(draw: st.DrawFn, most_layers: int = 5, most_skips: int = 5) -> Network:
    """Any network that can be written down; most do not fit their input."""
    layers = draw(st.lists(LAYERS, min_size=1, max_size=most_layers))
    net = Network.of(
        layers=layers,
        defaults=draw(st.fixed_dictionaries({}, optional=STYLE)),
        readout={"kind": draw(st.sampled_from(["dense", "per_position"]))},
        **draw(OVER_TIME),
    )
    net = tied(draw, attending(draw, _rewired(draw, _rewired(draw, net))))
    return _with_skips(draw, net, most_skips)


@st.composite
def sound_networks(
    draw: st.DrawFn, most_layers: int = 5, most_skips: int = 5
) -> tuple[Network, tuple[int, ...], int]:
    """A network with an input shape and a number of outputs for which it can be built."""
    input_shape, outputs = draw(INPUT_SHAPES), draw(st.integers(1, 6))
    fields: Fields = {
        "defaults": draw(st.fixed_dictionaries({}, optional=STYLE)),
        "readout": {"kind": draw(st.sampled_from(["dense", "per_position"]))},
        **draw(OVER_TIME if len(input_shape) < 3 else REPEATED),
    }
    layers: list[Fields] = []
    for layer in draw(st.lists(LAYERS, min_size=1, max_size=2 * most_layers)):
        longer = Network.of(layers=[*layers, layer], **fields)
        if len(layers) < most_layers and not longer.check(input_shape, outputs):
            layers.append(layer)
        again = Network.of(layers=[*layers, layer], **fields)  # with what may be shared
        if len(layers) < most_layers and not again.check(input_shape, outputs):
            layers += [layer] if draw(st.booleans()) else []
    net = Network.of(layers=layers or [{"kind": "flatten"}], **fields)
    for change in (_rewired, attending, _rewired, attending, tied, tied):
        changed = change(draw, net)
        net = net if changed.check(input_shape, outputs) else changed
    for _ in range(draw(st.integers(0, most_skips))):
        more = _with_skips(draw, net, 1)
        net = net if more.check(input_shape, outputs) else more
    return net, input_shape, outputs


def _with_skips(draw: st.DrawFn, net: Network, most: int) -> Network:
    for _ in range(draw(st.integers(0, most))):
        source, target = draw(st.integers(0, net.depth + 1)), draw(st.integers(1, net.depth + 1))
        try:
            net = net.add_skip(source, target, **draw(SKIP_OPTIONS))
        except NetworkError:
            continue
    return net
