"""What each kind of layer does to the value, in torch, where it is more than a call."""

from typing import assert_never

from skipviz.export.source.flow import Flow
from skipviz.export.source.members import FUNCTIONS
from skipviz.network.layers import (
    AnyLayer,
    Attention,
    AveragePool,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Embedding,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    MaxPool,
    Positions,
    Reshape,
    ToSequence,
    Upsample,
)
from skipviz.types import Shape


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


def apply(  # noqa: C901, one case per kind
    layer: AnyLayer, flow: Flow, name: str, fed: Shape
) -> None:
    """op(value) for a value of shape `fed`, by the member called `name`."""
    match layer:
        case Dense():
            _flatten(flow, fed)
            flow.wrap(f"self.{name}(")
        case Conv1d() | Conv2d() | ConvTranspose1d() | ConvTranspose2d():
            channels_first(flow, name, fed)
        case MaxPool() | AveragePool() | Upsample():
            channels_first(flow, name, fed)
        case Attention() | FeedForward() | Embedding():
            flow.wrap(f"self.{name}(")
        case GlobalPool():
            reduce = "mean" if layer.reduce == "mean" else "amax"
            flow.wrap("", f".{reduce}(dim={1 if len(fed) == 2 else (2, 3)})")
        case Flatten():
            _flatten(flow, fed)
        case Reshape():
            if layer.shape != fed:
                flow.wrap("", f".reshape(-1, {', '.join(map(str, layer.shape))})")
        case ToSequence():
            flow.wrap("", ".flatten(2).transpose(1, 2)")
        case Identity():
            pass
        case Positions():
            flow.plus(Flow(f"self.{name}_positions", "p"))
        case _:
            assert_never(layer)


def _flatten(flow: Flow, fed: Shape) -> None:
    if len(fed) > 1:
        flow.wrap("", ".flatten(1)")
