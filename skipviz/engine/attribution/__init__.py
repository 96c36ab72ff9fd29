"""Where the gradient came from, exactly: by skip, by number of skips taken, by path length.

Nothing is sampled or approximated: the parts of a gradient add up to what autograd gives.
"""

from skipviz.engine.attribution.api import (
    Attribution,
    StateSplit,
    Term,
    by_path_length,
    by_skip,
    by_skips_taken,
)
from skipviz.engine.attribution.live import attribution_snapshot

__all__ = [
    "Attribution",
    "StateSplit",
    "Term",
    "attribution_snapshot",
    "by_path_length",
    "by_skip",
    "by_skips_taken",
]
