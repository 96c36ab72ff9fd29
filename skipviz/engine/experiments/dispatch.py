"""Which function measures which part."""

from collections.abc import Iterator
from functools import singledispatch

from skipviz.engine.experiments.claims import skip_claim
from skipviz.engine.experiments.cosines import cosines
from skipviz.engine.experiments.counting import path_counts
from skipviz.engine.experiments.deletion import deletion
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.experiments.initial import gradients
from skipviz.engine.experiments.over_depth import over_depth
from skipviz.engine.experiments.over_time import over_time
from skipviz.engine.experiments.shattering import shattering
from skipviz.engine.experiments.single_paths import single_paths
from skipviz.engine.experiments.trained import training
from skipviz.engine.experiments.transformer_blocks import last_feed_forward
from skipviz.experiments import parts


@singledispatch
def measure(part: parts.Part) -> Iterator[Findings]:
    """What a part finds, step by step; the last findings are complete."""
    raise TypeError(f"Nothing measures a {type(part).__name__}.")


measure.register(parts.Training, training)
measure.register(parts.Gradients, gradients)
measure.register(parts.PathCounts, path_counts)
measure.register(parts.SinglePaths, single_paths)
measure.register(parts.Deletion, deletion)
measure.register(parts.Shattering, shattering)
measure.register(parts.Cosines, cosines)
measure.register(parts.OverDepth, over_depth)
measure.register(parts.LastFeedForward, last_feed_forward)
measure.register(parts.SkipClaim, skip_claim)
measure.register(parts.OverTime, over_time)
