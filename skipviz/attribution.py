"""Where the gradient came from, exactly: by skip, by number of skips taken, by path length.

Nothing is sampled or approximated: the parts of a gradient add up to what autograd gives. torch is
imported when something is computed.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skipviz.engine.attribution.api import (
        Attribution,
        StateSplit,
        Term,
        by_path_length,
        by_skip,
        by_skips_taken,
    )

__all__ = [
    "Attribution",
    "StateSplit",
    "Term",
    "by_path_length",
    "by_skip",
    "by_skips_taken",
]


def __dir__() -> list[str]:
    """What is public."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        from skipviz.engine.attribution import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
