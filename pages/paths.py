"""Paths: the network unravelled, the gradient along its paths, lesions."""

from skipviz.ui import paths

paths.render()
