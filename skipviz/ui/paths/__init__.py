"""Paths: the network unravelled, the gradient along its paths, and what deleting some does."""

from skipviz.ui.paths.page import render

__all__ = ["render"]
