"""Wiring against modules written by hand, to 1e-12 in float64: gates, branches, gated PINNs."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear, silu

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network import Network
from skipviz.types import Shape

SIGMOID = "sigmoid"


def times(*entries: object) -> dict[str, object]:
    return {"entries": list(entries), "combine": "multiply"}


def plus(*entries: object) -> dict[str, object]:
    return {"entries": list(entries), "combine": "add"}


def through(state: int, activation: str) -> dict[str, object]:
    return {"state": state, "activation": activation}


def dense(width: int, activation: str = "identity", **how: object) -> dict[str, object]:
    return {"kind": "dense", "width": width, "activation": activation, **how}


def identity(reads: object) -> dict[str, object]:
    return {"kind": "identity", "reads": reads}


def built(network: Network, shape: Shape, outputs: int = 3) -> tuple[Model, dict[str, Tensor]]:
    assert network.check(shape, outputs) == []
    model = Model(network.on(shape, outputs), seed=1, dtype=torch.float64)
    return model, dict(model.named_parameters())


def sample(*shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(4, *shape, dtype=torch.float64, generator=generator)


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def mapped(weights: dict[str, Tensor], module: str, x: Tensor) -> Tensor:
    return linear(x, weights[f"{module}.weight"], weights.get(f"{module}.bias"))


def test_a_squeeze_and_excite_block_is_its_module() -> None:
    layers = [
        {"kind": "conv2d", "channels": 8},
        {"kind": "global_pool"},
        dense(2, "relu"),
        dense(8, SIGMOID),
        identity(times(1, 4)),
    ]
    model, weights = built(Network.of(layers=layers), (1, 5, 5))
    x = sample(1, 5, 5)
    maps = nn.functional.conv2d(x, weights["layer1.weight"], weights["layer1.bias"], padding=1)
    maps = maps.relu()
    gate = mapped(weights, "layer3", maps.mean((2, 3))).relu()
    gate = mapped(weights, "layer4", gate).sigmoid()
    scaled = maps * gate[:, :, None, None]
    close(model.states(x)[5], scaled)
    close(model(x), mapped(weights, "readout", scaled.flatten(1)))


def test_a_gate_of_one_channel_covers_all_channels() -> None:
    layers = [
        {"kind": "conv2d", "channels": 4},
        {"kind": "conv2d", "channels": 1, "kernel": 1, "activation": SIGMOID},
        identity(times(1, 2)),
    ]
    model, _ = built(Network.of(layers=layers), (1, 5, 5))
    states = model.states(sample(1, 5, 5))
    close(states[3], states[1] * states[2])


@pytest.mark.parametrize("activation", ["silu", SIGMOID], ids=["SwiGLU", "GLU"])
def test_a_gated_linear_unit_is_its_module(activation: str) -> None:
    layers = [dense(6), dense(6, reads=0), dense(5, reads=times(through(1, activation), 2))]
    model, weights = built(Network.of(layers=layers), (7,))
    x = sample(7)
    gate, value = (mapped(weights, name, x) for name in ("layer1", "layer2"))
    gate = silu(gate) if activation == "silu" else gate.sigmoid()
    close(model.states(x)[3], mapped(weights, "layer3", gate * value))


def test_a_modified_mlp_for_differential_equations_is_its_module() -> None:
    """Wang et al. 2021, eq. 43: h <- (1 - z) U + z V with z the layer itself."""
    layers = [dense(8, "tanh", reads=0) for _ in range(3)]
    before = plus(3)
    for _ in range(3):
        z = len(layers) + 1
        layers.append(dense(8, "tanh", reads=before))
        layers.append(identity(times(through(z, "complement"), 1)))
        layers.append(identity(times(z, 2)))
        before = plus(z + 1, z + 2)
    network = Network.of(layers=layers, readout={"reads": before})
    model, weights = built(network, (2,), 1)
    x = sample(2)
    u, v, h = (mapped(weights, f"layer{k}", x).tanh() for k in (1, 2, 3))
    for k in (4, 7, 10):
        z = mapped(weights, f"layer{k}", h).tanh()
        h = (1 - z) * u + z * v
    close(model(x), mapped(weights, "readout", h))


def test_an_inception_block_concatenates_its_branches() -> None:
    layers = [
        {"kind": "conv2d", "channels": 4},
        {"kind": "conv2d", "channels": 2, "kernel": 1, "reads": 1},
        {"kind": "conv2d", "channels": 3, "reads": 1},
        {"kind": "max_pool", "kernel": 3, "stride": 1, "padding": 1, "reads": 1},
        {"kind": "conv2d", "channels": 2, "kernel": 1},
        {"kind": "global_pool", "reads": [2, 3, 5]},
    ]
    model, weights = built(Network.of(layers=layers), (1, 6, 6))
    x = sample(1, 6, 6)

    def conv(k: int, x: Tensor, padding: int = 0) -> Tensor:
        held = weights[f"layer{k}.weight"], weights[f"layer{k}.bias"]
        return nn.functional.conv2d(x, *held, padding=padding).relu()

    stem = conv(1, x, 1)
    pooled = nn.functional.max_pool2d(stem, 3, 1, 1)
    joined = torch.cat([conv(2, stem), conv(3, stem, 1), conv(5, pooled)], 1)
    close(model.states(x)[6], joined.mean((2, 3)))


def test_attention_and_mlp_side_by_side_are_a_chain_without_skips_no_more() -> None:
    """x + attention(LN x) + mlp(LN x), as in GPT-J: both read x in every arm."""
    layers = [
        {"kind": "attention", "heads": 2, "reads": 0},
        {"kind": "feed_forward", "width": 16, "reads": 0},
        identity(plus(1, 2)),
        {"kind": "global_pool"},
    ]
    network = Network.of(layers=layers, defaults={"norm": "layer", "order": "pre"})
    network = network.add_skip(0, 3)
    stack = Stack(
        network.on((5, 8), 3), [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]], [0], torch.float64
    )
    x = sample(5, 8)
    states = stack.states(x.expand(2, *x.shape))
    with_skip, plain = states[3]
    attended, fed = states[1][0], states[2][0]
    close(with_skip, x + attended + fed)
    close(plain, attended + fed)
    close(states[2][0], states[2][1])
    normed = nn.functional.layer_norm(x, (8,))
    inner = {name: t[0, 0] for name, t in stack.tensors().items() if t.dim() == 3}
    assert inner
    held = {name: tensor[0] for name, tensor in stack.tensors().items()}
    hidden = (normed @ held["layer2.inner_weight"] + held["layer2.inner_bias"]).relu()
    close(fed, hidden @ held["layer2.outer_weight"] + held["layer2.outer_bias"])


def test_the_gate_of_wavenet_is_its_module() -> None:
    """tanh(W_f * x) sigmoid(W_g * x), van den Oord et al. 2016, eq. 2."""
    layers = [
        {"kind": "conv1d", "channels": 4, "activation": "identity"},
        {"kind": "conv1d", "channels": 4, "activation": "identity", "reads": 0},
        {
            "kind": "conv1d",
            "channels": 3,
            "kernel": 1,
            "reads": times(through(1, "tanh"), through(2, SIGMOID)),
        },
        {"kind": "global_pool"},
    ]
    model, _ = built(Network.of(layers=layers), (6, 3))
    states = model.states(sample(6, 3))
    bare = Model(
        Network.of(layers=[layers[2] | {"reads": None}]).on((6, 4), 3), dtype=torch.float64
    )
    for part in ("weight", "bias"):
        getattr(bare.layer1, part).data = getattr(model.layer3, part).data
    close(states[3], bare.states(states[1].tanh() * states[2].sigmoid())[1])


def test_film_scales_and_shifts_every_position() -> None:
    """gamma x + beta with a vector each (Perez et al. 2018)."""
    layers = [
        {"kind": "conv1d", "channels": 4},
        {"kind": "global_pool", "reads": 0},
        dense(4),
        dense(4, reads=2),
        identity(times(1, 3)),
        identity(plus(5, 4)),
    ]
    model, _ = built(Network.of(layers=layers), (6, 3))
    states = model.states(sample(6, 3))
    close(states[6], states[1] * states[3][:, None] + states[4][:, None])


@pytest.mark.parametrize("combine", ["add", "multiply"])
def test_one_state_may_be_read_twice(combine: str) -> None:
    layers = [dense(4, "tanh"), identity({"entries": [1, 1], "combine": combine})]
    model, _ = built(Network.of(layers=layers), (3,))
    states = model.states(sample(3))
    close(states[2], 2 * states[1] if combine == "add" else states[1] ** 2)


def test_wiring_is_the_same_in_every_arm_and_not_a_skip() -> None:
    network = Network.of(layers=[dense(4), dense(4, reads=0), identity(plus(1, 2))])
    stack = Stack(network.on((4,), 3), list(STANDARD_ARMS.values()), [0], torch.float64)
    x = sample(4)
    logits = stack(x.expand(4, *x.shape))
    for replica in logits:
        close(replica, logits[0])
    assert network.skips == ()
