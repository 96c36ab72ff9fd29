"""What a module holds: the linear maps, norms and factors of each layer and skip, as torch calls.

Which tensors there are, their shapes and first values come from `skipviz.network.parameters`: a
member only says which torch module holds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import assert_never

from skipviz.export.source.calls import Call, call
from skipviz.network.inference import LayerShapes
from skipviz.network.layers import (
    AnyLayer,
    Attention,
    AveragePool,
    Conv1d,
    Conv2d,
    Convolution,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Embedding,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Pool,
    Positions,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.sizes import activated_shape, channels, positions
from skipviz.network.styles import Activation, Style
from skipviz.network.tensors import InitSpec, Tensors
from skipviz.types import Shape

FUNCTIONS: dict[Activation, str] = {
    "relu": "torch.relu",
    "leaky_relu": "F.leaky_relu",
    "gelu": "F.gelu",
    "silu": "F.silu",
    "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid",
    "softplus": "F.softplus",
    "sine": "torch.sin",
}


@dataclass(frozen=True)
class Member:
    """`self.name = code`, then the calls in `after`.

    `tensors` maps what torch calls its tensors ("weight", "query.bias"; "" for the member itself)
    to what the model built from the drawing calls them, without their owner.
    """

    name: str
    code: Call
    tensors: Mapping[str, str] = field(default_factory=dict)
    after: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Place:
    """What a member depends on besides the layer it belongs to."""

    name: str
    style: Style
    shapes: LayerShapes
    tensors: Tensors


def drawn(module: Call | str, start: InitSpec) -> Call | str:
    """The module with its weights drawn as prescribed; as it is where torch does so anyway."""
    scheme, gain = start.init.scheme, start.init.gain
    options = {"gain": gain} if gain != 1 else {}
    if scheme == "pytorch":
        return call("scaled", module, **options) if options else module
    if scheme == "zero":
        return call("zero", module)
    plain = scheme == "looks_linear" and not start.mirrored
    return call("orthogonal" if plain else scheme, module, **options)


def linear_map(name: str, module: Call, tensors: Tensors, prefix: str = "") -> Member:
    """A member around one weight and perhaps a bias, named {prefix}weight and {prefix}bias."""
    code = drawn(module, tensors[f"{prefix}weight"].start)
    held = [part for part in ("weight", "bias") if f"{prefix}{part}" in tensors]
    if "bias" in held and tensors[f"{prefix}bias"].start.rule == "constant":
        code = call("with_bias", code, repr(tensors[f"{prefix}bias"].start.value))
    assert isinstance(code, Call)
    return Member(name, code, {part: f"{prefix}{part}" for part in held})


def norm_members(name: str, norm: str, groups: int, shape: Shape) -> Iterator[Member]:
    """The norm called `name` of a state of this shape, if there is one."""
    count = channels(shape)
    modules = {
        "batch": call(f"nn.BatchNorm{'2d' if len(shape) == 3 else '1d'}", count),
        "layer": call("nn.LayerNorm", count),
        "group": call("nn.GroupNorm", str(groups), count),
    }
    if norm in modules:
        prefix = "state_norm" if name.endswith("state_norm") else "norm"
        tensors = {part: f"{prefix}_{part}" for part in ("weight", "bias")}
        if norm == "batch":
            tensors |= {f"running_{part}": f"{prefix}_{part}" for part in ("mean", "var")}
        yield Member(name, modules[norm], tensors)


def factor_members(name: str, tensors: Tensors) -> Iterator[Member]:
    """The learned factors of the skip called `name`."""
    for key in ("branch_scale", "shortcut_scale"):
        if key in tensors:
            size, value = tensors[key].shape[0], tensors[key].start.value
            lead = "" if value == 1 else f"{value!r} * "
            start = call("torch.zeros" if value == 0 else f"{lead}torch.ones", size)
            yield Member(f"{name}_{key}", call("nn.Parameter", start), {"": key})


def dense(name: str, source: Shape, width: int, tensors: Tensors) -> Member:
    """A linear map of a state, flattened."""
    module = call("nn.Linear", prod(source), width, **bias_option("bias" in tensors))
    return linear_map(name, module, tensors)


def bias_option(bias: bool) -> dict[str, object]:
    """The keyword that leaves a bias out, where there is none."""
    return {} if bias else {"bias": False}


def op_member(layer: AnyLayer, place: Place) -> Member | None:  # noqa: C901, one case per kind
    """What a layer's op holds, if anything."""
    match layer:
        case Dense():
            return dense(place.name, place.shapes.fed, layer.width, place.tensors)
        case Conv1d() | Conv2d():
            return _convolution(layer, layer.margin, place)
        case ConvTranspose1d() | ConvTranspose2d():
            more = _unless(0, layer.output_padding)
            return _convolution(layer, layer.padding, place, more)
        case MaxPool():
            return _pool("Max", layer, place)
        case AveragePool():
            return _pool("Avg", layer, place)
        case Upsample():
            return _upsample(layer, place)
        case Positions():
            return _positions(layer, place)
        case Embedding():
            return _embedding(layer, place)
        case Attention():
            return _attention(layer, place)
        case FeedForward():
            return _feed_forward(layer, place)
        case GlobalPool() | Flatten() | Reshape() | ToSequence() | Identity():
            return None
        case _:
            assert_never(layer)


def _convolution(
    layer: Convolution | TransposedConvolution,
    margin: int,
    place: Place,
    output_padding: int | None = None,
) -> Member:
    module = call(
        f"nn.{type(layer).__name__}",
        channels(place.shapes.fed),
        layer.channels,
        str(layer.kernel),
        stride=_unless(1, layer.stride),
        padding=_unless(0, margin),
        output_padding=output_padding,
        dilation=_unless(1, layer.dilation),
        groups=_unless(1, layer.groups),
        **bias_option(place.style.bias),
    )
    return linear_map(place.name, module, place.tensors)


def _unless(usual: int, value: int) -> int | None:
    return None if value == usual else value


def _pool(what: str, layer: Pool, place: Place) -> Member:
    axes = len(positions(place.shapes.fed))
    module = call(
        f"nn.{what}Pool{axes}d",
        str(layer.kernel),
        stride=_unless(layer.kernel, layer.step),
        padding=_unless(0, layer.padding),
    )
    return Member(place.name, module)


def _upsample(layer: Upsample, place: Place) -> Member:
    image = len(place.shapes.fed) == 3
    mode = "bilinear" if layer.mode == "linear" and image else layer.mode
    options = (f"scale_factor={layer.factor}", f'mode="{mode}"')
    return Member(place.name, Call("nn.Upsample", options))


def _positions(layer: Positions, place: Place) -> Member:
    length, width = place.shapes.fed
    name = f"{place.name}_positions"
    if not layer.learned:
        table = call("sinusoids", length, width)
        return Member(name, call("nn.Buffer", table, persistent=False))
    table = call(f"{layer.std!r} * torch.randn", length, width)
    return Member(name, call("nn.Parameter", table), {"": "weight"})


def _embedding(layer: Embedding, place: Place) -> Member:
    table = call("nn.Embedding", layer.vocabulary, layer.width)
    std = call("nn.init.normal_", f"self.{place.name}.weight", std=layer.std)
    return Member(place.name, table, {"weight": "weight"}, (std,) if layer.std != 1 else ())


def _attention(layer: Attention, place: Place) -> Member:
    module = call(
        "SelfAttention",
        channels(place.shapes.fed),
        str(layer.heads),
        causal=layer.causal or None,
        **bias_option(place.style.bias),
    )
    return _compound(module, ("query", "key", "value", "out"), place)


def _feed_forward(layer: FeedForward, place: Place) -> Member:
    activation = place.style.activation
    special = {"identity": "nn.Identity()", "crelu": "lambda z: crelu(z, dim=-1)"}
    activated = activated_shape(activation, (layer.width,))[0]
    module = call(
        "FeedForward",
        channels(place.shapes.fed),
        layer.width,
        special.get(activation) or FUNCTIONS[activation],
        activated=_unless(layer.width, activated),
        **bias_option(place.style.bias),
    )
    return _compound(module, ("inner", "outer"), place)


def _compound(module: Call, parts: tuple[str, ...], place: Place) -> Member:
    """Several linear maps, all drawn as the first one; what differs is drawn again after."""
    starts = {part: place.tensors[f"{part}_weight"].start for part in parts}
    first = starts[parts[0]]
    again = (
        drawn(f"self.{place.name}.{part}", start)
        for part, start in starts.items()
        if drawn("", start) != drawn("", first)
    )
    held = {
        f"{part}.{kind}": f"{part}_{kind}"
        for part in parts
        for kind in ("weight", "bias")
        if f"{part}_{kind}" in place.tensors
    }
    code = drawn(module, first)
    assert isinstance(code, Call)
    return Member(place.name, code, held, tuple(c for c in again if isinstance(c, Call)))
