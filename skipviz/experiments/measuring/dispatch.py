"""Which function measures which part."""

from collections.abc import Iterator
from functools import singledispatch

from skipviz.experiments.measuring.findings import Findings
from skipviz.experiments.measuring.initial import gradients
from skipviz.experiments.measuring.paths import path_counts
from skipviz.experiments.measuring.trained import training
from skipviz.experiments.parts import Gradients, Part, PathCounts, Training


@singledispatch
def measure(part: Part) -> Iterator[Findings]:
    """What a part finds, step by step; the last findings are complete."""
    raise TypeError(f"Nothing measures a {type(part).__name__}.")


measure.register(Training, training)
measure.register(Gradients, gradients)
measure.register(PathCounts, path_counts)
