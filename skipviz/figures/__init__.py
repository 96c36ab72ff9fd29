"""Runs as plotly figures, in one visual language. No torch, no streamlit.

docs/figures.md lists those of every page. ValueError for what is no run, or not of the kind that is
drawn.
"""

from typing import TYPE_CHECKING, Any

from skipviz.figures.drawing import editor_gradients
from skipviz.figures.gradient import gradient_flow, layer_curves_spec
from skipviz.figures.heatmap import gradient_heatmap, layer_heatmap_spec
from skipviz.figures.learned import learned_curves
from skipviz.figures.of_runs import (
    decision_boundaries,
    gradient_histogram,
    gradient_over_time,
    gradient_shares,
    layer_curves,
    layer_heatmap,
    skip_ablation,
    skips_taken,
)
from skipviz.figures.training import training_curves, training_curves_spec

if TYPE_CHECKING:
    from skipviz.figures.measured import (
        experiment,
        lesions,
        loss_slices,
        path_counts,
        path_gradients,
        study,
        units_of_layer,
    )

__all__ = [
    "decision_boundaries",
    "editor_gradients",
    "experiment",
    "gradient_flow",
    "gradient_heatmap",
    "gradient_histogram",
    "gradient_over_time",
    "gradient_shares",
    "layer_curves",
    "layer_curves_spec",
    "layer_heatmap",
    "layer_heatmap_spec",
    "learned_curves",
    "lesions",
    "loss_slices",
    "path_counts",
    "path_gradients",
    "skip_ablation",
    "skips_taken",
    "study",
    "training_curves",
    "training_curves_spec",
    "units_of_layer",
]


def __getattr__(name: str) -> Any:
    """Those that are measured first come with all that measures, which a page loads otherwise."""
    if name in __all__:
        from skipviz.figures import measured

        return getattr(measured, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
