"""MNIST and CIFAR-10: small files in OpenML's format stand for the network."""

import gzip
import hashlib
import json
import multiprocessing
import socket
from email.message import Message
from http.client import IncompleteRead
from pathlib import Path
from urllib.error import HTTPError, URLError

import numpy as np
import pytest
from sklearn.datasets import _openml, get_data_home

from skipviz import data
from skipviz.answers import answer
from skipviz.data import DataError, downloads
from skipviz.jobs.messages import Bounds
from skipviz.jobs.worker import work
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings

NUMBERS = {"mnist": (554, 784), "cifar10": (40927, 3072)}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A data home of our own, and no network."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))

    def no_network(*_args, **_kwargs):
        raise URLError("no route to host")

    monkeypatch.setattr(_openml, "urlopen", no_network)
    return tmp_path


def put(home: Path, name: str, samples: int = 40) -> np.ndarray:
    """Files of OpenML's format in scikit-learn's cache; the pixels they hold."""
    number, width = NUMBERS[name]
    pixels = np.random.default_rng(0).integers(256, size=(samples, width))
    columns = [f"pixel{k}" for k in range(width)]
    lines = [f"@RELATION {name}", *(f"@ATTRIBUTE {c} REAL" for c in columns)]
    lines += ["@ATTRIBUTE class {" + ",".join("0123456789") + "}", "@DATA"]
    lines += [",".join([*map(str, row), str(k % 10)]) for k, row in enumerate(pixels)]
    table = "\n".join(lines).encode()
    url = f"https://www.openml.org/data/v1/download/{number}/{name}.arff"
    described = {
        "id": str(number),
        "name": name,
        "version": "1",
        "format": "ARFF",
        "status": "active",
        "description": "made by a test",
        "file_id": str(number),
        "url": url,
        "default_target_attribute": "class",
        "md5_checksum": hashlib.md5(table).hexdigest(),
    }
    features = [
        {"index": str(k), "name": column, "data_type": "numeric", "is_target": "false"}
        | {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
        for k, column in enumerate(columns)
    ]
    target = {"index": str(width), "name": "class", "data_type": "nominal", "is_target": "true"}
    features.append(features[0] | target)
    quality = {"name": "NumberOfInstances", "value": str(samples)}
    api = home / "openml" / "openml.org" / "api" / "v1" / "json" / "data"
    write(api / f"{number}.gz", {"data_set_description": described})
    write(api / "features" / f"{number}.gz", {"data_features": {"feature": features}})
    write(api / "qualities" / f"{number}.gz", {"data_qualities": {"quality": [quality]}})
    arff = home / "openml" / "openml.org" / "data" / "v1" / "download" / str(number)
    write(arff / f"{name}.arff.gz", table)
    return pixels


def write(path: Path, content: bytes | dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        gzip.compress(content if isinstance(content, bytes) else json.dumps(content).encode())
    )


@pytest.mark.parametrize("name", ["mnist", "mnist_images", "cifar10"])
def test_a_downloaded_set_has_the_shape_it_says(home, name):
    pixels = put(home, name.removesuffix("_images"))
    split = data.load(name)
    assert split.train_x.shape == (30, *data.info(name).input_shape)
    assert set(split.train_y) | set(split.test_y) == set(range(10))
    scale = (split.train_x.max() - split.train_x.min()) * pixels.std()
    assert scale == pytest.approx(pixels.max() - pixels.min(), rel=0.1)


def test_the_samples_are_kept_so_that_the_next_run_needs_no_network(home):
    put(home, "mnist")
    first = data.load("mnist")
    for file in (home / "openml").rglob("*.gz"):
        file.unlink()
    assert np.array_equal(first.train_x, data.load("mnist").train_x)


@pytest.mark.parametrize(("name", "title"), [("mnist", "MNIST"), ("cifar10", "CIFAR-10")])
def test_without_a_network_the_message_says_what_to_do(home, name, title):
    with pytest.raises(DataError) as error:
        data.load(name)
    assert str(error.value).startswith(f"{title} could not be downloaded from openml.org")
    assert "Choose data that come with the app, such as digits" in str(error.value)
    assert not list(home.glob("skipviz-*"))


def test_a_set_is_at_hand_once_its_samples_are_kept(home):
    assert not any(data.at_hand(name) for name in ("mnist", "mnist_images", "cifar10"))
    assert data.at_hand("digits")
    put(home, "mnist")
    data.load("mnist_images")
    assert data.at_hand("mnist")
    assert data.at_hand("mnist_images")
    assert not data.at_hand("cifar10")


def test_what_is_not_at_hand_gives_way_to_the_same_kind_of_samples(home):
    stand_ins = {name: data.stand_in(name) for name in data.names()}
    changed = {name: other for name, other in stand_ins.items() if name != other}
    assert changed == {
        "mnist": "digits",
        "mnist_images": "digits_images",
        "cifar10": "digits_images",
    }
    put(home, "cifar10")
    data.load("cifar10")
    assert data.stand_in("cifar10") == "cifar10"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (URLError(OSError(-3, "Temporary failure in name resolution")), "Temporary failure in"),
        (URLError(TimeoutError("timed out")), "no answer within 20 seconds"),
        (HTTPError("", 503, "Service Unavailable", Message(), None), "Service Unavailable"),
        (IncompleteRead(b"", 10), "IncompleteRead(0 bytes read, 10 more expected)"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
    ],
)
@pytest.mark.usefixtures("home")
def test_the_reason_is_told_in_words(monkeypatch, error, reason):
    def fails(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(_openml, "urlopen", fails)
    with pytest.raises(DataError) as raised:
        data.load("mnist")
    assert str(raised.value).startswith(f"MNIST could not be downloaded from openml.org ({reason}")
    assert "urlopen" not in str(raised.value)


@pytest.mark.usefixtures("home")
def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(monkeypatch):
    bounds = []

    def notes_the_bound(*_args, **_kwargs):
        bounds.append(socket.getdefaulttimeout())
        raise URLError("no route to host")

    monkeypatch.setattr(_openml, "urlopen", notes_the_bound)
    with pytest.raises(DataError):
        data.load("mnist")
    assert set(bounds) == {20.0}
    assert socket.getdefaulttimeout() is None


def test_a_folder_that_cannot_be_written_is_named(home, monkeypatch):
    put(home, "mnist")

    def refuses(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(np, "savez_compressed", refuses)
    with pytest.raises(
        DataError, match=r"could not be kept in .*\(Permission denied\)\. Let SCIKIT"
    ):
        data.load("mnist")
    assert not data.at_hand("mnist")


def test_the_samples_lie_where_scikit_learn_keeps_its_own(home, monkeypatch):
    assert downloads._path("mnist").parent == Path(get_data_home())
    monkeypatch.delenv("SCIKIT_LEARN_DATA")
    monkeypatch.setenv("HOME", str(home))
    assert downloads._path("mnist").parent == Path(get_data_home())


@pytest.mark.usefixtures("home")
def test_a_worker_says_it_in_one_sentence():
    here, there = multiprocessing.Pipe()
    training = Training(Network.mlp(3, 8), Settings(data="mnist", steps=1))
    work(there, answer, training, Bounds())
    report = here.recv()
    assert report.ended
    assert report.error.startswith("MNIST could not be downloaded from openml.org (no route")
