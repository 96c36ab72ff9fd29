"""First values of all tensors: what each scheme promises."""

import pytest
import torch
from torch import Tensor

from skipviz import presets
from skipviz.engine.model import Model, build
from skipviz.network import Conv2d, Init, Network, Scale

WIDTH = 200


def weight(scheme: str, gain: float = 1.0, layer: str = "layer2") -> Tensor:
    net = Network.mlp(depth=2, width=WIDTH, init=Init(scheme=scheme, gain=gain))
    return build(net, (WIDTH,), 10).get_parameter(f"{layer}.weight").detach()


@pytest.mark.parametrize(
    ("scheme", "deviation"),
    [("pytorch", (3 * WIDTH) ** -0.5), ("xavier", WIDTH**-0.5), ("he", (2 / WIDTH) ** 0.5)],
)
@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_weights_have_the_deviation_of_their_scheme(
    scheme: str, deviation: float, gain: float
) -> None:
    assert float(weight(scheme, gain).std()) == pytest.approx(gain * deviation, rel=0.02)


@pytest.mark.parametrize("scheme", ["orthogonal", "looks_linear"])
def test_orthogonal_weights_are_orthogonal(scheme: str) -> None:
    w = weight(scheme, gain=2)
    assert torch.allclose(w @ w.t(), 4 * torch.eye(WIDTH), atol=1e-4)


def test_zero_weights_are_zero_and_only_the_scheme_of_torch_has_biases_other_than_zero() -> None:
    assert not weight("zero").any()
    for scheme in ("pytorch", "xavier", "he", "orthogonal", "looks_linear", "zero"):
        net = Network.mlp(depth=2, width=8, init=Init(scheme=scheme))
        bias = build(net, (8,), 10).get_parameter("layer1.bias")
        assert bool(bias.any()) == (scheme == "pytorch")


def test_he_weights_of_a_convolution_go_by_its_fan_in() -> None:
    net = Network.of(layers=[Conv2d(channels=200, kernel=5)], defaults={"init": {"scheme": "he"}})
    drawn = build(net, (16, 8, 8), 10).get_parameter("layer1.weight")
    assert float(drawn.detach().std()) == pytest.approx((2 / (16 * 25)) ** 0.5, rel=0.02)


@pytest.mark.parametrize("depth", [1, 5, 30])
def test_a_looks_linear_network_is_linear_at_first(depth: int) -> None:
    init = Init(scheme="looks_linear")
    net = Network.mlp(depth=depth, width=16, activation="crelu", init=init)
    model = Model(net.on((16,), 10), dtype=torch.float64)
    one, other = torch.randn(2, 7, 16, dtype=torch.float64).unbind()
    assert torch.allclose(model(one) + model(other), model(one + other), atol=1e-12)


def test_a_rezero_network_carries_its_stem_unchanged_and_only_the_gates_learn() -> None:
    model = build(presets.load("rezero"), (64,), 10)
    x = torch.randn(16, 64)
    states = model.states(x)
    assert torch.equal(states[-2], states[1])
    states[-1].square().sum().backward()
    assert not any(model.get_parameter(f"layer{k}.weight").grad.any() for k in range(2, 42))
    gates = [f"skip{k}_{k + 1}.branch_scale" for k in range(1, 41)]
    assert all(model.get_parameter(gate).grad.any() for gate in gates)


def test_scales_and_gates_start_where_they_are_told() -> None:
    net = Network.mlp(depth=2, width=8).add_skip(
        0, 1, branch_scale=Scale(value=0.3, learned="channel")
    )
    model = build(net.add_skip(1, 2, kind="gated", gate_bias=-3), (8,), 10)
    assert torch.equal(model.get_parameter("skip0_1.branch_scale"), torch.full((8,), 0.3))
    assert torch.equal(model.get_parameter("skip1_2.gate_bias"), torch.full((8,), -3.0))


def test_deepnorm_shrinks_values_and_outputs_but_not_queries_and_keys() -> None:
    preset = presets.info("transformer_deepnorm")
    model = build(preset.build(), preset.input_shape, preset.outputs)
    xavier, shrunk = 128**-0.5, 128**-0.5 * 48**-0.25
    for name, deviation in (("query", xavier), ("key", xavier), ("value", shrunk), ("out", shrunk)):
        drawn = model.get_parameter(f"layer3.{name}_weight").detach()
        assert float(drawn.std()) == pytest.approx(deviation, rel=0.05)
