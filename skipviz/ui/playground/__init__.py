"""The main page: draw, train, see."""

from skipviz.ui.playground.page import render

__all__ = ["render"]
