"""Feedback skips: the gradient of every layer at every time step, at the first weights."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from skipviz.charts import Axis, Curve, Heat, Lines, Number, over_seeds
from skipviz.engine.measures.passes import first_pass, fresh_stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.probes.snapshots import factor_back, gradient_over_time
from skipviz.language import N_, _
from skipviz.measures.results import Result
from skipviz.network import Init, Network
from skipviz.runs.zeros import size_text
from skipviz.text import listed, number_text

LOWER, UPPER = 2, 3
"""p and q of the feedback skip q -> p."""
FREE = N_("3 → 3, added at the output")


def heat(network: Network) -> Iterator[Result]:
    """Layers by time steps of |dL/ds_k^t|."""
    stack = fresh_stack(network, "digits")
    values = gradient_over_time(stack, first_pass(stack, "digits"))[0][: network.depth]
    factor = float(factor_back(values[UPPER - 1 : UPPER])[0])
    yield Result(
        verdict=_(
            "From one time step to the one before, the gradient of layer {layer} changes by the "
            "factor {factor}.",
            layer=UPPER,
            factor=format(factor, ".2g"),
        ),
        note=_("|∂L/∂s| of layer k at time t, the loss taken at the last step; batch of 64."),
        figure=Heat(values, Axis(_("time step")), Axis(_("layer"))),
        numbers=(
            Number(_("last step"), number_text(float(values[UPPER - 1, -1]))),
            Number(_("first step"), number_text(float(values[UPPER - 1, 0]))),
        ),
        values=(("factor", factor),),
    )


def gains(values: Sequence[float], steps: int = 30, seeds: int = 3) -> Iterator[Result]:
    """|dL/ds_3^t| over time for weights U of several sizes, and for a state added to itself."""
    loops = [
        (_("gain {gain}", gain=format(gain, "g")), recurrent(gain, steps), "") for gain in values
    ]
    curves: list[Curve] = []
    factors: list[tuple[str, float]] = []
    free = _(FREE)
    for label, network, style in [*loops, (free, residual_in_time(steps), "skip")]:
        stack = fresh_stack(network, "digits", seeds=range(seeds))
        found = gradient_over_time(stack, first_pass(stack, "digits"))[:, UPPER - 1]
        curves.append(over_seeds(label, found, style))
        factors.append((label, float(np.median(factor_back(found)))))
        yield _gains_result(curves, factors, seeds)


def after(steps: int = 8) -> Iterator[Result]:
    """|dL/dU| when the loss is taken after 1, 2, .. time steps."""
    stack = fresh_stack(recurrent(0.9, steps), "digits")
    made = first_pass(stack, "digits")
    weight = stack.tensors()[f"skip{UPPER}_{LOWER}.weight"]
    outputs = [states[-1] for states in stack.unrolled(made.x)]
    found = np.array([_of_weight(losses_of_samples(y, made.y), weight) for y in outputs])
    first = size_text(float(found[0]))
    yield Result(
        verdict=_(
            "After one time step the gradient of the feedback weights is {one}; after two, {two}.",
            one=first,
            two=number_text(float(found[1])),
        ),
        note=_("|∂L/∂U| with the loss taken after T steps; nothing is carried into the first."),
        figure=Lines(
            (Curve(_("feedback weights"), np.arange(1.0, steps + 1), found, "skip"),),
            Axis(_("T, time steps until the loss")),
            Axis("|∂L/∂U|"),
        ),
        values=tuple((f"T = {t}", float(v)) for t, v in enumerate(found, start=1)),
    )


def recurrent(gain: float, steps: int) -> Network:
    """Four tanh layers; the state of layer 3 comes back to layer 2 one step later."""
    init = {"scheme": "orthogonal", "gain": gain}
    return _chain(steps).add_skip(UPPER, LOWER, kind="projection", init=init)


def residual_in_time(steps: int) -> Network:
    """Four tanh layers; layer 3 adds its own state of the step before, s^t = h^t + s^(t-1)."""
    return _chain(steps).add_skip(UPPER, UPPER, join="output")


def _chain(steps: int) -> Network:
    net = Network.mlp(4, 32, activation="tanh", init=Init(scheme="xavier"))
    return net.set_time_steps(steps)


def _gains_result(
    curves: Sequence[Curve], factors: Sequence[tuple[str, float]], seeds: int
) -> Result:
    named = listed(
        _("{factor} ({name})", factor=format(factor, ".2g"), name=label)
        for label, factor in factors
    )
    return Result(
        verdict=_("Factor per time step on the way back: {factors}.", factors=named),
        note=_(
            "|∂L/∂s| of layer {upper}; gain: U orthogonal times the gain, from layer {upper} to "
            "{lower}; other weights Xavier; median of {seeds} seeds, band from minimum to maximum.",
            upper=UPPER,
            lower=LOWER,
            seeds=seeds,
        ),
        figure=Lines(
            tuple(curves),
            Axis(_("time step")),
            Axis(_("|∂L/∂s| of layer {layer}", layer=UPPER), log=True),
        ),
        values=tuple(factors),
    )


def _of_weight(losses: torch.Tensor, weight: torch.Tensor) -> float:
    (found,) = torch.autograd.grad(losses.mean(), weight, retain_graph=True, allow_unused=True)
    return 0.0 if found is None else float(found.norm())
