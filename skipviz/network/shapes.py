"""Shapes of all states, inferred without running torch, and everything that does not fit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skipviz.network.problems import Mend, NetworkError, Problem
from skipviz.network.skips import Add, Projection

if TYPE_CHECKING:
    from skipviz.network.network import Network

Shape = tuple[int, ...]


@dataclass
class Inference:
    """Shapes of the states s_0 .. s_(N+1), without the batch axis, and what is wrong with them."""

    states: tuple[Shape, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def infer(network: "Network", input_shape: Shape, outputs: int) -> Inference:
    """Walk the chain once; a skip that does not fit is reported and then ignored."""
    widths = tuple((layer.width,) for layer in network.layers)
    states = (input_shape, *widths, (outputs,))
    problems = [
        problem
        for skip in network.skips
        for problem in _skip_problems(skip, states[skip.source], states[skip.target])
    ]
    return Inference(states, problems)


def sound(network: "Network", input_shape: Shape, outputs: int) -> Inference:
    """The inference of a network that can be built; NetworkError lists why it cannot."""
    inference = infer(network, input_shape, outputs)
    if inference.problems:
        raise NetworkError(inference.problems)
    return inference


def shape_text(shape: Shape) -> str:
    """(64,) as `64`, (16, 8, 8) as `16×8×8`."""
    return "×".join(str(size) for size in shape)


def _skip_problems(skip: Add | Projection, source: Shape, target: Shape) -> list[Problem]:
    if isinstance(skip, Projection) or source == target:
        return []
    ends = {"source": skip.source, "target": skip.target}
    message = (
        f"Skip {skip.source} → {skip.target} adds a state of width {shape_text(source)} "
        f"to one of width {shape_text(target)}. Make it a projection or remove it."
    )
    mends = (
        Mend("Make it a projection", ({"do": "change_skip", "kind": "projection", **ends},)),
        Mend("Remove it", ({"do": "remove_skip", **ends},)),
    )
    return [Problem(message, skip=skip.ends, mends=mends)]
