"""What can be asked of the loss around trained weights."""

from dataclasses import dataclass

from skipviz.landscape.results import Row, Section
from skipviz.request import Progress
from skipviz.runs.requests import NetworkRequest


@dataclass(frozen=True)
class LossSlice(NetworkRequest[Progress | Section | Row]):
    """Train every arm, then the loss on a grid of `points` x `points` around its weights.

    The grid reaches `radius` times the length of the weights along two random directions, which
    are drawn with the seed `directions`.
    """

    points: int = 15
    radius: float = 0.5
    directions: int = 0
