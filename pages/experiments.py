"""Experiments: published claims, each put to the test in seconds."""

from skipviz.ui import experiments

experiments.render()
