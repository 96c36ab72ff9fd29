"""Landscape: a slice of the loss around the trained weights of every arm."""

from skipviz.ui.landscape.page import render

__all__ = ["render"]
