"""The statement of the forward skip on many random networks, and on the weights of a linear one."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from skipviz.arms import STANDARD_ARMS
from skipviz.charts import Axis, Bars, Curve, Lines, Mark, Number
from skipviz.engine.measures.passes import first_pass, fresh_stack
from skipviz.engine.model import Stack
from skipviz.language import _
from skipviz.measures.cases import chain
from skipviz.measures.results import Result
from skipviz.network import Network
from skipviz.text import listed, percents_alike
from skipviz.types import Array

_ARMS = (STANDARD_ARMS["skip"], STANDARD_ARMS["plain"])
_P, _Q, _N = 3, 7, 10
SHOWN = 12.0  # of R and of the ratio, at most


def criterion(
    gains: Sequence[float] = (1.0, 1.5, 2.5), networks: int = 60, samples: int = 4, width: int = 32
) -> Iterator[Result]:
    """R against |delta (J + I)| / |delta J|, one dot per network and sample; p = 3, q = 7, tanh."""
    curves: list[Curve] = []
    rows: list[tuple[str, float, float, float]] = []
    agree = True
    for gain in gains:
        net = chain(_N, "tanh", "xavier", gain, width).add_skip(_P, _Q)
        stack = fresh_stack(net, "digits", _ARMS, range(networks))
        gradients = first_pass(stack, "digits", samples).state_gradients
        r, ratio = _r_and_ratio(gradients[_Q - 1][:networks], gradients[_P - 1][:networks])
        agree &= bool(((r > -0.5) == (ratio > 1)).all())
        curves.append(
            Curve(
                _("gain {gain}", gain=format(gain, "g")), r.clip(-SHOWN, SHOWN), ratio, mode="dots"
            )
        )
        first = [g.flatten(0, 1).norm(dim=1) for g in torch.split(gradients[0], networks)]
        rows.append((f"{gain:g}", *_shares(ratio, (first[0] / first[1]).numpy())))
        yield _criterion_result(curves, rows, agree, networks * samples)


def weights(width: int = 32) -> Iterator[Result]:
    """Relative change of dL/dW by a skip 2 -> 5 in eight linear layers, with dL/dy held fixed."""
    net = Network.mlp(8, width, activation="identity").add_skip(2, 5)
    stack = fresh_stack(net, "digits", _ARMS)
    changes = _weight_changes(stack)
    zeros = [k for k, change in enumerate(changes, start=1) if change == 0]
    layers = tuple(str(k) for k in range(1, len(changes) + 1))
    yield Result(
        verdict=_(
            "∂L/∂W stays exactly the same in layers {first} to {last} only, between the ends of "
            "the skip. Above it changes too.",
            first=zeros[0],
            last=zeros[-1],
        ),
        note=_(
            "Eight linear layers, skip 2 → 5; the gradient of the loss by the output is held "
            "fixed, so that ∂L/∂s of layers 3 to 8 is exactly the same with and without."
        ),
        figure=Bars(
            layers,
            (Curve(_("change"), np.arange(1.0, 9.0), changes, "skip"),),
            Axis("|∂W − ∂W₀| / |∂W₀|"),
            Axis(_("layer")),
        ),
        values=tuple((f"layer {k}", float(c)) for k, c in enumerate(changes, start=1)),
    )


def _r_and_ratio(delta: torch.Tensor, whole: torch.Tensor) -> tuple[Array, Array]:
    """(networks, samples, width) of dL/ds_q and dL/ds_p -> R and the ratio, one per sample."""
    delta, whole = delta.flatten(0, 1), whole.flatten(0, 1)
    main = whole - delta
    r = (main * delta).sum(1) / delta.square().sum(1)
    return r.numpy(), (whole.norm(dim=1) / main.norm(dim=1)).numpy()


def _shares(ratio: Array, first: Array) -> tuple[float, float, float]:
    return float(np.median(ratio)), float((ratio < 1).mean()), float((first < 1).mean())


def _criterion_result(
    curves: Sequence[Curve],
    rows: Sequence[tuple[str, float, float, float]],
    agree: bool,
    points: int,
) -> Result:
    writes = percents_alike(share for *__, share in rows)
    falls = listed(
        _("{share} at gain {gain}", share=writes(share), gain=gain) for gain, *__, share in rows
    )
    return Result(
        verdict=_(
            "The norm at layer p grows exactly where R > −1/2, {how}. A real skip makes the "
            "gradient of layer 1 smaller than without it in {shares} of the cases.",
            how=_("in every case") if agree else _("not in every case"),
            shares=falls,
        ),
        note=_(
            "{points} cases per gain: random tanh networks (N = 10, p = 3, q = 7, 32 units, "
            "Xavier times the gain), a few digits each. R beyond ±12 is drawn at the edge.",
            points=points,
        ),
        figure=Lines(
            tuple(curves),
            Axis("R"),
            Axis("|δ(J + I)| / |δJ|"),
            marks=(Mark(-0.5, "R = −1/2", "x"), Mark(1.0, _("equally long"))),
        ),
        numbers=tuple(
            Number(_("median growth at p, gain {gain}", gain=gain), f"{median:.2g}×")
            for gain, median, *__ in rows
        ),
        values=tuple((f"falls at gain {gain}", share) for gain, *__, share in rows),
    )


def _weight_changes(stack: Stack) -> Array:
    """Replicas are the arms skip and plain."""
    made = first_pass(stack, "digits")
    logits = stack.states(made.x)[-1]
    generator = torch.Generator().manual_seed(0)
    direction = torch.randn(logits.shape[1:], generator=generator).to(logits)
    tensors = stack.tensors()
    weights = [tensors[f"layer{k}.weight"] for k in range(1, stack.network.depth + 1)]
    found = torch.autograd.grad((logits * direction).sum(), weights)
    return np.array([float((g[0] - g[1]).norm() / g[1].norm()) for g in found])
