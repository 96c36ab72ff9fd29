"""What a public function says of something else in the place of a run."""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from skipviz.language import N_, _
from skipviz.network.given import checks_first
from skipviz.network.network import Network
from skipviz.runs.recording import Recording
from skipviz.text import value_text

_P = ParamSpec("_P")
_T = TypeVar("_T")
_OF_A_FILE = N_(
    "run: got {value}; give a run, as sv.train(network) returns it; that of a file is "
    "sv.load_run({value})"
)
_OF_A_NETWORK = N_("run: got a Network; give a run: that of a network is sv.train(network)")
_OF_A_MODEL = N_(
    "run: got a {value}; give a run: that of a model of your own is what sv.compare returns, or "
    "watch.run() after watch = sv.watch(model)"
)
_NOT_DRAWN = N_(
    "run: got a {value}; give the run of a drawn network, as sv.train(network) returns it"
)
_OF_ANYTHING = N_("run: got {value}; give a run, as sv.train(network) returns it")


def takes_run(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """A function whose first argument is a run, whatever the model; ValueError where it is none."""
    return checks_first(function, require_run)


def takes_drawn_run(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """A function whose first argument is the run of a drawn network; ValueError for all else."""
    return checks_first(function, require_drawn_run)


def require_run(given: object) -> None:
    """ValueError for what is none, which says how to come to one."""
    if not isinstance(given, Recording):
        raise ValueError(_told(given, _OF_A_MODEL))


def require_drawn_run(given: object) -> None:
    """The same where a run of a model of one's own does not do."""
    if not isinstance(given, Recording):
        raise ValueError(_told(given, _NOT_DRAWN))
    if given.drawn is None:
        raise ValueError(_(_NOT_DRAWN, value=type(given).__name__))


def _told(given: object, of_a_model: str) -> str:
    if isinstance(given, str | os.PathLike):
        return _(_OF_A_FILE, value=value_text(os.fspath(given)))
    if isinstance(given, Network):
        return _(_OF_A_NETWORK)
    if _is_a_model(given):
        return _(of_a_model, value=type(given).__name__)
    return _(_OF_ANYTHING, value=value_text(given))


def _is_a_model(given: object) -> bool:
    """A model of one's own, or what watches one."""
    watches = type(given).__module__.startswith("skipviz.") and hasattr(given, "run")
    return watches or callable(getattr(given, "named_modules", None))
