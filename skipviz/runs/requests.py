"""What can be asked of a drawn network that is trained, and of a run."""

from dataclasses import dataclass, field

from skipviz.arms import Arm
from skipviz.data import OwnData
from skipviz.network import Network
from skipviz.request import Answer, Progress, Request
from skipviz.runs.frame import Frame
from skipviz.settings import Settings
from skipviz.types import Array


@dataclass(frozen=True)
class NetworkRequest(Request[Answer]):
    """Of a network with its settings; `own` are the data where the settings say "own"."""

    network: Network
    settings: Settings
    own: OwnData | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Training(NetworkRequest[Frame]):
    """The network trained in all arms and seeds of its settings."""


@dataclass(frozen=True)
class UnitMaps:
    """`states` (units, places of the plane) of layer 1..N of an arm after so many steps."""

    arm: str
    layer: int
    step: int
    states: Array


@dataclass(frozen=True)
class UnitsOfLayer(NetworkRequest[Progress | UnitMaps]):
    """The states of the units of layer 1..N over the plane, in one arm after so many steps."""

    arm: Arm
    layer: int
    step: int
