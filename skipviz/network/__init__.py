"""The drawn network as data: layers, skips, checks, shapes and counts. No torch."""

from skipviz.network.edits import apply_edit
from skipviz.network.layers import Dense, Init, Style
from skipviz.network.network import Network
from skipviz.network.problems import Mend, NetworkError, Problem
from skipviz.network.skips import SKIP_KINDS, Add, Projection

__all__ = [
    "SKIP_KINDS",
    "Add",
    "Dense",
    "Init",
    "Mend",
    "Network",
    "NetworkError",
    "Problem",
    "Projection",
    "Style",
    "apply_edit",
]
