"""Feedback skips: the gradient of every layer at every time step, at the first weights."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from skipviz.learn.measures.passes import Array, first_pass, fresh_stack
from skipviz.learn.results import Curve, Heat, Lines, Number, Result
from skipviz.network import Init, Network
from skipviz.probes.losses import losses_of_samples
from skipviz.probes.snapshots import gradient_over_time
from skipviz.training.verdict import number_text

_P, _Q = 2, 3


def heat(network: Network) -> Iterator[Result]:
    """Layers by time steps of |dL/ds_k^t|."""
    stack = fresh_stack(network, "digits")
    values = gradient_over_time(stack, first_pass(stack, "digits"))[0][: network.depth]
    factor = _factor(values[_Q - 1])
    yield Result(
        verdict=f"From one time step to the one before, the gradient of layer {_Q} changes by "
        f"the factor {factor:.2g}.",
        note="|∂L/∂s| of layer k at time t, the loss taken at the last step; batch of 64.",
        figure=Heat(values, "time step", "layer"),
        numbers=(
            Number("last step", number_text(float(values[_Q - 1, -1]))),
            Number("first step", number_text(float(values[_Q - 1, 0]))),
        ),
        values=(("factor", factor),),
    )


def gains(values: Sequence[float], steps: int = 30, seeds: int = 3) -> Iterator[Result]:
    """|dL/ds_3^t| over time for feedback weights U of several sizes."""
    curves: list[Curve] = []
    factors: list[tuple[str, float]] = []
    for gain in values:
        stack = fresh_stack(recurrent(gain, steps), "digits", seeds=range(seeds))
        found = gradient_over_time(stack, first_pass(stack, "digits"))[:, _Q - 1]
        norms = np.median(found, axis=0)
        times = np.arange(1.0, steps + 1)
        curves.append(Curve(f"gain {gain:g}", times, norms, "", found.min(0), found.max(0)))
        factors.append((f"gain {gain:g}", _factor(norms)))
        named = ", ".join(f"{factor:.2g} at {label}" for label, factor in factors)
        yield Result(
            verdict=f"Factor per time step on the way back: {named}.",
            note=f"|∂L/∂s| of layer {_Q}; U orthogonal times the gain, other weights Xavier; "
            f"median of {seeds} seeds, band from minimum to maximum.",
            figure=Lines(tuple(curves), "time step", "|∂L/∂s| of layer 3", log_y=True),
            values=tuple(factors),
        )


def after(steps: int = 8) -> Iterator[Result]:
    """|dL/dU| when the loss is taken after 1, 2, .. time steps."""
    stack = fresh_stack(recurrent(0.9, steps), "digits")
    made = first_pass(stack, "digits")
    weight = stack.tensors()[f"skip{_Q}_{_P}.weight"]
    outputs = [states[-1] for states in stack.unrolled(made.x)]
    found = np.array([_of_weight(losses_of_samples(y, made.y), weight) for y in outputs])
    first = "exactly 0" if found[0] == 0 else number_text(float(found[0]))
    yield Result(
        verdict=f"After one time step the gradient of the feedback weights is {first}; "
        f"after two, {number_text(float(found[1]))}.",
        note="|∂L/∂U| with the loss taken after T steps; nothing is carried into the first.",
        figure=Lines(
            (Curve("feedback weights", np.arange(1.0, steps + 1), found, "skip"),),
            "T, time steps until the loss",
            "|∂L/∂U|",
        ),
        values=tuple((f"T = {t}", float(v)) for t, v in enumerate(found, start=1)),
    )


def recurrent(gain: float, steps: int) -> Network:
    """Four tanh layers; the state of layer 3 comes back to layer 2 one step later."""
    net = Network.mlp(4, 32, activation="tanh", init=Init(scheme="xavier")).set_time_steps(steps)
    return net.add_skip(_Q, _P, kind="projection", init={"scheme": "orthogonal", "gain": gain})


def _factor(norms: Array) -> float:
    """Geometric mean per step back in time, over the steps with a gradient."""
    seen = norms[norms > 0]
    return float((seen[0] / seen[-1]) ** (1 / max(len(seen) - 1, 1)))


def _of_weight(losses: torch.Tensor, weight: torch.Tensor) -> float:
    (found,) = torch.autograd.grad(losses.mean(), weight, retain_graph=True, allow_unused=True)
    return 0.0 if found is None else float(found.norm())
