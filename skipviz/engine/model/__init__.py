"""Drawn networks as torch modules: one arm (`build`) or all arms and seeds at once (`Stack`)."""

from skipviz.engine.model.module import Model, build
from skipviz.engine.model.stack import Stack

__all__ = ["Model", "Stack", "build"]
