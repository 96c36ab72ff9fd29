"""Guided experiments: published claims, each put to the test in seconds. No torch, no streamlit.

`names()`, `load(id)`; `engine.experiments.running.run(id, controls, thin)` measures.
"""

from skipviz.experiments.catalogue import all_experiments, load, names
from skipviz.experiments.experiment import Band, Control, Experiment, Quantity, Setup, Source

__all__ = [
    "Band",
    "Control",
    "Experiment",
    "Quantity",
    "Setup",
    "Source",
    "all_experiments",
    "load",
    "names",
]
