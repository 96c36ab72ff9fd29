"""The numbers in the equations of one skip p -> q, s_q = h_q + s_p, at the first weights.

Notation: delta = dL/ds_q, J = dh_q/ds_p without the skip, J_k = ds_p/ds_k. Gradients are long
vectors over the whole batch, in float64. For k <= p what comes through s_p is delta (J + I) J_k;
where other skips lead from p or from between the ends to q or past it, delta J + r in the place
of delta J, with r what comes down by them.
"""

from collections.abc import Iterator

import numpy as np
from torch import Tensor

from skipviz.arms import Arm, Gain
from skipviz.charts import Axis, Curve, Lines, Mark, Number
from skipviz.data import OwnData
from skipviz.engine.measures.passes import (
    cosine,
    down,
    first_pass,
    fresh_stack,
    inner,
    norm,
    ratio,
    rms,
)
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import Pass
from skipviz.language import N_, _
from skipviz.measures.results import Result
from skipviz.network import AnySkip, Network
from skipviz.runs.zeros import size_text
from skipviz.text import degrees_text, number_text, tex_number
from skipviz.types import Array, Ends

_LAYER = N_("layer (1 = next to the input)")
_WITH = N_("with it")
_ONLY = N_("gradient only")


def arms_of(ends: Ends) -> tuple[Arm, Arm, Arm]:
    """One skip taken away, used for the gradient only, and left as it is; the others stay."""
    return _arm("without", ends, 0, 0), _arm("gradient only", ends, 0, 1), Arm(name="with it")


def forward(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """How large h_q, s_p and s_q are, and the states with this skip and without it."""
    made = _made(network, data, seed, ends)[1]
    p, q = ends
    states = [made.x, *made.states]
    sizes = np.stack([rms(state) for state in made.states[: network.depth]], axis=1)
    branch = states[q] - states[p]
    s_p, s_q, h_q = (float(rms(each)[2]) for each in (states[p], states[q], branch))
    between = cosine(states[p][2], branch[2])
    layers = _layers(sizes.shape[1])
    several = any(joins_beside(skip, ends) for skip in network.skips)
    others = r" + \cdots" if several else ""
    yield Result(
        verdict=_verdict_of_sum((s_q, h_q, s_p), between, several),
        note=_(
            "Root mean square over batch and units, at the first weights. Up to h of layer {layer} "
            "both networks compute the same.",
            layer=q,
        ),
        formulas=(
            rf"\underbrace{{\bm{{s}}_{{{q}}}}}_{{{tex_number(s_q)}}} = "
            rf"\underbrace{{\bm{{h}}_{{{q}}}{others}}}_{{{tex_number(h_q)}}} + "
            rf"\underbrace{{\bm{{s}}_{{{p}}}}}_{{{tex_number(s_p)}}}",
        ),
        figure=Lines(
            (
                Curve(_(_WITH), layers, sizes[2], "skip"),
                Curve(_("without"), layers, sizes[0], "plain"),
            ),
            Axis(_(_LAYER)),
            Axis(_("RMS of s")),
            marks=_ends_marks(ends),
        ),
        values=(("s_p", s_p), ("h_q", h_q), ("s_q", s_q), ("cosine", between)),
    )


def gradient(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """|delta|, |delta J|, |delta (J + I)| and R, and what comes down to layers 1..p."""
    stack, made = _made(network, data, seed, ends, 2)
    p, q = ends
    delta, whole = made.state_gradients[q - 1], made.state_gradients[p - 1]
    main = whole - delta
    found = {
        "delta": norm(delta), "main": norm(main), "whole": norm(whole),
        "R": ratio(inner(main, delta), norm(delta) ** 2), "cosine": cosine(main, delta),
    }  # fmt: skip
    alone = not any(leads_past(skip, ends) for skip in network.skips)
    yield Result(
        verdict=_verdict_of_terms(found, ends),
        note=_(
            "|∂L/∂s| over a batch of 64 at the first weights: what comes down through the state of "
            "layer {layer}, by the way it took above; δ is that of this network, so it is not the "
            "comparison with the network without the skip.",
            layer=p,
        ),
        formulas=_formulas(ends, found, alone) if found["delta"] else (),
        figure=Lines(
            _by_way(stack, made, p, main, delta, alone), Axis(_(_LAYER)), Axis("|∂L/∂s|", log=True)
        ),
        numbers=(Number(_("angle between the two terms"), degrees_text(found["cosine"])),),
        values=tuple(found.items()),
    )


def against_plain(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """|g - g0| / |g0| per layer, g0 without the skip: for the gradient only, and for the skip."""
    stack, made = _made(network, data, seed, ends)
    p, depth = ends[0], network.depth
    plain, only, real = ([g[k] for g in made.state_gradients[:depth]] for k in range(3))
    away = {_ONLY: _relative(only, plain), _WITH: _relative(real, plain)}
    ratios = np.array([ratio(norm(g), norm(g0)) for g, g0 in zip(real, plain, strict=True)])
    error = _increment_error(stack, made, ends)
    above = float(away[_ONLY][p:].max(initial=0.0))
    styles = {_ONLY: "gradient_only", _WITH: "skip"}
    layers = _layers(depth)
    yield Result(
        verdict=_verdict_of_difference(above, away[_WITH][p:], ratios[p:], p, depth),
        note=_(
            "Length of the change of ∂L/∂s against the network without this skip, relative to "
            "that network's gradient. Below the axis: exactly 0."
        ),
        figure=Lines(
            tuple(Curve(_(name), layers, values, styles[name]) for name, values in away.items()),
            Axis(_(_LAYER)),
            Axis("|g − g₀| / |g₀|", log=True),
            marks=_ends_marks(ends),
        ),
        numbers=(
            Number(
                _(
                    "largest change in layers {first} to {last}, gradient only",
                    first=p + 1,
                    last=depth,
                ),
                size_text(above),
            ),
            Number(
                _("the same with the real skip"), size_text(float(away[_WITH][p:].max(initial=0)))
            ),
            Number(_("increment δJₖ, relative error"), number_text(error)),
        ),
        values=(("above", above), ("increment", error)),
    )


def joins_beside(skip: AnySkip, ends: Ends) -> bool:
    """Whether a skip adds to the same sum as the skip with these ends."""
    return skip.ends != ends and skip.target == ends[1] and skip.join == "output"


def leads_past(skip: AnySkip, ends: Ends) -> bool:
    """Whether by this skip a gradient comes down to s_p that is no part of delta J or delta."""
    p, q = ends
    between = skip.ends != ends and p <= skip.source < q
    return between and (skip.target > q or joins_beside(skip, ends))


def _arm(name: str, ends: Ends, forward: float, backward: float) -> Arm:
    gain = Gain(source=ends[0], target=ends[1], forward=forward, backward=backward)
    return Arm(name=name, exceptions=(gain,))


def _made(
    network: Network, data: str | OwnData, seed: int, ends: Ends, only: int | None = None
) -> tuple[Stack, Pass]:
    """The pass of all three arms, or of one of them."""
    arms = arms_of(ends) if only is None else arms_of(ends)[only : only + 1]
    stack = fresh_stack(network, data, arms, (seed,))
    return stack, first_pass(stack, data)


def _relative(found: list[Tensor], plain: list[Tensor]) -> Array:
    pairs = zip(found, plain, strict=True)
    return np.array([ratio(norm(g - g0), norm(g0)) for g, g0 in pairs])


def _increment_error(stack: Stack, made: Pass, ends: Ends) -> float:
    """Of g - g0 = delta0 J_k for the gradient-only arm: the largest relative one of k = 1..p."""
    p, q = ends
    predicted = down(stack, made, p, made.state_gradients[q - 1][:1].expand_as(made.states[q - 1]))
    errors = [0.0]
    for k in range(1, p + 1):
        plain, only = made.state_gradients[k - 1][:2]
        wanted = predicted[k - 1][0]
        errors.append(norm(only - plain - wanted) / max(norm(wanted), 1e-300))
    return max(errors)


def _by_way(
    stack: Stack, made: Pass, p: int, main: Tensor, delta: Tensor, alone: bool
) -> tuple[Curve, ...]:
    rest = _("through the layers") if alone else _("all other ways from there")
    ways = (
        (rest, down(stack, made, p, main), "plain"),
        (_("through the skip"), down(stack, made, p, delta), "skip"),
        (_("all of ∂L/∂s"), made.state_gradients[:p], ""),
    )
    return tuple(
        Curve(name, _layers(p), np.array([norm(g) for g in gradients]), style)
        for name, gradients, style in ways
    )


def _verdict_of_sum(sizes: tuple[float, float, float], between: float, several: bool) -> str:
    """Of the sizes of s_q, h_q, s_p and the cosine of the last two, NaN where there is none."""
    whole, layers, skip = map(number_text, sizes)
    way = _("the layers and other skips") if several else _("the layers")
    if np.isnan(between):
        return _(
            "The sum has size {whole}: {layers} from {way}, {skip} from the skip.",
            whole=whole,
            layers=layers,
            way=way,
            skip=skip,
        )
    return _(
        "The sum has size {whole}: {layers} from {way}, {skip} from the skip, at an angle of "
        "{angle}.",
        whole=whole,
        layers=layers,
        way=way,
        skip=skip,
        angle=degrees_text(between),
    )


def _verdict_of_terms(found: dict[str, float], ends: Ends) -> str:
    if not found["delta"]:
        return _(
            "No gradient arrives at layer {layer}, so the skip has none to hand down.",
            layer=ends[1],
        )
    if not found["main"]:
        return _("All of the gradient at layer {layer} came down the skip.", layer=ends[0])
    grows, above = found["whole"] > found["main"], found["R"] > -0.5
    return _(
        "At layer {layer} the skip's term makes the gradient {times} times as long: {change}, for "
        "R = {criterion} is {side} −1/2.",
        layer=ends[0],
        times=number_text(found["whole"] / found["main"]),
        change=_("larger") if grows else _("smaller"),
        criterion=number_text(found["R"]),
        side=_("above") if above else _("below"),
    )


def _formulas(ends: Ends, found: dict[str, float], alone: bool) -> tuple[str, ...]:
    """With r for what other skips bring to s_p past h_q, where there are such."""
    p, q = ends
    sign = ">" if found["R"] > -0.5 else "<"
    rest = r"\bm{\delta}\bm{J}" if alone else r"\bm{\delta}\bm{J} + \bm{r}"
    whole = rf"\frac{{\partial L}}{{\partial \bm{{s}}_{{{p}}}}}"
    return (
        rf"\underbrace{{{whole}}}_{{{tex_number(found['whole'])}}} = "
        rf"\underbrace{{{rest}}}_{{{tex_number(found['main'])}}} + "
        rf"\underbrace{{\bm{{\delta}}}}_{{{tex_number(found['delta'])}}},"
        rf"\qquad \bm{{\delta}} = \frac{{\partial L}}{{\partial \bm{{s}}_{{{q}}}}}",
        rf"R = \frac{{\langle {rest},\, \bm{{\delta}} \rangle}}{{\lVert \bm{{\delta}} \rVert^2}}"
        rf" = {tex_number(found['R'])} {sign} -\tfrac{{1}}{{2}}",
    )


def _verdict_of_difference(above: float, real: Array, ratios: Array, p: int, depth: int) -> str:
    if not len(real):
        return _("For the gradient only, no layer lies above {layer}.", layer=p)
    if np.isnan(real).all():
        return _(
            "Without this skip no gradient arrives at layers {first} to {last}.",
            first=p + 1,
            last=depth,
        )
    changed = _("changed by {change}", change=number_text(above))
    return _(
        "For the gradient only, layers {first} to {last} are {kept}. With the real skip they "
        "change by up to {change} of their length; their norms become {low} to {high} times as "
        "large.",
        first=p + 1,
        last=depth,
        kept=_("exactly unchanged") if above == 0 else changed,
        change=number_text(float(np.nanmax(real))),
        low=number_text(float(np.nanmin(ratios))),
        high=number_text(float(np.nanmax(ratios))),
    )


def _layers(count: int) -> Array:
    return np.arange(1, count + 1, dtype=np.float64)


def _ends_marks(ends: Ends) -> tuple[Mark, ...]:
    return Mark(ends[0], f"p = {ends[0]}", "x"), Mark(ends[1], f"q = {ends[1]}", "x")
