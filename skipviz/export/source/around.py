"""What stands around the op of a layer: norm, activation and dropout of the value, in torch."""

from skipviz.export.source.flow import Flow
from skipviz.network.styles import Activation
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
