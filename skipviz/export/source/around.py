"""What stands around the op of a layer: norm, activation and dropout of the value, in torch."""

from skipviz.export.source.flow import Flow
from skipviz.network.styles import Activation, of_state
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
    "relu6": "F.relu6",
    "hardswish": "F.hardswish",
    "hard_sigmoid": "F.hardsigmoid",
    "selu": "F.selu",
}


def normed(flow: Flow, name: str, norm: str, shape: Shape) -> None:
    """The norm called `name`; torch wants the channels first, but for layer and RMS norms last."""
    if not of_state(norm):
        return
    by_position = norm in ("layer", "rms")
    if by_position and len(shape) == 3:
        flow.wrap(f"self.{name}(", ".permute(0, 2, 3, 1)).permute(0, 3, 1, 2)")
    elif not by_position:
        channels_first(flow, name, shape)
    else:
        flow.wrap(f"self.{name}(")


def channels_first(flow: Flow, name: str, shape: Shape, margins: tuple[int, ...] = ()) -> None:
    """Call a member that wants sequences as (batch, channels, positions), padded by `margins`."""
    swap = ".transpose(1, 2)" if len(shape) == 2 else ""
    if margins:
        flow.wrap("F.pad(", f"{swap}, {margins})")
        flow.wrap(f"self.{name}(", f"){swap}")
        return
    flow.wrap(f"self.{name}(", f"{swap}){swap}")


def activated(flow: Flow, activation: str, shape: Shape, frequency: float = 1.0) -> None:
    """The activation of a state of this shape, times `frequency`."""
    if frequency != 1:
        flow.scale(repr(frequency))
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
