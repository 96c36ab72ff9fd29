"""The predictions of several arms, as a worker hands them to the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skipviz.arms import Arm
from skipviz.network import Network
from skipviz.request import Request
from skipviz.theory.layers import TheoryError
from skipviz.theory.mean_field import predict
from skipviz.types import Array

Curves = dict[str, Array]
"""By arm, of layers 1..N relative to layer N."""
Predicted = tuple[Curves, Curves, str]
"""Gradients of the weights, of the states, and why there are none of some arm."""


@dataclass(frozen=True)
class Theory(Request[Predicted]):
    """The gradients that mean field theory predicts for a network on its data, in these arms."""

    network: Network
    input_shape: tuple[int, ...]
    outputs: int
    arms: tuple[Arm, ...]

    unasked = True


def curves(
    network: Network, input_shape: tuple[int, ...], outputs: int, arms: Sequence[Arm]
) -> Iterator[Predicted]:
    """What is predicted, once."""
    weights: Curves = {}
    states: Curves = {}
    reason = ""
    for arm in arms:
        try:
            found = predict(network, input_shape, outputs, arm)
        except TheoryError as error:
            reason = str(error)
            continue
        weights[arm.name] = found.weight_gradients
        states[arm.name] = found.state_gradients[1:]
    yield weights, states, reason
