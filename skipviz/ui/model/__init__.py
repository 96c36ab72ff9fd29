"""Your model: the skips of a PyTorch model, and its gradient with them and without."""

from skipviz.ui.model.page import render

__all__ = ["render"]
