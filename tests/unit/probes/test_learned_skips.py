"""What skips learn, against modules written by hand and trained alone in float64."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import build
from skipviz.engine.training.batches import Batches
from skipviz.network import Network
from skipviz.network.learned import learned_by, learned_in
from skipviz.training import Run, train

ARMS = ("skip", "plain", "gradient_only", "forward_only")
SEEDS = 2
STEPS = 3
RATE = 0.05


@dataclass
class Bare:
    """One replica by hand: named tensors, the gains of its arm, and the gates of the last pass."""

    tensors: dict[str, Tensor]
    gains: tuple[float, float]
    gates: dict[str, Tensor] = field(default_factory=dict)

    def dense(self, name: str, s: Tensor) -> Tensor:
        return functional.linear(
            s.flatten(1), self.tensors[f"{name}.weight"], self.tensors.get(f"{name}.bias")
        )

    def convolve(self, name: str, s: Tensor, **how: int) -> Tensor:
        weight, bias = self.tensors[f"{name}.weight"], self.tensors.get(f"{name}.bias")
        return functional.conv2d(s, weight, bias, **how)

    def joined(self, u: Tensor, merged: Tensor) -> Tensor:
        """Value and gradient of the increment times the gains."""
        forward, backward = self.gains
        v = merged - u
        return u + forward * v.detach() + backward * (v - v.detach())

    def gate(self, name: str, s: Tensor) -> Tensor:
        weight, bias = self.tensors[f"{name}.gate_weight"], self.tensors[f"{name}.gate_bias"]
        z = (
            functional.conv2d(s, weight, bias)
            if s.dim() == 4
            else functional.linear(s, weight, bias)
        )
        self.gates[name] = torch.sigmoid(z)
        return self.gates[name]


def rezero(net: Bare, x: Tensor) -> Tensor:
    s1 = torch.tanh(net.dense("layer1", x))
    h2 = torch.tanh(net.dense("layer2", s1))
    s2 = net.joined(h2, net.tensors["skip1_2.branch_scale"] * h2 + s1)
    h3 = torch.tanh(net.dense("layer3", s2))
    scale, carried = net.tensors["skip1_3.branch_scale"], net.tensors["skip1_3.shortcut_scale"]
    s3 = net.joined(h3, scale * h3 + carried * s1)
    return net.dense("readout", s3)


def layerscale(net: Bare, x: Tensor) -> Tensor:
    s1 = torch.tanh(net.convolve("layer1", x, padding=1))
    h2 = torch.tanh(net.convolve("layer2", s1, padding=1))
    scale = net.tensors["skip1_2.branch_scale"].view(-1, 1, 1)
    s2 = net.joined(h2, scale * h2 + s1)
    h3 = torch.tanh(net.convolve("layer3", s2, padding=1))
    scale = net.tensors["skip2_3.shortcut_scale"].view(-1, 1, 1)
    s3 = net.joined(h3, h3 + scale * s2)
    return net.dense("readout", s3)


def gated(net: Bare, x: Tensor) -> Tensor:
    s1 = torch.tanh(net.dense("layer1", x))
    h2 = torch.tanh(net.dense("layer2", s1))
    share = net.gate("skip1_2", s1)
    s2 = net.joined(h2, share * h2 + (1 - share) * s1)
    h3 = torch.tanh(net.dense("layer3", s2))
    closed = net.gate("skip2_3", s2)
    net.gates["skip2_3"] = 1 - closed
    s3 = net.joined(h3, h3 + (1 - closed) * s2)
    return net.dense("readout", s3)


def projected(net: Bare, x: Tensor) -> Tensor:
    s1 = torch.tanh(net.dense("layer1", x))
    h2 = torch.tanh(net.dense("layer2", s1))
    s2 = net.joined(h2, h2 + net.dense("skip1_2", s1))
    return net.dense("readout", s2)


def convolved(net: Bare, x: Tensor) -> Tensor:
    s1 = torch.tanh(net.convolve("layer1", x, padding=1))
    h2 = torch.tanh(net.convolve("layer2", s1, stride=2, padding=1))
    projection = net.convolve("skip1_2", s1, stride=2)
    s2 = net.joined(h2, net.tensors["skip1_2.branch_scale"] * h2 + projection)
    h3 = torch.tanh(net.convolve("layer3", s2, padding=1))
    share = net.gate("skip2_3", s2)
    s3 = net.joined(h3, share * h3 + (1 - share) * s2)
    return net.dense("readout", s3)


SCALAR, CHANNELS = ({"value": -0.3, "learned": how} for how in ("scalar", "channel"))
IMAGES = Network.of(
    layers=[{"kind": "conv2d", "channels": 4, "kernel": 3}] * 3, defaults={"activation": "tanh"}
)
CASES: dict[str, tuple[Callable[[Bare, Tensor], Tensor], str, Network]] = {
    "rezero": (
        rezero,
        "digits",
        Network.mlp(3, 8, activation="tanh")
        .add_skip(1, 2, branch_scale={"value": 0, "learned": "scalar"})
        .add_skip(1, 3, branch_scale=SCALAR, shortcut_scale={"value": 0.7, "learned": "scalar"}),
    ),
    "layerscale": (
        layerscale,
        "digits_images",
        IMAGES.add_skip(1, 2, branch_scale=CHANNELS).add_skip(2, 3, shortcut_scale=CHANNELS),
    ),
    "gated": (
        gated,
        "digits",
        Network.mlp(3, 8, activation="tanh")
        .add_skip(1, 2, kind="gated", gate_bias=-1)
        .add_skip(2, 3, kind="shortcut_gate", gate_bias=-2),
    ),
    "projected": (
        projected,
        "digits",
        Network.mlp(2, 8, activation="tanh")
        .change_layer(2, width=6)
        .add_skip(1, 2, kind="projection", bias=True),
    ),
    "convolved": (
        convolved,
        "digits_images",
        IMAGES.change_layer(2, channels=6, stride=2)
        .change_layer(3, channels=6)
        .add_skip(1, 2, kind="projection", branch_scale=SCALAR)
        .add_skip(2, 3, kind="gated"),
    ),
}
TENSORS = {"gate": "gate_weight", "projection": "weight"}


def by_hand(net: Bare, network: Network) -> dict[str, list[float]]:
    """Every quantity of every skip and its gradient, after a backward pass."""
    found: dict[str, list[float]] = {}
    for quantity in learned_in(network):
        values, gradients = [], []
        for skip in network.skips:
            name = f"skip{skip.source}_{skip.target}"
            tensor = net.tensors.get(f"{name}.{TENSORS.get(quantity, quantity)}")
            if quantity not in learned_by(skip) or net.gains == (0, 0):
                values.append(np.nan)
                gradients.append(np.nan)
                continue
            assert tensor is not None
            assert tensor.grad is not None
            gradients.append(float(tensor.grad.norm()))
            if quantity == "gate":
                values.append(float(net.gates[name].mean()))
            elif quantity == "projection":
                values.append(float(tensor.norm()))
            else:
                is_number = getattr(skip, quantity).learned == "scalar"
                number = tensor if is_number else tensor.square().mean().sqrt()
                values.append(number.item())
        found |= {quantity: values, f"{quantity}_gradient": gradients}
    return found


@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients_are_those_of_a_module_trained_alone(case, monkeypatch) -> None:
    forward, data, network = CASES[case]
    seen: list[tuple[Tensor, Tensor]] = []
    original = Batches.__next__
    monkeypatch.setattr(Batches, "__next__", lambda self: seen.append(original(self)) or seen[-1])
    run = train(
        network, data, arms=ARMS, seeds=SEEDS, steps=STEPS, learning_rate=RATE, momentum=0.0
    )
    shape = tuple(seen[0][0].shape[2:])
    for replica, (arm, seed) in enumerate((arm, seed) for arm in ARMS for seed in range(SEEDS)):
        start = build(network, shape, 10, seed).state_dict()
        tensors = {name: t.double().requires_grad_() for name, t in start.items()}
        net = Bare(tensors, (STANDARD_ARMS[arm].forward, STANDARD_ARMS[arm].backward))
        optimizer = torch.optim.SGD(tensors.values(), lr=RATE)
        for step, (x, y) in enumerate(seen):
            optimizer.zero_grad()
            loss = functional.cross_entropy(forward(net, x[replica].double()), y[replica])
            loss.backward()
            for name, expected in by_hand(net, network).items():
                measured = run.probe(name, arm, seed)[step]
                assert measured.dtype == np.float64
                np.testing.assert_allclose(measured, expected, rtol=1e-4, err_msg=f"{name}, {arm}")
            optimizer.step()
    assert run.steps == STEPS + 1


def test_only_what_some_skip_learns_is_measured() -> None:
    _, data, network = CASES["rezero"]
    run = train(network, data, steps=1)
    assert learned_in(network) == ("branch_scale", "shortcut_scale")
    assert np.isnan(run.probe("shortcut_scale", "skip")[:, 0]).all()  # skip 1 -> 2 has none
    for name in ("gate", "projection_gradient"):
        with pytest.raises(KeyError):
            run.probe(name, "skip")
    minimal = train(network, data, steps=1, probes="minimal")
    with pytest.raises(KeyError):
        minimal.probe("branch_scale", "skip")


def test_a_run_without_frames_has_a_column_for_every_skip() -> None:
    _, _, network = CASES["rezero"]
    run = Run(network, train(network, steps=0).settings)
    assert run.probe("branch_scale", "skip").shape == (0, 2)
    assert run.probe("state_rms", "skip").shape == (0, 4)
