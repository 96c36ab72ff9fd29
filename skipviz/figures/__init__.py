"""Runs as plotly figures, in one visual language. No torch, no streamlit."""

from skipviz.figures.drawing import editor_gradients
from skipviz.figures.gradient import gradient_flow, layer_curves_spec
from skipviz.figures.heatmap import gradient_heatmap, layer_heatmap_spec
from skipviz.figures.training import training_curves, training_curves_spec

__all__ = [
    "editor_gradients",
    "gradient_flow",
    "gradient_heatmap",
    "layer_curves_spec",
    "layer_heatmap_spec",
    "training_curves",
    "training_curves_spec",
]
