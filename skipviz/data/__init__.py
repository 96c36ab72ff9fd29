"""Data sets with a fixed split: what they are (`info`) and their arrays (`load`). No torch."""

from skipviz.data.catalogue import DataInfo, info, names
from skipviz.data.loading import Split, load

__all__ = ["DataInfo", "Split", "info", "load", "names"]
