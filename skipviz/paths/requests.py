"""What can be asked of the gradient along the paths of a network."""

from dataclasses import dataclass

from skipviz.paths.results import PathGradients
from skipviz.request import Progress
from skipviz.runs.requests import NetworkRequest


@dataclass(frozen=True)
class GradientByLength(NetworkRequest[Progress | PathGradients]):
    """The gradient by the length of its paths, at the initial weights or after training."""

    train: bool = False
