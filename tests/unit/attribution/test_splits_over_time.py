"""Feedback skips: backpropagation through time, by the recursion written out."""

import numpy as np
import pytest
import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.attribution.api import by_path_length
from skipviz.engine.attribution.degrees import by_state, down, skips_taken
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import forward_backward
from skipviz.engine.probes.snapshots import gradient_over_time
from skipviz.network import Network

WIDTH, DEPTH = 7, 5


def network(p: int, q: int, steps: int) -> Network:
    """A tanh chain with z_p^t = W_p s_(p-1)^t + U s_q^(t-1)."""
    chain = Network.mlp(DEPTH, WIDTH, "tanh").change_defaults(bias=False)
    return chain.set_time_steps(steps).add_skip(q, p, kind="projection")


class Recursion:
    """Forward and backward over time as in a textbook, for column vectors g = dL/dh."""

    def __init__(self, stack: Stack, p: int, q: int, steps: int, x: torch.Tensor) -> None:
        tensors = {name: tensor[0].T.detach() for name, tensor in stack.tensors().items()}
        weights = [tensors[f"layer{k}.weight"] for k in range(1, DEPTH + 1)]
        feedback, readout = tensors[f"skip{q}_{p}.weight"], tensors["readout.weight"]
        h = np.zeros((steps + 1, DEPTH + 1, WIDTH))
        for t in range(1, steps + 1):
            h[t, 0] = x
            for k in range(1, DEPTH + 1):
                z = weights[k - 1].numpy() @ h[t, k - 1]
                if k == p:
                    z = z + feedback.numpy() @ h[t - 1, q]
                h[t, k] = np.tanh(z)
        slope = 1 - h**2
        self.g = np.zeros((steps + 2, DEPTH + 1, WIDTH))
        self.of_weights = [np.zeros(weight.shape) for weight in weights]
        self.of_feedback = np.zeros(feedback.shape)
        self.g[steps, DEPTH] = readout.numpy().sum(0)
        for t in range(steps, 0, -1):
            for k in range(DEPTH, 0, -1):
                if k == q and t < steps:
                    later = slope[t + 1, p] * self.g[t + 1, p]
                    self.g[t, q] += feedback.numpy().T @ later
                inner = slope[t, k] * self.g[t, k]
                self.g[t, k - 1] += weights[k - 1].numpy().T @ inner
                self.of_weights[k - 1] += np.outer(inner, h[t, k - 1])
                if k == p and t >= 2:
                    self.of_feedback += np.outer(inner, h[t - 1, q])


@pytest.fixture(params=[(2, 4), (1, 5), (3, 3)], ids=str)
def ends(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture
def case(ends) -> tuple[Stack, torch.Tensor, Recursion]:
    p, q = ends
    stack = Stack(network(p, q, 6).on((WIDTH,), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = torch.randn(WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return stack, x, Recursion(stack, p, q, 6, x)


def close(measured, expected) -> bool:
    return float(np.abs(measured - expected).max()) <= 1e-12 * float(np.abs(expected).max())


def test_gradients_of_weights_and_of_the_feedback_are_those_of_the_recursion(case, ends):
    stack, x, truth = case
    steps = stack.unrolled(x.view(1, 1, -1))
    gradients = torch.autograd.grad(steps[-1][-1].sum(), list(stack.groups))
    found = {
        name: gradient[row, 0].T.numpy()
        for names, gradient in zip(stack.places, gradients, strict=True)
        for row, name in enumerate(names)
    }
    for k in range(1, DEPTH + 1):
        assert close(found[f"layer{k}.weight"], truth.of_weights[k - 1])
    p, q = ends
    assert close(found[f"skip{q}_{p}.weight"], truth.of_feedback)


def test_the_split_over_time_adds_up_to_the_recursion(case):
    stack, x, truth = case
    tape = Tape(stack, x.view(1, 1, -1))
    states = by_state(dict(down(tape, torch.ones_like(tape.logits), skips_taken)), 6)
    for k in range(1, DEPTH + 1):
        total = states[k].parts[0].sum(0)[:, 0].numpy()  # (time, width)
        assert close(total, truth.g[1:7, k])


def test_the_map_of_layers_and_time_is_that_of_autograd(ends):
    p, q = ends
    stack = Stack(network(p, q, 6).on((WIDTH,), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x = torch.randn(1, 9, WIDTH, dtype=torch.float64)
    made = forward_backward(stack, x, torch.randint(3, (1, 9)))
    norms = gradient_over_time(stack, made)
    assert norms.shape == (1, DEPTH + 1, 6)
    for k, gradient in enumerate(made.state_gradients):
        assert norms[0, k, -1] == pytest.approx(gradient.norm().item(), rel=1e-10)
    assert (norms[0, q:, :-1] == 0).all(), "above q only the last time step counts"
    assert (norms[0, :q] > 0).all()


def test_in_a_single_step_nothing_comes_back():
    """With one step before it the state fed back is 0, and so is the gradient of U."""
    stack = Stack(network(2, 4, 2).on((WIDTH,), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    first = stack.unrolled(torch.ones(1, 1, WIDTH, dtype=torch.float64))[0]
    found = torch.autograd.grad(first[-1].sum(), list(stack.groups), allow_unused=True)
    for names, gradient in zip(stack.places, found, strict=True):
        if "skip4_2.weight" in names and gradient is not None:
            assert (gradient[names.index("skip4_2.weight")] == 0).all()


def test_the_longest_path_over_time_is_the_last_part():
    """Through the first step (3 layers), back by the skip into layer 1, on through 2 layers."""
    looped = Network.mlp(3, 64, "tanh").set_time_steps(2).add_skip(3, 1)
    found = by_path_length(looped, batch_size=4)
    assert [len(parts) for parts in found.gradients] == [6, 5, 4, 3]
    assert all(np.abs(parts[-1]).max() > 0 for parts in found.gradients)
