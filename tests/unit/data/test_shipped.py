"""The tables that come with scikit-learn: the same numbers as from its own functions."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets

from skipviz.data import shipped

TABLES = [
    (shipped.digits, datasets.load_digits),
    (shipped.breast_cancer, datasets.load_breast_cancer),
    (shipped.wine, datasets.load_wine),
]


@pytest.mark.parametrize("moved", [False, True], ids=["where it lies", "moved"])
@pytest.mark.parametrize(("read", "theirs"), TABLES)
def test_a_table_is_that_of_scikit_learn(read, theirs, moved, tmp_path, monkeypatch):
    if moved:
        monkeypatch.setattr(shipped, "_folder", lambda: tmp_path)
    for mine, original in zip(read(), theirs(return_X_y=True), strict=True):
        np.testing.assert_array_equal(mine, original)
        assert mine.dtype == original.dtype


def test_reading_them_does_not_import_scikit_learn():
    code = (
        "import sys; from skipviz import data; "
        "[data.load(name) for name in ('digits', 'breast_cancer', 'wine', 'sonnets', 'xor')]; "
        "sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
