"""The data of a network: layers, skips, readout and defaults, validated for any input."""

from typing import Literal, Self

from pydantic import Field, model_validator

from skipviz.network.layers import AnyLayer, FeedForward, Layer
from skipviz.network.skips import Skip
from skipviz.network.structure import errors
from skipviz.network.styles import BARE, Activation, Init, Style
from skipviz.spec import Kind, Spec


class Readout(Kind):
    """The last linear map, N + 1: logits = W s_N + b, then the skips that join there.

    `dense` reads s_N flattened; `per_position` maps the channels of every position of a
    sequence or image (segmentation, language models): outputs per position.
    """

    kind: Literal["dense", "per_position"] = "dense"
    bias: bool = True
    init: Init | None = None


class Architecture(Spec):
    """Ends of skips exist and no two skips share them. Whether shapes fit depends on the data."""

    layers: tuple[Layer, ...]
    skips: tuple[Skip, ...] = ()
    readout: Readout = Readout()
    defaults: Style = Style()
    time_steps: int = Field(default=1, ge=1, le=1_000_000)

    @property
    def depth(self) -> int:
        """N, the number of layers without the readout."""
        return len(self.layers)

    def style(self, k: int) -> Style:
        """What surrounds layer k (1..N), with the network's defaults filled in."""
        return _style_of(self.layers[k - 1], self.defaults)

    @model_validator(mode="after")
    def _has_no_errors(self) -> Self:
        messages = list(errors(self.depth, self.skips))
        if messages:
            raise ValueError("\n".join(messages))
        return self


def outer_activation(layer: AnyLayer, style: Style) -> Activation:
    """The activation around the layer's op; a feed-forward block has its own inside only."""
    return "identity" if isinstance(layer, FeedForward) else style.activation


def _style_of(layer: AnyLayer, defaults: Style) -> Style:
    """What the layer says, else what the network says, else (without weights) nothing."""
    groups = {"norm_groups": defaults.norm_groups}
    base = defaults if layer.inherits else BARE.model_copy(update=groups)
    own = {name: getattr(layer, name, None) for name in Style.model_fields}
    return base.model_copy(update={n: v for n, v in own.items() if v is not None})
