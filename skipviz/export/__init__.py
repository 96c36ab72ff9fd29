"""A drawn network as something to take away: PyTorch source, LaTeX, JSON Schema. No torch here."""

from skipviz.export.formulas.page import equations, latex
from skipviz.export.schema import json_schema
from skipviz.export.source.module import pytorch, state_dict_names

__all__ = ["equations", "json_schema", "latex", "pytorch", "state_dict_names"]
