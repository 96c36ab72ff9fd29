"""One layer made ready to run: its op, norms, activation, dropout and the skips that join it.

    order "post":  op, norm, skips inside | activation, dropout, skips, state norm
    order "pre":   norm | activation, op, dropout, skips, state norm

The bar stands where the activation reads; what it reads can be watched. A feed-forward block has
its activation inside op.
"""

from collections.abc import Sequence

from torch import Tensor

from skipviz.engine.model.activations import ACTIVATIONS, IN_PLACE
from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.convolution import pointwise_stage
from skipviz.engine.model.dense import flat_linear_stage
from skipviz.engine.model.gains import Gains
from skipviz.engine.model.lesions import Lesions
from skipviz.engine.model.noise import dropped
from skipviz.engine.model.norms import norm_stage
from skipviz.engine.model.operations import op_stage
from skipviz.engine.model.place import Place
from skipviz.engine.model.shortcuts import shortcut_stage
from skipviz.engine.model.weight_norm import with_lengths
from skipviz.network import Norm, ResolvedNetwork, Style
from skipviz.network.architecture import outer_activation, outer_frequency
from skipviz.network.styles import of_state


class Step:
    """From what layer k, or (k = N + 1) the readout, reads to s_k."""

    def __init__(
        self, k: int, activation: str, before: Sequence[Stage], after: Sequence[Stage]
    ) -> None:
        self._k = k
        self._before = tuple(before)
        self._after = tuple(after)
        self._hooked = activation != "identity"

    def __call__(self, context: Context, x: Tensor) -> Tensor:
        """s_k from what is read; other states are in the context."""
        for stage in self._before:
            x = stage(context, x)
        if self._hooked and context.hook is not None:
            context.hook(self._k, x)
        for stage in self._after:
            x = stage(context, x)
        return x


def layer_step(resolved: ResolvedNetwork, k: int, gains: Sequence[Gains], lesions: Lesions) -> Step:
    """The step of layer k (1..N); `gains` per skip of the network."""
    network, shapes = resolved.network, resolved.shapes
    layer, style, module = network.layers[k - 1], network.style(k), f"layer{k}"
    activation = outer_activation(layer, style)
    op = with_lengths(
        op_stage(layer, Place(k, style, shapes.layers[k - 1])), module, resolved.modules[module]
    )
    norm = _norm(style.norm, f"{module}.norm", style)
    inside = _shortcuts(resolved, k, "preactivation", gains)
    silenced = lesions.branch(k)
    rest = [
        *_dropout(style.dropout, module),
        *([] if inside else silenced),
        *_shortcuts(resolved, k, "output", gains),
        *_norm(layer.state_norm, f"{module}.state_norm", style),
        *lesions.state(k),
    ]
    sped = _frequency(outer_frequency(layer, style))
    if style.order == "pre":
        before = [*norm, *sped]
        return Step(k, activation, before, [*_activation(activation, bool(norm)), op, *rest])
    # sequences and images are views of what was made: autograd copies those it sees overwritten
    fresh = len(shapes.states[k]) == 1 and (layer.inherits or bool(norm))
    before = [op, *norm, *(silenced if inside else []), *inside, *sped]
    return Step(k, activation, before, [*_activation(activation, fresh), *rest])


def readout_step(resolved: ResolvedNetwork, gains: Sequence[Gains]) -> Step:
    """The step of the readout, which has no activation: its skips join one after the other."""
    last, source = resolved.last, resolved.shapes.layers[-1].source
    if resolved.network.reads_out_flat:
        linear = flat_linear_stage("readout", len(source))
    else:
        linear = pointwise_stage("readout", "", stride=1)
    inside = _shortcuts(resolved, last, "preactivation", gains)
    outside = _shortcuts(resolved, last, "output", gains)
    return Step(last, "identity", [linear, *inside], outside)


def _norm(norm: Norm, prefix: str, style: Style) -> list[Stage]:
    return [] if not of_state(norm) else [norm_stage(norm, prefix, style.norm_groups)]


def _activation(name: str, fresh: bool) -> list[Stage]:
    """`fresh`: what it reads was made for it alone, so it may be overwritten."""
    if name == "identity":
        return []
    function = (IN_PLACE if fresh else ACTIVATIONS)[name]
    return [lambda _, x: function(x)]


def _frequency(factor: float) -> list[Stage]:
    """Omega of a sine, before what its activation reads is looked at."""
    return [] if factor == 1 else [lambda _, x: factor * x]


def _dropout(rate: float, module: str) -> list[Stage]:
    if rate == 0:
        return []
    place = f"{module}.dropout"
    return [lambda c, x: dropped(c.noise, place, rate, x) if c.training else x]


def _shortcuts(resolved: ResolvedNetwork, k: int, join: str, gains: Sequence[Gains]) -> list[Stage]:
    network, joints = resolved.network, resolved.shapes.joints
    return [
        shortcut_stage(skip, joint, network, gain)
        for skip, joint, gain in zip(network.skips, joints, gains, strict=True)
        if skip.target == k and skip.join == join
    ]
