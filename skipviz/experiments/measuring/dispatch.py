"""Which function measures which part."""

from collections.abc import Iterator
from functools import singledispatch

from skipviz.experiments import parts
from skipviz.experiments.measuring.claims import skip_claim
from skipviz.experiments.measuring.cosines import cosines
from skipviz.experiments.measuring.counting import path_counts
from skipviz.experiments.measuring.deletion import deletion
from skipviz.experiments.measuring.findings import Findings
from skipviz.experiments.measuring.initial import gradients
from skipviz.experiments.measuring.over_depth import over_depth
from skipviz.experiments.measuring.over_time import over_time
from skipviz.experiments.measuring.shattering import shattering
from skipviz.experiments.measuring.single_paths import single_paths
from skipviz.experiments.measuring.trained import training
from skipviz.experiments.measuring.transformer_blocks import last_feed_forward


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
