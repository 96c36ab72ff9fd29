"""The numbers in the equations of one skip p -> q, s_q = h_q + s_p, at the first weights.

Notation: delta = dL/ds_q, J = dh_q/ds_p without the skip, J_k = ds_p/ds_k. Gradients are long
vectors over the whole batch, in float64. For k <= p what comes through s_p is delta (J + I) J_k;
where other skips lead from p or from between the ends to q or past it, delta J + r in the place
of delta J, with r what comes down by them.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from skipviz.arms import Arm, Gain
from skipviz.charts import Axis, Curve, Lines, Mark, Number
from skipviz.data import OwnData
from skipviz.engine.measures.passes import down, first_pass, fresh_stack
from skipviz.engine.model import Stack
from skipviz.engine.probes.passes import Pass
from skipviz.language import N_, _
from skipviz.measures.results import Result
from skipviz.network import AnySkip, Network
from skipviz.text import number_text
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
    sizes = np.stack([_rms(state) for state in made.states[: network.depth]], axis=1)
    s_p, s_q, h_q = (
        float(size[2]) for size in (_rms(states[p]), _rms(states[q]), _branch(states, ends))
    )
    cosine = _cosine(states[p][2], (states[q] - states[p])[2])
    layers = _layers(sizes.shape[1])
    several = any(joins_beside(skip, ends) for skip in network.skips)
    others = r" + \cdots" if several else ""
    yield Result(
        verdict=_verdict_of_sum((s_q, h_q, s_p), cosine, several),
        note=_(
            "Root mean square over batch and units, at the first weights. Up to h of layer {layer} "
            "both networks compute the same.",
            layer=q,
        ),
        formulas=(
            rf"\underbrace{{\bm{{s}}_{{{q}}}}}_{{{_tex(s_q)}}} = "
            rf"\underbrace{{\bm{{h}}_{{{q}}}{others}}}_{{{_tex(h_q)}}} + "
            rf"\underbrace{{\bm{{s}}_{{{p}}}}}_{{{_tex(s_p)}}}",
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
        values=(("s_p", s_p), ("h_q", h_q), ("s_q", s_q), ("cosine", cosine)),
    )


def gradient(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """|delta|, |delta J|, |delta (J + I)| and R, and what comes down to layers 1..p."""
    stack, made = _made(network, data, seed, ends, 2)
    p, q = ends
    delta, whole = made.state_gradients[q - 1], made.state_gradients[p - 1]
    main = whole - delta
    found = {
        "delta": _norm(delta), "main": _norm(main), "whole": _norm(whole),
        "R": _over(_inner(main, delta), _norm(delta) ** 2), "cosine": _cosine(main, delta),
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
        numbers=(Number(_("angle between the two terms"), _degrees(found["cosine"])),),
        values=tuple(found.items()),
    )


def against_plain(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """|g - g0| / |g0| per layer, g0 without the skip: for the gradient only, and for the skip."""
    stack, made = _made(network, data, seed, ends)
    p, depth = ends[0], network.depth
    plain, only, real = (_each(made, replica)[:depth] for replica in range(3))
    away = {
        _ONLY: _relative(only, plain),
        _WITH: _relative(real, plain),
    }
    ratios = np.array([_over(_norm(g), _norm(g0)) for g, g0 in zip(real, plain, strict=True)])
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
                _exact(above),
            ),
            Number(_("the same with the real skip"), _exact(float(away[_WITH][p:].max(initial=0)))),
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


def _each(made: Pass, replica: int) -> list[Tensor]:
    return [gradient[replica] for gradient in made.state_gradients]


def _relative(found: list[Tensor], plain: list[Tensor]) -> Array:
    pairs = zip(found, plain, strict=True)
    return np.array([_over(_norm(g - g0), _norm(g0)) for g, g0 in pairs])


def _increment_error(stack: Stack, made: Pass, ends: Ends) -> float:
    """Of g - g0 = delta0 J_k for the gradient-only arm: the largest relative one of k = 1..p."""
    p, q = ends
    predicted = down(stack, made, p, made.state_gradients[q - 1][:1].expand_as(made.states[q - 1]))
    errors = [0.0]
    for k in range(1, p + 1):
        plain, only = made.state_gradients[k - 1][:2]
        wanted = predicted[k - 1][0]
        errors.append(_norm(only - plain - wanted) / max(_norm(wanted), 1e-300))
    return max(errors)


def _by_way(
    stack: Stack, made: Pass, p: int, main: Tensor, delta: Tensor, alone: bool
) -> tuple[Curve, ...]:
    layers = _layers(p)
    norms = {
        _("through the layers") if alone else _("all other ways from there"): [
            _norm(g) for g in down(stack, made, p, main)
        ],
        _("through the skip"): [_norm(g) for g in down(stack, made, p, delta)],
        _("all of ∂L/∂s"): [_norm(g) for g in made.state_gradients[:p]],
    }
    styles = ("plain", "skip", "")
    return tuple(
        Curve(name, layers, np.array(values), style)
        for (name, values), style in zip(norms.items(), styles, strict=True)
    )


def _verdict_of_sum(sizes: tuple[float, float, float], cosine: float, several: bool) -> str:
    """Of the sizes of s_q, h_q and s_p; the angle between the last two where there is one."""
    whole, layers, skip = map(number_text, sizes)
    way = _("the layers and other skips") if several else _("the layers")
    if np.isnan(cosine):
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
        angle=_degrees(cosine),
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
        rf"\underbrace{{{whole}}}_{{{_tex(found['whole'])}}} = "
        rf"\underbrace{{{rest}}}_{{{_tex(found['main'])}}} + "
        rf"\underbrace{{\bm{{\delta}}}}_{{{_tex(found['delta'])}}},"
        rf"\qquad \bm{{\delta}} = \frac{{\partial L}}{{\partial \bm{{s}}_{{{q}}}}}",
        rf"R = \frac{{\langle {rest},\, \bm{{\delta}} \rangle}}{{\lVert \bm{{\delta}} \rVert^2}}"
        rf" = {_tex(found['R'])} {sign} -\tfrac{{1}}{{2}}",
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


def _branch(states: list[Tensor], ends: Ends) -> Array:
    return _rms(states[ends[1]] - states[ends[0]])


def _rms(state: Tensor) -> Array:
    """(replicas,)"""
    found: Array = state.detach().flatten(1).square().mean(1).sqrt().numpy()
    return found


def _norm(gradient: Tensor) -> float:
    return float(torch.linalg.vector_norm(gradient.detach()))


def _inner(one: Tensor, other: Tensor) -> float:
    return float((one * other).sum())


def _cosine(one: Tensor, other: Tensor) -> float:
    scale = _norm(one) * _norm(other)
    return _inner(one.detach(), other.detach()) / scale if scale else float("nan")


def _layers(count: int) -> Array:
    return np.arange(1, count + 1, dtype=np.float64)


def _ends_marks(ends: Ends) -> tuple[Mark, ...]:
    return Mark(ends[0], f"p = {ends[0]}", "x"), Mark(ends[1], f"q = {ends[1]}", "x")


def _over(one: float, other: float) -> float:
    """NaN where there is nothing to compare with."""
    return one / other if other else float("nan")


def _degrees(cosine: float) -> str:
    return f"{np.degrees(np.arccos(np.clip(cosine, -1, 1))):.0f}°"


def _exact(value: float) -> str:
    return _("exactly 0") if value == 0 else number_text(value)


def _tex(value: float) -> str:
    """Three digits, for LaTeX."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
