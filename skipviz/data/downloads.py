"""MNIST and CIFAR-10 from OpenML, through scikit-learn, where the network allows it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import numpy as np

from skipviz.data.faults import DataError
from skipviz.data.split import Array

SAMPLES = 12_000  # that are used, of 60,000 or 70,000


def mnist() -> tuple[Array, Array]:
    """x (12000, 784) in [0, 255], y (12000,)."""
    return _kept("mnist", lambda: _openml("MNIST", 554))


def cifar10() -> tuple[Array, Array]:
    """x (12000, 3, 32, 32) in [0, 255], y (12000,)."""
    x, y = _kept("cifar10", lambda: _openml("CIFAR-10", 40927))
    return x.reshape(-1, 3, 32, 32), y


def _openml(title: str, number: int) -> tuple[Array, Array]:
    """Takes minutes, once; scikit-learn's faster parser fails with some versions of pandas."""
    from sklearn.datasets import fetch_openml

    try:
        found = fetch_openml(data_id=number, as_frame=False, parser="liac-arff", n_retries=1)
    except (URLError, OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{title} could not be downloaded from openml.org ({error}). "
            "Choose data that come with the app, such as digits, or load a file of your own."
        ) from None
    chosen = np.random.RandomState(0).permutation(len(found.data))[:SAMPLES]
    return found.data[chosen].astype(np.uint8), found.target[chosen].astype(np.int64)


def _kept(name: str, make: Callable[[], tuple[Array, Array]]) -> tuple[Array, Array]:
    """Read the samples that are used from a file beside scikit-learn's, or make and keep them."""
    from sklearn.datasets import get_data_home

    home = Path(get_data_home())
    path = home / f"skipviz-{name}.npz"
    if not path.exists():
        x, y = make()
        with tempfile.NamedTemporaryFile(dir=home, suffix=".npz", delete=False) as file:
            np.savez_compressed(file, x=x, y=y)
        Path(file.name).replace(path)
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["x"], arrays["y"]
