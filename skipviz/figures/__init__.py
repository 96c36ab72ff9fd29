"""Runs as plotly figures, in one visual language. No torch, no streamlit."""

from skipviz.figures.drawing import editor_gradients
from skipviz.figures.gradient import gradient_flow
from skipviz.figures.heatmap import gradient_heatmap
from skipviz.figures.training import training_curves

__all__ = ["editor_gradients", "gradient_flow", "gradient_heatmap", "training_curves"]
