"""What a test repeats until something is so, with an end to it."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from skipviz.engine.training.trainer import Trainer

_T = TypeVar("_T")


def wait_until(condition: Callable[[], _T], patience: float = 60) -> _T:
    """Look again and again until something outside of this thread is so; what was found then."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)
    return found


def steps_to_the_end(trainer: "Trainer") -> Iterator[int]:
    """Counts the steps that are to be made until a training has finished, no more than it has."""
    for count in range(trainer.settings.steps + 1):
        if trainer.finished:
            return
        yield count
    assert trainer.finished
