"""Data sets with a fixed split: what they are (`info`) and their arrays (`load`). No torch."""

from skipviz.data.catalogue import DataInfo, info, names
from skipviz.data.defaults import default_for, stand_in
from skipviz.data.downloads import at_hand
from skipviz.data.errors import DataError
from skipviz.data.files.doors import from_csv, from_npz, from_python, from_zip
from skipviz.data.fit import compatibility_problems
from skipviz.data.loading import load, split_of
from skipviz.data.own import OwnData, from_points
from skipviz.data.split import Split

__all__ = [
    "DataError",
    "DataInfo",
    "OwnData",
    "Split",
    "at_hand",
    "compatibility_problems",
    "default_for",
    "from_csv",
    "from_npz",
    "from_points",
    "from_python",
    "from_zip",
    "info",
    "load",
    "names",
    "split_of",
    "stand_in",
]
