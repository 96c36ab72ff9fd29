"""The seed claim, exactly: what a skip adds to the gradient when the values are kept."""

import pytest
import torch
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Stack
from skipviz.network import Network

P, Q, DEPTH, WIDTH = 3, 7, 10, 32


class Measured:
    """Gradients of states and weights of the arms plain and gradient_only at the first step."""

    def __init__(self, seed: int) -> None:
        network = Network.mlp(DEPTH, WIDTH, "tanh", skips=((P, Q),))
        arms = [STANDARD_ARMS["plain"], STANDARD_ARMS["gradient_only"]]
        self.stack = Stack(network.on((WIDTH,), 5), arms, [seed], torch.float64)
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn(16, WIDTH, dtype=torch.float64, generator=generator)
        y = torch.randint(5, (16,), generator=generator)
        self.states = self.stack.states(x.expand(2, -1, -1))
        each = functional.cross_entropy(
            self.states[-1].flatten(0, 1), y.repeat(2), reduction="none"
        )
        loss = each.view(2, -1).mean(1).sum()
        tensors = self.stack.tensors()
        self.names = [f"layer{k}.weight" for k in range(1, DEPTH + 1)]
        groups = list(self.stack.groups)
        gradients = torch.autograd.grad(loss, [*self.states[1:], *groups], retain_graph=True)
        self.of_states = dict(enumerate(gradients[: DEPTH + 1], start=1))
        self.of_weights = {
            name: gradient[place]
            for names, gradient in zip(self.stack.places, gradients[DEPTH + 1 :], strict=True)
            for place, name in enumerate(names)
        }
        assert set(self.of_weights) == set(tensors)


@pytest.fixture(params=[0, 1, 2])
def measured(request: pytest.FixtureRequest) -> Measured:
    return Measured(request.param)


def test_values_are_those_of_the_plain_arm_to_the_bit(measured):
    assert all(torch.equal(state[0], state[1]) for state in measured.states)


def test_above_p_every_gradient_is_the_plain_one_to_the_bit(measured):
    for k in range(P + 1, DEPTH + 1):
        plain, gradient_only = measured.of_states[k]
        assert torch.equal(plain, gradient_only), k
        plain, gradient_only = measured.of_weights[f"layer{k}.weight"]
        assert torch.equal(plain, gradient_only), k


def test_at_and_below_p_the_gradient_grows_by_exactly_delta_times_the_jacobian(measured):
    """The increment at layer k is delta J_k with J_k = dh_p/dh_k and delta = dL/ds_q."""
    delta = measured.of_states[Q][0]
    for k in range(1, P + 1):
        plain, gradient_only = measured.of_states[k]
        if k == P:
            increment = delta
        else:
            (all_replicas,) = torch.autograd.grad(
                measured.states[P],
                measured.states[k],
                torch.stack([delta, torch.zeros_like(delta)]),
                retain_graph=True,
            )
            increment = all_replicas[0]
        error = (gradient_only - plain - increment).abs().max() / increment.abs().max()
        assert float(error) < 1e-12, k
