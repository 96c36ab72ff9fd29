"""The gradient at the ends of skips, split exactly into what came down each way."""

from collections.abc import Iterator

import numpy as np
import torch

from skipviz.charts import Axis, Bars, Curve, Lines, Mark, Number, Table
from skipviz.data import OwnData
from skipviz.engine.attribution.api import StateSplit, Term, by_skip
from skipviz.engine.measures.passes import fresh_stack
from skipviz.language import _, _n
from skipviz.measures.results import Result
from skipviz.network import Network
from skipviz.runs.zeros import size_text
from skipviz.text import degrees_text, number_text, percent_text

MOST_BARS = 40


def shares(network: Network, data: str | OwnData, seed: int = 0) -> Iterator[Result]:
    """Norm and signed share of every way down to the sources of skips."""
    split = by_skip(network, data, seed)
    rows = [row for skip in network.skips for row in _rows(split[skip.source], skip.ends)]
    first = split[network.skips[0].source]
    term = first.skips[network.skips[0].ends]
    yield Result(
        verdict=_(
            "{skip} of the gradient came down the skip, {layers} through the layers.",
            skip=percent_text(term.share),
            layers=percent_text(1 - term.share),
        ),
        note=_(
            "Signed shares ⟨part, whole⟩ / |whole|² of ∂L/∂s over a batch of 64, first weights."
        ),
        table=Table((_("state of"), _("way"), _("norm{of}", of=""), _("share")), tuple(rows)),
        numbers=(Number(_("angle between the two"), degrees_text(term.cosine)),),
        values=(("share", term.share),),
    )


def angles(
    network: Network, data: str | OwnData, seed: int, ends: tuple[int, int]
) -> Iterator[Result]:
    """R and cosine at every skip of a network; the one looked at first in words."""
    split = by_skip(network, data, seed)
    terms = {skip.ends: split[skip.source].skips[skip.ends] for skip in network.skips}
    at = np.arange(1.0, len(terms) + 1)
    names = tuple(f"{p}→{q}" for p, q in terms)
    r = np.array([term.criterion for term in terms.values()])
    cosines = np.array([term.cosine for term in terms.values()])
    longer, shown = int((r > -0.5).sum()), slice(0, MOST_BARS)
    yield Result(
        verdict=_n(
            "At {longer} of {count} skip the gradient is longer than without the skip's part. "
            "{one}",
            "At {longer} of {count} skips the gradient is longer than without the skip's part. "
            "{one}",
            len(terms),
            longer=longer,
            one=_of_one(terms[ends], ends),
        ),
        note=_("Skip term against the rest of ∂L/∂s at its source; batch of 64, first weights."),
        figure=Bars(
            names[shown],
            (
                Curve("R", at[shown], r[shown], "skip"),
                Curve(_("cosine"), at[shown], cosines[shown]),
            ),
            Axis(_("R and cosine")),
            marks=(Mark(-0.5, "R = −1/2"),),
        ),
        values=tuple(zip(names, (float(value) for value in r), strict=True)),
    )


def _of_one(term: Term, ends: tuple[int, int]) -> str:
    way = f"{ends[0]} → {ends[1]}"
    if not term.norm:
        return _("No gradient comes down {way}.", way=way)
    if np.isnan(term.cosine):
        return _("All of the gradient came down {way}.", way=way)
    return _(
        "At {way} the angle is {angle} and R is {criterion}.",
        way=way,
        angle=degrees_text(term.cosine),
        criterion=number_text(term.criterion),
    )


def cancelling(width: int = 16, points: int = 21) -> Iterator[Result]:
    """|delta (J + I)| and |delta J| for a linear branch with J = -c I, c from 0 to 1."""
    scales = np.linspace(0, 1, points)
    with_skip = np.array([_arriving(width, float(c)) for c in scales])
    left = with_skip[-1]
    yield Result(
        verdict=_(
            "The skip makes the gradient longer up to c = 1/2, and at c = 1 {rest} is left.",
            rest=size_text(left),
        ),
        note=_(
            "Lengths at the lower end over the length δ at the upper end, by autograd in a linear "
            "network whose branch has the weights −c on its diagonal."
        ),
        figure=Lines(
            (
                Curve(_("with the skip, |δ(J + I)|"), scales, with_skip, "skip"),
                Curve(_("the branch alone, |δJ|"), scales, scales, "plain"),
            ),
            Axis(_("c, for J = −c I")),
            Axis(_("length over |δ|")),
            marks=(Mark(0.5, _("equal"), "x"),),
        ),
        numbers=(
            Number(_("left at c = {scale}", scale="0.1"), number_text(float(with_skip[2]))),
            Number(_("left at c = {scale}", scale="0.9"), number_text(float(with_skip[18]))),
            Number(_("left at c = {scale}", scale="1"), number_text(float(with_skip[-1]))),
        ),
        values=(("left at c = 1", float(with_skip[-1])),),
    )


def _arriving(width: int, scale: float) -> float:
    """|dL/ds_1| / |dL/ds_2| in a linear network with a skip 1 -> 2 around W_2 = -scale I."""
    net = Network.mlp(2, width, activation="identity", bias=False).add_skip(1, 2)
    stack = fresh_stack(net, "digits")
    tensors = dict(stack.tensors())
    tensors["layer2.weight"] = -scale * torch.eye(width, dtype=torch.float64)[None]
    x = torch.linspace(-1, 1, 64, dtype=torch.float64).view(1, 1, 64)
    states = stack.plan.states(tensors, x)
    lower, upper = torch.autograd.grad(states[-1].sum(), states[1:3])
    return float(lower.norm() / upper.norm())


def _rows(split: StateSplit, ends: tuple[int, int]) -> Iterator[tuple[str, ...]]:
    p, q = ends
    skip = _("skip {source} → {target}", source=p, target=q)
    state = _("layer {layer}", layer=p) if p else _("input")
    for way, term in {_("through the layers"): split.chain, skip: split.skips[ends]}.items():
        yield state, way, number_text(term.norm), percent_text(term.share)
