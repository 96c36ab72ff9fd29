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
    from skipviz import (
        attribution,
        callbacks,
        data,
        export,
        figures,
        graph,
        studies,
        theory,
        training,
    )
    from skipviz.engine.model import build
    from skipviz.engine.own_model.compare import compare
    from skipviz.engine.own_model.errors import WatchError
    from skipviz.engine.own_model.watch import watch
    from skipviz.saving import load_run, save_run
    from skipviz.training import train

__version__ = "0.1.0"
__all__ = [
    "Arm",
    "Network",
    "NetworkError",
    "Settings",
    "WatchError",
    "arms",
    "attribution",
    "build",
    "callbacks",
    "compare",
    "data",
    "export",
    "figures",
    "graph",
    "link",
    "load_run",
    "presets",
    "save_run",
    "settings",
    "studies",
    "theory",
    "train",
    "training",
    "watch",
]


def __dir__() -> list[str]:
    """What is public, loaded yet or not."""
    return sorted([*__all__, "__all__", "__doc__", "__file__", "__name__", "__version__"])


_PACKAGES = {
    "attribution",
    "callbacks",
    "data",
    "export",
    "figures",
    "graph",
    "studies",
    "theory",
    "training",
}
_NAMES = {
    "WatchError": "skipviz.engine.own_model.errors",
    "build": "skipviz.engine.model",
    "compare": "skipviz.engine.own_model.compare",
    "load_run": "skipviz.saving",
    "save_run": "skipviz.saving",
    "train": "skipviz.training",
    "watch": "skipviz.engine.own_model.watch",
}


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"skipviz.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
