"""What a public function says of something else in the place of a network."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from skipviz.language import N_, _
from skipviz.network.network import Network
from skipviz.network.problems import NetworkError, Problem
from skipviz.text import value_text

_P = ParamSpec("_P")
_T = TypeVar("_T")
_OF_A_NAME = N_("network: got {value}; give a Network: for a preset sv.presets.load({value})")
_OF_A_FILE = N_(
    "network: got {value}; give a Network: that of a file is "
    "sv.Network.from_json(open({value}).read())"
)
_OF_A_MODEL = N_(
    "network: got a {value}; give a Network: a model of your own is trained by sv.compare, or "
    "watched by sv.watch"
)
_OF_ANYTHING = N_(
    'network: got {value}; give a Network, as sv.presets.load("default") or sv.Network.mlp(8, 32)'
)


def takes_network(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """A function whose first argument, `network`, is one; NetworkError where it is none."""
    return checks_first(function, require_network)


def checks_first(function: Callable[_P, _T], require: Callable[[object], None]) -> Callable[_P, _T]:
    """A function whose first argument is looked at by `require`, which raises, before all else."""
    name = next(iter(signature(function).parameters))

    @wraps(function)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if args or name in kwargs:
            require(args[0] if args else kwargs[name])
        return function(*args, **kwargs)

    return checked


def require_network(given: object) -> None:
    """NetworkError for what is none, which says how to come to one."""
    if isinstance(given, Network):
        return
    form, value = _OF_ANYTHING, value_text(given)
    if isinstance(given, str):
        form = _OF_A_FILE if given.endswith(".json") else _OF_A_NAME
    elif callable(getattr(given, "named_modules", None)):
        form, value = _OF_A_MODEL, type(given).__name__
    raise NetworkError([Problem(_(form, value=value))])
