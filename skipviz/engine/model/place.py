"""What an operation has to know about the layer it is made for."""

from dataclasses import dataclass

from skipviz.network import Style
from skipviz.network.inference import LayerShapes


@dataclass(frozen=True)
class Place:
    """`layer` is its number, 1..N."""

    layer: int
    style: Style
    shapes: LayerShapes

    @property
    def module(self) -> str:
        """The first part of the names of its tensors: layer3.weight belongs to layer3."""
        return f"layer{self.layer}"
