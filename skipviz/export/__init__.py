"""A drawn network as something to take away: PyTorch source, LaTeX, JSON Schema, trained weights.

No torch here; `onnx` has it imported.
"""

from skipviz.export.formulas.page import equations, latex
from skipviz.export.schema import json_schema
from skipviz.export.source.module import pytorch, state_dict_names
from skipviz.export.weights import onnx, safetensors, state_dict

__all__ = [
    "equations",
    "json_schema",
    "latex",
    "onnx",
    "pytorch",
    "safetensors",
    "state_dict",
    "state_dict_names",
]
