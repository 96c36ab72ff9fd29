"""How a trainable tensor is described: shape, first value, use; and those of maps and norms.

Layout as in torch: the weight of a linear map is (out, in), of a convolution
(out, in / groups, *kernel), of a transposed convolution (in, out / groups, *kernel); everything per
channel is (channels,), a scalar (1,).
"""

from dataclasses import dataclass, field
from math import prod
from typing import Literal

from skipviz.network.sizes import channels
from skipviz.network.styles import Init, of_state
from skipviz.types import Shape


@dataclass(frozen=True)
class InitSpec:
    """The first value of a tensor.

    weight: drawn by `init`, as [W, -W] on axis 1 where `mirrored` and looks-linear.
    bias: of a weight with `fan_in`; U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for the scheme pytorch,
    else 0. constant: `value` everywhere. normal: N(0, value^2).
    length: that of every row of the tensor `of` of the same module, all axes but the first.
    """

    rule: Literal["weight", "bias", "constant", "normal", "length"]
    init: Init = field(default_factory=Init)
    fan_in: int = 0
    mirrored: bool = False
    value: float = 0.0
    of: str = ""


@dataclass(frozen=True)
class Tensor:
    """Shape, first value, and how often one sample meets every entry (0: not a linear map).

    `transposed` are the groups of a transposed convolution, in which every output sums over axis 0;
    0 for any other tensor, whose outputs lie along axis 0.
    """

    shape: Shape
    start: InitSpec
    uses: int = 0
    transposed: int = 0


Tensors = dict[str, Tensor]


def linear_tensors(
    prefix: str, weight: Shape, uses: int, bias: bool, init: Init, mirrored: bool = False
) -> Tensors:
    """{prefix}weight of this shape and, where asked for, {prefix}bias; `uses` as in `Tensor`."""
    start = InitSpec("weight", init, prod(weight[1:]), mirrored)
    tensors = {f"{prefix}weight": Tensor(weight, start, uses)}
    return tensors | {f"{prefix}bias": bias_of(weight[0], weight, init)} if bias else tensors


def without_zero(init: Init) -> Init:
    """The init of a map that others follow in the same layer: `zero` concerns the last one only."""
    return Init() if init.scheme == "zero" else init


def bias_of(count: int, weight: Shape, init: Init) -> Tensor:
    """The bias of `count` outputs of a linear map with a weight of this shape."""
    return Tensor((count,), InitSpec("bias", init, prod(weight[1:])))


def norm_tensors(prefix: str, norm: str, shape: Shape) -> Tensors:
    """What the norm of a state of this shape learns, if there is one: {prefix}_weight and _bias."""
    if not of_state(norm):
        return {}
    count = (channels(shape),)
    scale = {f"{prefix}_weight": Tensor(count, InitSpec("constant", value=1.0))}
    if norm == "rms":
        return scale
    return scale | {f"{prefix}_bias": Tensor(count, InitSpec("constant", value=0.0))}


def with_lengths(tensors: Tensors, norm: str) -> Tensors:
    """The tensors of a map, and under weight norm the lengths of the rows of its weights.

    That of `weight` is called `weight_length`, and has an axis of size 1 for each that it sums.
    """
    if norm != "weight":
        return tensors
    lengths = {
        f"{name}_length": Tensor(
            (each.shape[0], *(1,) * (len(each.shape) - 1)), InitSpec("length", of=name)
        )
        for name, each in tensors.items()
        if each.uses
    }
    return tensors | lengths
