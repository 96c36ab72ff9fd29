"""Watching a model of one's own where a framework trains it, or a board shows its numbers.

`LightningWatch` is a callback of Lightning, `TrainerWatch` one of the Trainer of Hugging Face,
`TensorBoardWriter` is handed to `sv.watch(model, on_frame=..)`. Each needs its framework, which is
imported when the class is first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skipviz.engine.callbacks.lightning import LightningWatch
    from skipviz.engine.callbacks.tensorboard import TensorBoardWriter
    from skipviz.engine.callbacks.trainer import TrainerWatch

__all__ = ["LightningWatch", "TensorBoardWriter", "TrainerWatch"]

_MODULES = {
    "LightningWatch": "lightning",
    "TensorBoardWriter": "tensorboard",
    "TrainerWatch": "trainer",
}


def __dir__() -> list[str]:
    """What is public."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        module = import_module(f"skipviz.engine.callbacks.{_MODULES[name]}")
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
