"""What an operation has to know about the layer it is made for."""

from dataclasses import dataclass

from skipviz.network import Style
from skipviz.network.inference import LayerShapes


@dataclass(frozen=True)
class Place:
    """`owner` names its tensors: layer3.weight belongs to layer3."""

    owner: str
    style: Style
    shapes: LayerShapes
