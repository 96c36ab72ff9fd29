"""The predictions of several arms, as a worker hands them to the page."""

from collections.abc import Iterator, Sequence

from skipviz.arms import Arm
from skipviz.network import Network
from skipviz.theory.layers import TheoryError
from skipviz.theory.mean_field import predict
from skipviz.types import Array

Curves = dict[str, Array]
"""By arm, of layers 1..N relative to layer N."""


def curves(
    network: Network, input_shape: tuple[int, ...], outputs: int, arms: Sequence[Arm]
) -> Iterator[tuple[Curves, Curves, str]]:
    """Once: gradients of the weights, of the states, and why there are none of some arm."""
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
