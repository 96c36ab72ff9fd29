"""MNIST and CIFAR-10 from OpenML, through scikit-learn, where the network allows it."""

import os
import socket
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import numpy as np

from skipviz.data.errors import DataError
from skipviz.data.split import Array
from skipviz.language import _

SAMPLES = 12_000  # that are used, of 60,000 or 70,000
PATIENCE = 20.0  # seconds for an answer of the server, where the network swallows the question
PLACE = "openml.org"

_KEPT_AS = {"mnist": "mnist", "mnist_images": "mnist", "cifar10": "cifar10"}
"""Data set -> the file that its samples are kept in."""
_FAILURES = (OSError, ValueError, KeyError, EOFError, HTTPException, zlib.error)


def mnist() -> tuple[Array, Array]:
    """x (12000, 784) in [0, 255], y (12000,)."""
    return _kept("mnist", lambda: _openml("MNIST", 554))


def cifar10() -> tuple[Array, Array]:
    """x (12000, 3, 32, 32) in [0, 255], y (12000,)."""
    x, y = _kept("cifar10", lambda: _openml("CIFAR-10", 40927))
    return x.reshape(-1, 3, 32, 32), y


def at_hand(name: str) -> bool:
    """Whether a data set can be loaded without a network; neither asks nor loads anything."""
    return name not in _KEPT_AS or _path(_KEPT_AS[name]).is_file()


def _openml(title: str, number: int) -> tuple[Array, Array]:
    """Takes minutes, once; scikit-learn's faster parser fails with some versions of pandas."""
    from sklearn.datasets import fetch_openml

    try:
        with _patience():
            found = fetch_openml(data_id=number, as_frame=False, parser="liac-arff", n_retries=1)
    except _FAILURES as error:
        raise DataError(
            _(
                "{title} could not be downloaded from {place} ({reason}). Choose data that come "
                "with the app, such as digits, or load a file of your own.",
                title=title,
                place=PLACE,
                reason=_reason(error),
            )
        ) from None
    chosen = np.random.RandomState(0).permutation(len(found.data))[:SAMPLES]
    return found.data[chosen].astype(np.uint8), found.target[chosen].astype(np.int64)


@contextmanager
def _patience() -> Iterator[None]:
    """No connection made meanwhile waits for ever; scikit-learn takes no bound of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _reason(error: BaseException) -> str:
    """Why, in the words of the system, without the names of exceptions."""
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        return _reason(error.reason)
    if isinstance(error, TimeoutError):
        return _("no answer within {seconds} seconds", seconds=f"{PATIENCE:.0f}")
    return getattr(error, "strerror", None) or str(getattr(error, "reason", None) or error)


def _kept(name: str, make: Callable[[], tuple[Array, Array]]) -> tuple[Array, Array]:
    """Read the samples that are used from a file beside scikit-learn's, or make and keep them."""
    path = _path(name)
    if not path.is_file():
        x, y = make()
        _keep(path, x, y)
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["x"], arrays["y"]


def _keep(path: Path, x: Array, y: Array) -> None:
    """All of the file or none of it; DataError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez_compressed(file, x=x, y=y)
        Path(file.name).replace(path)
    except OSError as error:
        raise DataError(
            _(
                "What was downloaded could not be kept in {folder} ({reason}). Let "
                "SCIKIT_LEARN_DATA name a folder that can be written.",
                folder=path.parent,
                reason=_reason(error),
            )
        ) from None


def _path(name: str) -> Path:
    """Beside scikit-learn's files: its `get_data_home`, without importing it."""
    home = os.environ.get("SCIKIT_LEARN_DATA", "~/scikit_learn_data")
    return Path(home).expanduser() / f"skipviz-{name}.npz"
