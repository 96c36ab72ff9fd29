"""What a part has found so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skipviz.charts import Panel
from skipviz.types import Array


@dataclass(frozen=True)
class Findings:
    """`done` is a share of 1; `values` are arrays over the seeds, and complete when it is 1."""

    done: float
    panels: Sequence[Panel]
    values: Mapping[str, Array] = field(default_factory=dict)
