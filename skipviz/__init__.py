"""Draw a network, place skips, train it, and see every layer's gradient with and without them.

>>> import skipviz as sv
>>> run = sv.train(sv.presets.load("forward_skip"), steps=3)
>>> run.gradient_norms("plain").shape[0]  # a row before each update and one after the last
4

torch, plotly and networkx are imported when something first needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skipviz import arms, link, presets, settings
from skipviz.arms import Arm
from skipviz.network import Network, NetworkError
from skipviz.settings import Settings

if TYPE_CHECKING:
    from skipviz import attribution, data, export, figures, graph, studies, theory, training
    from skipviz.engine.model import build
    from skipviz.training import train

__version__ = "0.1.0"
__all__ = [
    "Arm",
    "Network",
    "NetworkError",
    "Settings",
    "arms",
    "attribution",
    "build",
    "data",
    "export",
    "figures",
    "graph",
    "link",
    "presets",
    "settings",
    "studies",
    "theory",
    "train",
    "training",
]


def __dir__() -> list[str]:
    """What is public, loaded yet or not."""
    return sorted([*__all__, "__all__", "__doc__", "__file__", "__name__", "__version__"])


_PACKAGES = {"attribution", "data", "export", "figures", "graph", "studies", "theory", "training"}
_FUNCTIONS = {"build": "skipviz.engine.model", "train": "skipviz.training"}


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"skipviz.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
