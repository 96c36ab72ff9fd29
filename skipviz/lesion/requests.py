"""What can be asked of a network with something deleted."""

from dataclasses import dataclass

from skipviz.lesion.results import Chosen, Several, Singles, Trained
from skipviz.lesion.ways import Cut
from skipviz.request import Progress
from skipviz.runs.requests import NetworkRequest


@dataclass(frozen=True)
class LesionStudy(NetworkRequest[Progress | Trained | Singles | Several]):
    """Train, then delete every layer, every skip, and several layers at random."""


@dataclass(frozen=True)
class ChosenLesion(NetworkRequest[Chosen]):
    """One cut of the visitor's own in the networks that a study has trained."""

    found: Trained
    cut: Cut
