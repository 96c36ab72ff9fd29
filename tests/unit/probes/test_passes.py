"""The gradient of every state, also where a layer has no tensors and hands on what it reads."""

import pytest
import torch
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import forward_backward
from skipviz.network import Network, apply_edit
from skipviz.training import train

DENSE = {"kind": "dense", "width": 7, "activation": "tanh"}


def stack_of(network: Network) -> Stack:
    return Stack(network.on((7,), 3), [STANDARD_ARMS["skip"]], [0])


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, 6, 7, generator=generator), torch.tensor([[0, 1, 2, 0, 1, 2]])


@pytest.mark.parametrize("kind", ["identity", "flatten"])
@pytest.mark.parametrize("ends", [(0, 2), (1, 3)])
def test_a_state_that_equals_the_one_below_has_a_gradient_of_its_own(kind, ends):
    source, target = ends
    layers = [DENSE, DENSE, DENSE]
    layers[source] = {"kind": kind}
    network = Network.of(layers=layers).add_skip(source, target)
    stack = stack_of(network)
    x, y = batch()
    tensors = {name: tensor.detach() for name, tensor in stack.tensors().items()}

    def above(state: torch.Tensor, below: torch.Tensor) -> torch.Tensor:
        """The loss from s_(source + 1) on, where the skip reads `below`."""
        for k in range(source + 2, 4):
            w, b = tensors[f"layer{k}.weight"][0], tensors[f"layer{k}.bias"][0]
            state = torch.tanh(state @ w + b) + (below if k == target else 0)
        logits = state @ tensors["readout.weight"][0] + tensors["readout.bias"][0]
        return functional.cross_entropy(logits, y[0])

    made = forward_backward(stack, x, y)
    state = made.states[source][0].detach().requires_grad_()
    (expected,) = torch.autograd.grad(above(state, state.detach()), state)
    torch.testing.assert_close(made.state_gradients[source][0], expected)


@pytest.mark.parametrize(
    "first",
    [
        [{"kind": "identity"}],
        [{"kind": "identity", "activation": "tanh"}],
        [{"kind": "flatten"}],
        [{"kind": "reshape", "shape": [1, 8, 8]}, {"kind": "average_pool"}, {"kind": "flatten"}],
    ],
)
def test_networks_whose_first_layers_have_no_tensors_train(first):
    network = Network.of(layers=[*first, {"kind": "dense", "width": 5}]).add_skip(
        0, len(first) + 1, kind="projection"
    )
    run = train(network, steps=2, probes="full")
    assert (run.gradient_norms("plain", of="state") > 0).all()
    assert run.failures == ()


def test_they_train_over_time_too():
    network = Network.of(layers=[{"kind": "identity"}, {"kind": "dense", "width": 64}])
    network = network.set_time_steps(3).add_skip(2, 1)
    run = train(network, steps=1, probes="full")
    assert (run.snapshot("gradient_over_time", "skip")[:, 0] > 0).all()


def test_what_the_first_fix_of_an_image_network_gives_trains():
    network = Network.of(layers=[{"kind": "conv2d", "channels": 4}, {"kind": "global_pool"}])
    (problem,) = network.check((64,), 10)
    for edit in problem.fixes[0].edits:
        network = apply_edit(network, edit)
    assert network.check((64,), 10) == []
    assert (train(network, steps=3).gradient_norms("skip", of="state") > 0).all()
