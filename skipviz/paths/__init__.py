"""The unravelled view of a network (Veit et al. 2016): its paths, and the gradient along them.

Counting and drawing paths needs no torch; `skipviz.engine.paths.gradient`, which measures, does.
"""

from skipviz.paths.results import PathGradients
from skipviz.paths.sampling import Hop, Path, PathSampler
from skipviz.paths.summary import Spread, is_binomial, spread

__all__ = [
    "Hop",
    "Path",
    "PathGradients",
    "PathSampler",
    "Spread",
    "is_binomial",
    "spread",
]
