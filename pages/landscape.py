"""Landscape: a slice of the loss around the trained weights, with skips and without."""

from skipviz.ui import landscape

landscape.render()
