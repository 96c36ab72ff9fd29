"""What each kind of layer does to the value, in torch, where it is more than a call."""

from functools import singledispatch

from skipviz.export.source.flow import Flow
from skipviz.export.source.members import FUNCTIONS
from skipviz.network.layers import (
    AnyLayer,
    Attention,
    Convolution,
    Dense,
    Embedding,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    Pool,
    Positions,
    Reshape,
    ToSequence,
    TransposedConvolution,
    Upsample,
)
from skipviz.network.sizes import Shape


def normed(flow: Flow, name: str, norm: str, shape: Shape) -> None:
    """The norm called `name`; torch wants the channels first, but for layer norms last."""
    if norm == "none":
        return
    if norm == "layer" and len(shape) == 3:
        flow.wrap(f"self.{name}(", ".permute(0, 2, 3, 1)).permute(0, 3, 1, 2)")
    elif norm != "layer":
        channels_first(flow, name, shape)
    else:
        flow.wrap(f"self.{name}(")


def channels_first(flow: Flow, name: str, shape: Shape) -> None:
    """Call a member that wants sequences as (batch, channels, positions)."""
    swap = ".transpose(1, 2)" if len(shape) == 2 else ""
    flow.wrap(f"self.{name}(", f"{swap}){swap}")


def activated(flow: Flow, activation: str, shape: Shape) -> None:
    """The activation of a state of this shape."""
    if activation == "crelu":
        flow.wrap("crelu(", ", dim=2)" if len(shape) == 2 else ")")
    elif activation != "identity":
        flow.wrap(f"{FUNCTIONS[activation]}(")  # type: ignore[index]


def dropped(flow: Flow, rate: float) -> None:
    """Dropout while training."""
    if rate:
        flow.wrap("F.dropout(", f", {rate!r}, self.training)")


def cat_axis(shape: Shape) -> int:
    """The channel axis of a batch of such states."""
    return 2 if len(shape) == 2 else 1


@singledispatch
def apply(layer: AnyLayer, flow: Flow, name: str, fed: Shape) -> None:
    """op(value) for a value of shape `fed`, by the member called `name`."""
    raise NotImplementedError(layer.kind)


@apply.register
def _(layer: Dense, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    if len(fed) > 1:
        flow.wrap("", ".flatten(1)")
    flow.wrap(f"self.{name}(")


@apply.register
def _(
    layer: Convolution | TransposedConvolution | Pool | Upsample,  # noqa: ARG001
    flow: Flow,
    name: str,
    fed: Shape,
) -> None:
    channels_first(flow, name, fed)


@apply.register
def _(layer: Attention | FeedForward | Embedding, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    flow.wrap(f"self.{name}(")


@apply.register
def _(layer: GlobalPool, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    reduce = "mean" if layer.reduce == "mean" else "amax"
    flow.wrap("", f".{reduce}(dim={1 if len(fed) == 2 else (2, 3)})")


@apply.register
def _(layer: Flatten, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    if len(fed) > 1:
        flow.wrap("", ".flatten(1)")


@apply.register
def _(layer: Reshape, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    if layer.shape != fed:
        flow.wrap("", f".reshape(-1, {', '.join(map(str, layer.shape))})")


@apply.register
def _(layer: ToSequence, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    flow.wrap("", ".flatten(2).transpose(1, 2)")


@apply.register
def _(layer: Identity, flow: Flow, name: str, fed: Shape) -> None:
    """Nothing."""


@apply.register
def _(layer: Positions, flow: Flow, name: str, fed: Shape) -> None:  # noqa: ARG001
    flow.plus(Flow(f"self.{name}_positions", "p"))
