"""The op of each kind of layer as source: what it holds, and what it does to the value.

Which tensors there are, their shapes and first values come from `skipviz.network.rules`: a member
only says which torch module holds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from skipviz.export.source.around import channels_first
from skipviz.export.source.calls import Call, call, unless
from skipviz.export.source.compound import attention, feed_forward, recurrent
from skipviz.export.source.flow import Flow
from skipviz.export.source.members import Member, Place, bias_option, dense, linear_map
from skipviz.network.attending import Attention
from skipviz.network.layers import (
    AnyLayer,
    AveragePool,
    Conv1d,
    Conv2d,
    Convolution,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Pool,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.over_depth import DepthAttention
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.sizes import channels, positions
from skipviz.network.slices import Slice
from skipviz.network.tokens import ClassToken, Embedding, Latents, Positions, Shift


@dataclass(frozen=True)
class Op:
    """`apply` makes a value op(value); `member` is what it calls for that, if anything."""

    member: Member | None
    apply: Callable[[Flow], None]


def op(layer: AnyLayer, place: Place) -> Op:  # noqa: C901, one case per kind
    """op of a layer at its place."""
    fed = place.shapes.fed
    match layer:
        case Dense():
            return _flattened(dense(place.name, fed, layer.width, place.tensors), place)
        case Conv1d() | Conv2d():
            one_sided = layer.sides != "both" and layer.padding_size > 0
            member = _convolution(layer, 0 if one_sided else layer.padding_size, place)
            return _on_channels(member, place, layer.margins if one_sided else ())
        case ConvTranspose1d() | ConvTranspose2d():
            more = unless(0, layer.output_padding)
            return _on_channels(_convolution(layer, layer.padding, place, more), place)
        case MaxPool():
            return _on_channels(_pool("Max", layer, place), place)
        case AveragePool():
            return _on_channels(_pool("Avg", layer, place), place)
        case Upsample():
            return _on_channels(_upsample(layer, place), place)
        case Attention():
            return _attending(layer, place)
        case FeedForward():
            return _called(feed_forward(layer, place))
        case Rnn() | Lstm() | Gru():
            held = recurrent(layer, place)
            return Op(held, lambda flow: flow.wrap(f"self.{held.name}(", ")[0]"))
        case DepthAttention():
            mixed = channels(place.shapes.mapped)
            axis = 2 if len(fed) == 2 else None
            module = call("DepthAttention", mixed, str(layer.parts), axis=axis)
            return _called(Member(place.name, module, {"query": "query_weight"}))
        case Embedding():
            return _called(_embedding(layer, place))
        case Positions():
            table = _positions(layer, place)
            return Op(table, lambda flow: flow.plus(Flow(f"self.{table.name}", "p")))
        case GlobalPool():
            return _method(_reduction(layer, len(fed) == 2))
        case ClassToken():
            return _held("prepended", layer.std, place, channels(fed))
        case Latents():
            return _held("repeated", layer.std, place, layer.count, layer.width)
        case Shift():
            places = f"[:, :{fed[0]}]"
            return Op(None, lambda flow: flow.wrap("F.pad(", f", (0, 0, {layer.by}, 0)){places}"))
        case Flatten():
            return _method(".flatten(1)") if len(fed) > 1 else _nothing()
        case Reshape():
            sizes = ", ".join(map(str, layer.shape))
            return _method(f".reshape(-1, {sizes})") if layer.shape != fed else _nothing()
        case ToSequence():
            return _method(".flatten(2).transpose(1, 2)")
        case Slice():
            lead = "..." if len(fed) == 2 else ":"
            return _method(f"[{lead}, {layer.start or ''}:{layer.stop or ''}]")
        case Identity():
            return _nothing()
        case _:
            assert_never(layer)


def _called(member: Member) -> Op:
    return Op(member, lambda flow: flow.wrap(f"self.{member.name}("))


def _flattened(member: Member, place: Place) -> Op:
    def apply(flow: Flow) -> None:
        if len(place.shapes.fed) > 1:
            flow.wrap("", ".flatten(1)")
        flow.wrap(f"self.{member.name}(")

    return Op(member, apply)


def _on_channels(member: Member, place: Place, margins: tuple[int, ...] = ()) -> Op:
    """torch wants the channels of a sequence first, and pads both sides alike by itself."""
    margins *= len(place.shapes.fed) - 1
    return Op(member, lambda flow: channels_first(flow, member.name, place.shapes.fed, margins))


def _held(function: str, std: float, place: Place, *sizes: int) -> Op:
    """A function of learned numbers and the value."""
    name = f"{place.name}_learned"
    member = Member(
        name, call("nn.Parameter", call(f"{std!r} * torch.randn", *sizes)), {"": "weight"}
    )
    return Op(member, lambda flow: flow.wrap(f"{function}(self.{name}, "))


def _reduction(layer: GlobalPool, sequence: bool) -> str:
    if layer.reduce in ("first", "last"):
        at = 0 if layer.reduce == "first" else -1
        return f"[:, {at}]" if sequence else f"[..., {at}, {at}]"
    name = "mean" if layer.reduce == "mean" else "amax"
    return f".{name}(dim={1 if sequence else (2, 3)})"


def _method(text: str) -> Op:
    return Op(None, lambda flow: flow.wrap("", text))


def _nothing() -> Op:
    return Op(None, lambda _: None)


def _convolution(
    layer: Convolution | TransposedConvolution,
    padding: int,
    place: Place,
    output_padding: int | None = None,
) -> Member:
    module = call(
        f"nn.{type(layer).__name__}",
        channels(place.shapes.fed),
        layer.channels,
        str(layer.kernel),
        stride=unless(1, layer.stride),
        padding=unless(0, padding),
        output_padding=output_padding,
        dilation=unless(1, layer.dilation),
        groups=unless(1, layer.groups),
        **bias_option(place.style.bias),
    )
    return linear_map(place.name, module, place.tensors)


def _pool(what: str, layer: Pool, place: Place) -> Member:
    axes = len(positions(place.shapes.fed))
    module = call(
        f"nn.{what}Pool{axes}d",
        str(layer.kernel),
        stride=unless(layer.kernel, layer.step),
        padding=unless(0, layer.padding),
        ceil_mode=layer.ceil or None,
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


def _attending(layer: Attention, place: Place) -> Op:
    member = attention(layer, place)
    memory, values = (place.attended.get(name) for name in ("memory", "values"))
    more = [memory] if memory else []
    more += [f"v={values}"] if values else []
    tail = "".join(f", {each}" for each in more)
    return Op(member, lambda flow: flow.wrap(f"self.{member.name}(", f"{tail})"))
