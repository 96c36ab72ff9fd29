"""Sequences whose class is the symbol that came first: what has to be kept while more comes in."""

import numpy as np

from skipviz.data.split import Array

SAMPLES, POSITIONS, SYMBOLS = 2_000, 10, 4


def recall() -> tuple[Array, Array]:
    """x (samples, positions, symbols), a 1 for the symbol at each position; y the first symbol.

    After the memory tasks of Hochreiter and Schmidhuber 1997; drawn with seed 0.
    """
    drawn = np.random.default_rng(0).integers(SYMBOLS, size=(SAMPLES, POSITIONS))
    return np.eye(SYMBOLS, dtype=np.float32)[drawn], drawn[:, 0]
