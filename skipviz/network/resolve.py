"""A layer's style with the network's defaults filled in, and what follows from it."""

from skipviz.network.layers import AnyLayer, FeedForward
from skipviz.network.styles import BARE, Activation, Style


def resolved(layer: AnyLayer, defaults: Style) -> Style:
    """What the layer says, else what the network says, else (without weights) nothing."""
    groups = {"norm_groups": defaults.norm_groups}
    base = defaults if layer.inherits else BARE.model_copy(update=groups)
    own = {name: getattr(layer, name, None) for name in Style.model_fields}
    return base.model_copy(update={n: v for n, v in own.items() if v is not None})


def outer_activation(layer: AnyLayer, style: Style) -> Activation:
    """The activation around the layer's op; a feed-forward block has its own inside only."""
    return "identity" if isinstance(layer, FeedForward) else style.activation
