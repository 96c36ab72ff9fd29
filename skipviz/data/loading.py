"""Loading data sets into standardised arrays with a fixed split."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipviz.data.catalogue import info

Array = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Inputs (samples, *input_shape) with mean 0 and deviation 1 on the train part; labels."""

    train_x: Array
    train_y: Labels
    test_x: Array
    test_y: Labels


def load(name: str) -> Split:
    """The arrays of a data set; the same name always gives the same split."""
    info(name)
    return _LOADERS[name]()


def _digits() -> Split:
    """1,797 handwritten digits of 8×8 pixels (Alpaydin and Kaynak 1998, via scikit-learn)."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return _split(x, y)


def _split(x: NDArray[np.float64], y: NDArray[np.int64]) -> Split:
    """A quarter for the test; statistics of the train part standardise both."""
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.25, random_state=0)
    scaler = StandardScaler().fit(train_x)
    return Split(
        scaler.transform(train_x).astype(np.float32),
        train_y.astype(np.int64),
        scaler.transform(test_x).astype(np.float32),
        test_y.astype(np.int64),
    )


_LOADERS: dict[str, Callable[[], Split]] = {"digits": _digits}
