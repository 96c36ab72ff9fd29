"""Training all arms together, a frame per step. Runs are numpy; torch is imported when training."""

from typing import TYPE_CHECKING, Any

from skipviz.runs.frame import Evaluation, Failure, Frame
from skipviz.runs.run import Run

if TYPE_CHECKING:
    from skipviz.engine.training.train import stream, train
    from skipviz.engine.training.trainer import Trainer

__all__ = ["Evaluation", "Failure", "Frame", "Run", "Trainer", "stream", "train"]


def __dir__() -> list[str]:
    """What is public, loaded yet or not."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    if name in {"Trainer", "stream", "train"}:
        from skipviz.engine.training import train

        return getattr(train, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
