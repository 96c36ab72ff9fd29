"""A drawn network as something to take away: PyTorch source, LaTeX, JSON. No torch here."""

from skipviz.export.source.module import pytorch, state_dict_names

__all__ = ["pytorch", "state_dict_names"]
