"""A layer's style with the network's defaults filled in, and what follows from it."""

from typing import TYPE_CHECKING

from skipviz.network.layers import AnyLayer, FeedForward
from skipviz.network.styles import BARE, Activation, Style

if TYPE_CHECKING:
    from skipviz.network.network import Network


def resolved(layer: AnyLayer, defaults: Style) -> Style:
    """What the layer says, else what the network says, else (without weights) nothing."""
    groups = {"norm_groups": defaults.norm_groups}
    base = defaults if layer.inherits else BARE.model_copy(update=groups)
    own = {name: getattr(layer, name, None) for name in Style.model_fields}
    return base.model_copy(update={n: v for n, v in own.items() if v is not None})


def outer_activation(layer: AnyLayer, style: Style) -> Activation:
    """The activation around the layer's op; a feed-forward block has its own inside only."""
    return "identity" if isinstance(layer, FeedForward) else style.activation


def mirrored_input(network: "Network", k: int) -> bool:
    """Whether layer k (N + 1: the readout) reads [relu(x), relu(-x)] as a CReLU leaves it.

    Where it does, a looks-linear weight is [W, -W] (Balduzzi et al. 2017). Skips that add keep
    the two halves apart, as in that paper; one that concatenates does not.
    """
    if k <= network.depth:
        layer, style = network.layers[k - 1], network.style(k)
        if style.order == "pre":
            return outer_activation(layer, style) == "crelu"
    if k == 1:
        return False
    before, its = network.layers[k - 2], network.style(k - 1)
    grown = any(s.kind == "concat" and s.target == k - 1 for s in network.skips)
    return its.order == "post" and outer_activation(before, its) == "crelu" and not grown
