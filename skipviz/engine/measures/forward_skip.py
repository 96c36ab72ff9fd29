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
from skipviz.measures.results import Result
from skipviz.network import AnySkip, Network
from skipviz.text import number_text
from skipviz.types import Array, Ends

_LAYER = Axis("layer (1 = next to the input)")


def arms_of(ends: Ends) -> tuple[Arm, Arm, Arm]:
    """One skip taken away, used for the gradient only, and left as it is; the others stay."""
    return _arm("without", ends, 0, 0), _arm("gradient only", ends, 0, 1), Arm(name="with it")


def forward(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """How large h_q, s_p and s_q are, and the states with this skip and without it."""
    _, made = _made(network, data, seed, ends)
    p, q = ends
    states = [made.x, *made.states]
    sizes = np.stack([_rms(state) for state in made.states[: network.depth]], axis=1)
    s_p, s_q, h_q = (
        float(size[2]) for size in (_rms(states[p]), _rms(states[q]), _branch(states, ends))
    )
    cosine = _cosine(states[p][2], (states[q] - states[p])[2])
    layers = _layers(sizes.shape[1])
    several = any(joins_beside(skip, ends) for skip in network.skips)
    way, others = ("the layers and other skips", r" + \cdots") if several else ("the layers", "")
    yield Result(
        verdict=f"The sum has size {number_text(s_q)}: {number_text(h_q)} from {way}, "
        f"{number_text(s_p)} from the skip{_at_an_angle(cosine)}.",
        note="Root mean square over batch and units, at the first weights. Up to h of layer "
        f"{q} both networks compute the same.",
        formulas=(
            rf"\underbrace{{\bm{{s}}_{{{q}}}}}_{{{_tex(s_q)}}} = "
            rf"\underbrace{{\bm{{h}}_{{{q}}}{others}}}_{{{_tex(h_q)}}} + "
            rf"\underbrace{{\bm{{s}}_{{{p}}}}}_{{{_tex(s_p)}}}",
        ),
        figure=Lines(
            (
                Curve("with it", layers, sizes[2], "skip"),
                Curve("without", layers, sizes[0], "plain"),
            ),
            _LAYER,
            Axis("RMS of s"),
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
        note="|∂L/∂s| over a batch of 64 at the first weights: what comes down through the state "
        f"of layer {p}, by the way it took above; δ is that of this network, so it is not the "
        "comparison with the network without the skip.",
        formulas=_formulas(ends, found, alone) if found["delta"] else (),
        figure=Lines(
            _by_way(stack, made, p, main, delta, alone), _LAYER, Axis("|∂L/∂s|", log=True)
        ),
        numbers=(Number("angle between the two terms", _degrees(found["cosine"])),),
        values=tuple(found.items()),
    )


def against_plain(network: Network, data: str | OwnData, seed: int, ends: Ends) -> Iterator[Result]:
    """|g - g0| / |g0| per layer, g0 without the skip: for the gradient only, and for the skip."""
    stack, made = _made(network, data, seed, ends)
    p, depth = ends[0], network.depth
    plain, only, real = (_each(made, replica)[:depth] for replica in range(3))
    away = {
        "gradient only": _relative(only, plain),
        "with it": _relative(real, plain),
    }
    ratios = np.array([_over(_norm(g), _norm(g0)) for g, g0 in zip(real, plain, strict=True)])
    error = _increment_error(stack, made, ends)
    above = float(away["gradient only"][p:].max(initial=0.0))
    styles = {"gradient only": "gradient_only", "with it": "skip"}
    layers = _layers(depth)
    yield Result(
        verdict=_verdict_of_difference(above, away["with it"][p:], ratios[p:], p, depth),
        note="Length of the change of ∂L/∂s against the network without this skip, relative to "
        "that network's gradient. Below the axis: exactly 0.",
        figure=Lines(
            tuple(Curve(name, layers, values, styles[name]) for name, values in away.items()),
            _LAYER,
            Axis("|g − g₀| / |g₀|", log=True),
            marks=_ends_marks(ends),
        ),
        numbers=(
            Number(f"largest change in layers {p + 1} to {depth}, gradient only", _exact(above)),
            Number(
                "the same with the real skip", _exact(float(away["with it"][p:].max(initial=0)))
            ),
            Number("increment δJₖ, relative error", number_text(error)),
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
        "through the layers" if alone else "all other ways from there": [
            _norm(g) for g in down(stack, made, p, main)
        ],
        "through the skip": [_norm(g) for g in down(stack, made, p, delta)],
        "all of ∂L/∂s": [_norm(g) for g in made.state_gradients[:p]],
    }
    styles = ("plain", "skip", "")
    return tuple(
        Curve(name, layers, np.array(values), style)
        for (name, values), style in zip(norms.items(), styles, strict=True)
    )


def _verdict_of_terms(found: dict[str, float], ends: Ends) -> str:
    if not found["delta"]:
        return f"No gradient arrives at layer {ends[1]}, so the skip has none to hand down."
    if not found["main"]:
        return f"All of the gradient at layer {ends[0]} came down the skip."
    grows = "larger" if found["whole"] > found["main"] else "smaller"
    return (
        f"At layer {ends[0]} the skip's term makes the gradient "
        f"{number_text(found['whole'] / found['main'])} times as long: {grows}, for R = "
        f"{number_text(found['R'])} is {'above' if found['R'] > -0.5 else 'below'} −1/2."
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
    kept = "exactly unchanged" if above == 0 else f"changed by {number_text(above)}"
    if not len(real):
        return f"For the gradient only, no layer lies above {p}."
    if np.isnan(real).all():
        return f"Without this skip no gradient arrives at layers {p + 1} to {depth}."
    return (
        f"For the gradient only, layers {p + 1} to {depth} are {kept}. With the real skip they "
        f"change by up to {number_text(float(np.nanmax(real)))} of their length; their norms "
        f"become {number_text(float(np.nanmin(ratios)))} to "
        f"{number_text(float(np.nanmax(ratios)))} times as large."
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


def _at_an_angle(cosine: float) -> str:
    return "" if np.isnan(cosine) else f", at an angle of {_degrees(cosine)}"


def _degrees(cosine: float) -> str:
    return f"{np.degrees(np.arccos(np.clip(cosine, -1, 1))):.0f}°"


def _exact(value: float) -> str:
    return "exactly 0" if value == 0 else number_text(value)


def _tex(value: float) -> str:
    """Three digits, for LaTeX."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
