"""What can be asked of a drawn network that is trained, and of a run."""

from dataclasses import dataclass, field

from skipviz.arms import Arm
from skipviz.data import OwnData
from skipviz.network import Network
from skipviz.request import Answer, Request
from skipviz.runs.frame import Frame
from skipviz.runs.progress import Progress
from skipviz.runs.unit_maps import UnitMaps
from skipviz.settings import Settings


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
class UnitsOfLayer(NetworkRequest[Progress | UnitMaps]):
    """The states of the units of layer 1..N over the plane, in one arm after so many steps."""

    arm: Arm
    layer: int
    step: int
