"""Shared weights against modules written by hand, and their gradient against untied copies."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, embedding, gelu, linear

import skipviz as sv
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.network import Network
from skipviz.theory import TheoryError, predict

DENSE = {"kind": "dense", "width": 6, "activation": "tanh"}
TIED = Network.of(layers=[DENSE, DENSE, {**DENSE, "tied_to": 2}, {**DENSE, "tied_to": 2}])
TIED = TIED.add_skip(1, 3).add_skip(2, 4)
ARMS = [STANDARD_ARMS[name] for name in ("skip", "plain")]


def sample(*shape: int) -> Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.randn(5, *shape, dtype=torch.float64, generator=stream)


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_tied_layers_are_one_map_applied_again_with_norms_of_their_own() -> None:
    conv = {"kind": "conv1d", "channels": 4, "activation": "gelu", "norm": "layer"}
    network = Network.of(layers=[conv, {**conv, "tied_to": 1, "dilation": 2}])
    model = Model(network.on((7, 4), 3), seed=1, dtype=torch.float64)
    w = dict(model.named_parameters())
    assert "layer2.weight" not in w
    assert "layer2.norm_weight" in w
    with torch.no_grad():
        w["layer2.norm_weight"].fill_(2)
    x = sample(7, 4)
    h = conv1d(x.transpose(1, 2), w["layer1.weight"], w["layer1.bias"], padding=1)
    h = gelu(torch.layer_norm(h.transpose(1, 2), (4,)))
    h = conv1d(h.transpose(1, 2), w["layer1.weight"], w["layer1.bias"], padding=2, dilation=2)
    h = gelu(2 * torch.layer_norm(h.transpose(1, 2), (4,)))
    close(model(x), linear(h.flatten(1), w["readout.weight"], w["readout.bias"]))


def test_a_tied_readout_is_the_state_times_the_table() -> None:
    layers = [
        {"kind": "embedding", "vocabulary": 9, "width": 4},
        {"kind": "feed_forward", "width": 8},
    ]
    network = Network.of(layers=layers, readout={"kind": "per_position", "tied_to": 1})
    model = Model(network.on((5,), 9), seed=1, dtype=torch.float64)
    w = dict(model.named_parameters())
    assert set(w) >= {"layer1.weight", "readout.bias"}
    assert "readout.weight" not in w
    x = torch.randint(9, (3, 5))
    s = model.states(x)
    close(s[1], embedding(x, w["layer1.weight"]))
    close(s[-1], s[2] @ w["layer1.weight"].T + w["readout.bias"])
    s[-1].square().sum().backward()
    table = w["layer1.weight"].detach().clone().requires_grad_()
    by_hand = [embedding(x, table)]
    inner = torch.relu(linear(by_hand[0], w["layer2.inner_weight"], w["layer2.inner_bias"]))
    outer = linear(inner, w["layer2.outer_weight"], w["layer2.outer_bias"])
    (outer @ table.T + w["readout.bias"]).square().sum().backward()
    close(w["layer1.weight"].grad, table.grad)


def untied(network: Network) -> Network:
    for k in network.ties:
        network = network.change_layer(k, tied_to=None)
    return network


def test_every_use_has_the_gradient_of_a_copy_and_the_weight_their_sum() -> None:
    """In every arm, with the tied weights copied to a network that shares none."""
    from skipviz.engine.probes.passes import forward_backward

    shape, network = (6,), TIED
    stack = Stack(network.on(shape, 3), ARMS, [0], torch.float64)
    x = sample(6)
    y = torch.arange(5) % 3
    made = forward_backward(stack, x.expand(2, 5, 6), y.expand(2, 5))
    for replica, arm in enumerate(ARMS):
        copy = Model(untied(network).on(shape, 3), 0, arm, torch.float64)
        shared = dict(Model(network.on(shape, 3), 0, arm, torch.float64).named_parameters())
        with torch.no_grad():
            for name, parameter in copy.named_parameters():
                module, _, part = name.partition(".")
                owner = "layer2" if module in ("layer3", "layer4") else module
                parameter.copy_(shared[f"{owner}.{part}"])
        losses_of_samples(copy(x)[None], y[None]).mean().backward()
        grads = {name: p.grad for name, p in copy.named_parameters()}
        for k in (2, 3, 4):
            close(made.uses[f"layer{k}.weight"][replica].T, grads[f"layer{k}.weight"])
        whole = sum(grads[f"layer{k}.weight"] for k in (2, 3, 4))
        found = {
            name: gradient
            for names, group in zip(stack.places, made.gradients, strict=True)
            for name, gradient in zip(names, group, strict=True)
        }
        close(found["layer2.weight"][replica].T, whole)


def test_a_run_has_the_gradient_of_every_use_and_updates_of_the_sum() -> None:
    run = sv.train(TIED, steps=2, seed=0)
    uses, whole = run.gradient_norms("skip"), run.probe("shared_gradient", "skip")
    assert (whole[:, 1:4] == whole[:, [1]]).all()
    assert len(set(uses[0, 1:4])) == 3
    assert (uses[:, 1:4].sum(1) >= whole[:, 1]).all()  # the triangle inequality
    np.testing.assert_array_equal(uses[:, 0], whole[:, 0])
    ratios = run.probe("update_ratio", "skip")[:-1]
    assert (ratios[:, 1:4] == ratios[:, [1]]).all()
    assert set(run.weights("skip")) == {
        f"{module}.{part}"
        for module in ("layer1", "layer2", "readout")
        for part in ("weight", "bias")
    }


def test_a_use_that_gets_next_to_nothing_does_not_starve_where_others_do_not() -> None:
    """Layer 2 gets gradient through 60 saturated layers of its own; the sum is that of the last."""
    small = {"kind": "dense", "width": 6, "activation": "tanh", "init": {"gain": 0.1}}
    network = Network.of(layers=[small, small, *[{**small, "tied_to": 2}] * 20])
    run = sv.train(network, steps=1, arms=("plain",))
    assert run.gradient_norms("plain")[0, 1] < 1e-10 * run.gradient_norms("plain")[0, 21]
    starved = run.summary()["arms"]["plain"]["starved"]  # type: ignore[index]
    assert starved == [1]


def test_theory_says_that_it_takes_weights_for_independent() -> None:
    with pytest.raises(TheoryError, match=r"layer 3: it has the weights of layer 2\."):
        predict(TIED, (64,), 10)
