"""Attribution of a drawn network at its first weights, for notebooks."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.data import OwnData, compatibility_problems
from skipviz.data.loading import info_and_split
from skipviz.engine.attribution.degrees import (
    Degree,
    Parts,
    by_state,
    down,
    layers_passed,
    skips_taken,
)
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.scaling import row_norms, shares_of_parts
from skipviz.engine.attribution.shown import shares_by_state
from skipviz.engine.attribution.splits import cosine, criterion, norms, share, terms_of_states
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model.stack import Stack
from skipviz.markup import table
from skipviz.network import Network, NetworkError
from skipviz.network.given import takes_network
from skipviz.types import Array, Ends


@dataclass(frozen=True, repr=False)
class Attribution:
    """The gradient of the mean loss at every state s_0 .. s_N, in parts that add up to it.

    `gradients[k]` is (degrees, batch, ..), or (degrees, time, batch, ..) for networks that run
    over time; part j took j skips (`by` "skips taken") or passed j layers ("path length"). Token
    numbers have no gradient: behind an embedding state 0 is one part of NaN, and so is all below.
    """

    by: str
    gradients: list[Array]

    def __repr__(self) -> str:
        rows = shares_by_state(self.gradients, self.shares)
        lines = [f"Attribution(dL/ds_k by {self.by})", *("  " + ": ".join(row) for row in rows)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The shares of each state, for notebooks."""
        head = ("state", "shape", f"share of dL/ds_k by {self.by}")
        return table(head, shares_by_state(self.gradients, self.shares))

    @property
    def total(self) -> list[Array]:
        """dL/ds_k."""
        return [gradient.sum(0) for gradient in self.gradients]

    @property
    def norms(self) -> list[Array]:
        """(degrees,) norm of every part, over batch and features."""
        return [row_norms(_rows(gradient)).numpy() for gradient in self.gradients]

    @property
    def shares(self) -> list[Array]:
        """(degrees,) <part, total> / |total|^2: they add up to 1, and some may be negative."""
        return [shares_of_parts(_rows(gradient)).numpy() for gradient in self.gradients]


@dataclass(frozen=True)
class Term:
    """What came down one edge to a state.

    `share` is signed, <term, total> / |total|^2; `cosine` is that of the angle to all the rest;
    with the term the norm is larger than without it exactly where `criterion` > -1/2.
    """

    norm: float
    share: float
    cosine: float
    criterion: float


@dataclass(frozen=True)
class StateSplit:
    """The gradient of one state: |dL/ds_k|, the chain's term and that of each outgoing skip.

    The chain's is the sum over all layers that read the state by wiring.
    """

    norm: float
    chain: Term
    skips: dict[Ends, Term] = field(default_factory=dict)


@takes_network
def by_skips_taken(
    network: Network,
    data: str | OwnData = "digits",
    seed: int = 0,
    arm: Arm = STANDARD_ARMS["skip"],
    batch_size: int = 64,
) -> Attribution:
    """Every state's gradient by the number of skips it took, on the first samples, in float64.

    `data` is a name of `skipviz.data.names()` or data of one's own; the batch are the first
    `batch_size` samples of its train split, the weights those that `seed` starts from. `arm`
    gives the gains of the skips. NetworkError when the network does not fit the data.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> found = sv.attribution.by_skips_taken(network, data="digits", seed=0)
    >>> found.gradients[1].shape  # took 0 or 1 skips; samples; units of layer 1
    (2, 64, 8)
    >>> round(float(found.shares[1].sum()), 12)
    1.0
    """
    tape, gradient = _pass(network, data, seed, arm, batch_size)
    return Attribution("skips taken", _parts(tape, gradient, skips_taken))


@takes_network
def by_path_length(
    network: Network,
    data: str | OwnData = "digits",
    seed: int = 0,
    arm: Arm = STANDARD_ARMS["skip"],
    batch_size: int = 64,
) -> Attribution:
    """Every state's gradient by the number of layers 1..N it passed, in float64.

    `data` is a name of `skipviz.data.names()` or data of one's own; the batch are the first
    `batch_size` samples of its train split, the weights those that `seed` starts from. `arm`
    gives the gains of the skips. NetworkError when the network does not fit the data.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> found = sv.attribution.by_path_length(network)
    >>> found.gradients[1].shape  # passed 0, 1 or 2 layers above layer 1; samples; units
    (3, 64, 8)
    """
    tape, gradient = _pass(network, data, seed, arm, batch_size)
    return Attribution("path length", _parts(tape, gradient, layers_passed(network.depth)))


@takes_network
def by_skip(
    network: Network,
    data: str | OwnData = "digits",
    seed: int = 0,
    arm: Arm = STANDARD_ARMS["skip"],
    batch_size: int = 64,
) -> dict[int, StateSplit]:
    """The gradient of every state 0..N that has one by the edges it came down, in float64.

    `data` is a name of `skipviz.data.names()` or data of one's own; the batch are the first
    `batch_size` samples of its train split, the weights those that `seed` starts from. `arm`
    gives the gains of the skips. NetworkError when the network does not fit the data.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> state = sv.attribution.by_skip(network)[1]
    >>> round(state.chain.share + state.skips[1, 3].share, 12)
    1.0
    """
    tape, gradient = _pass(network, data, seed, arm, batch_size)
    found = terms_of_states(tape, gradient)
    ends = [skip.ends for skip in network.skips]
    return {k: _split(found[k].terms, ends) for k in sorted(found)}


def _pass(
    network: Network, data: str | OwnData, seed: int, arm: Arm, batch_size: int
) -> tuple[Tape, Tensor]:
    info, split = info_and_split(data)
    resolved = info.resolve(network)
    if problems := compatibility_problems(resolved, info):
        raise NetworkError(problems)
    stack = Stack(resolved, [arm], [seed], torch.float64)
    x, y = (
        torch.from_numpy(split.train_x[:batch_size]),
        torch.from_numpy(split.train_y[:batch_size]),
    )
    x = x.double() if x.is_floating_point() else x
    y = y.double() if y.is_floating_point() else y
    tape = Tape(stack, x[None])
    return tape, loss_gradient(tape, y[None])


def _parts(tape: Tape, gradient: Tensor, degree: Degree) -> list[Array]:
    states = by_state(dict(down(tape, gradient, degree)), tape.stack.plan.time_steps)
    return [
        _from_degree_0(states[k]) if k in states else _none(tape, k)
        for k in range(tape.stack.network.depth + 1)
    ]


def _none(tape: Tape, k: int) -> Array:
    """One part of NaN for a state without a gradient."""
    shape, steps = tape.state(k).shape, tape.stack.plan.time_steps
    return np.full((1, steps, *shape[1:]) if steps > 1 else shape, np.nan)


def _from_degree_0(found: Parts) -> Array:
    parts = found.parts[0].numpy()
    return np.concatenate([np.zeros((found.first, *parts.shape[1:])), parts])


def _rows(gradient: Array) -> Tensor:
    return torch.from_numpy(gradient).flatten(1)


def _split(terms: dict[int | None, Tensor], ends: list[Ends]) -> StateSplit:
    total = torch.stack(list(terms.values())).sum(0)
    described = {skip: _term(term, total) for skip, term in terms.items()}
    skips = {ends[skip]: term for skip, term in described.items() if skip is not None}
    chain = described.get(None, Term(0.0, 0.0, np.nan, np.nan))  # nothing reads it but skips
    return StateSplit(_number(norms, total), chain, skips)


def _term(term: Tensor, total: Tensor) -> Term:
    rest = total - term
    return Term(
        _number(norms, term),
        _number(share, term, total),
        _number(cosine, term, rest),
        _number(criterion, term, rest),
    )


def _number(measure: Callable[..., Tensor], *tensors: Tensor) -> float:
    return float(measure(*tensors)[0])
