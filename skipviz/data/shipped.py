"""The tables that come with scikit-learn, read from its folder.

Importing scikit-learn takes two seconds, which nobody should wait for who only looks at a picture
of the digits. Its own functions are asked where a later version keeps the files elsewhere.
"""

import importlib.util
from pathlib import Path

import numpy as np

from skipviz.data.split import Array


def digits() -> tuple[Array, Array]:
    """x (1797, 64) pixels 0 to 16, y (1797,) the digit."""
    return _table("digits.csv.gz", "load_digits")


def breast_cancer() -> tuple[Array, Array]:
    """x (569, 30) measurements, y (569,): 0 malignant, 1 benign."""
    return _table("breast_cancer.csv", "load_breast_cancer", head=1)


def wine() -> tuple[Array, Array]:
    """x (178, 13) measurements, y (178,) the cultivar."""
    return _table("wine_data.csv", "load_wine", head=1)


def _table(file: str, function: str, head: int = 0) -> tuple[Array, Array]:
    """Numbers of a file whose last column is the class, after `head` lines of another kind."""
    path = _folder() / file
    if not path.is_file():
        from sklearn import datasets

        x, y = getattr(datasets, function)(return_X_y=True)
        return x, y
    table = np.loadtxt(path, delimiter=",", skiprows=head)
    return table[:, :-1], table[:, -1].astype(np.int64)


def _folder() -> Path:
    found = importlib.util.find_spec("sklearn")  # finds it without importing it
    places = found.submodule_search_locations if found is not None else None
    return Path(*(places or ["."])[:1]) / "datasets" / "data"
