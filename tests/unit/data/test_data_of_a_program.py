"""Data frames, arrays, tensors and data sets of other packages become data to train on."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import Dataset, TensorDataset

from skipviz.data import DataError, from_csv, from_npz, from_python
from skipviz.network import Network
from skipviz.training import train
from tests.unit.data.test_own_data import npz

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(24, 3))
TWO = np.arange(24) % 2
FRAME = pd.DataFrame(
    {
        "animal": np.array(["cat", "dog"])[TWO],
        "age": [None if k % 6 == 0 else k / 3 for k in range(24)],
        "sex": pd.Categorical(["f", "m"] * 12),
        "tame": [k % 3 == 0 for k in range(24)],
        "seen": pd.date_range("2024-01-01", periods=24),
    }
)


def same(one: Any, other: Any) -> None:
    for part in ("train_x", "train_y", "test_x", "test_y"):
        np.testing.assert_array_equal(getattr(one.split, part), getattr(other.split, part))


def test_a_data_frame_is_read_as_its_file_is() -> None:
    own = from_python(FRAME, target="animal")
    assert own.info.read_as == (
        "20 rows, 3 features ('sex' as 2 categories), 2 classes of 'animal'; 4 rows with gaps "
        "dropped; left out: 'seen' (dates)."
    )
    assert own.info.features == ("age", "sex = f", "sex = m", "tame")
    same(own, from_csv(FRAME.astype({"tame": int}).to_csv(index=False).encode(), target=0))


def test_several_targets_are_named() -> None:
    own = from_python({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2]}, target=["c", "a"])
    assert own.info.targets == ("c", "a")
    assert (own.info.outputs, own.info.features) == (2, ("b",))


def test_a_frame_without_a_target_is_asked_as_a_file_is() -> None:
    one_of_words = FRAME.drop(columns="sex")
    assert from_python(one_of_words, gaps="fill").info.targets == ("animal",)


class Pairs(Dataset[tuple[torch.Tensor, int]]):
    def __len__(self) -> int:
        return 24

    def __getitem__(self, k: int) -> tuple[torch.Tensor, int]:
        return torch.from_numpy(X[k]), int(TWO[k])


@pytest.mark.parametrize(
    "data",
    [
        (X, TWO),
        (torch.from_numpy(X), torch.from_numpy(TWO)),
        TensorDataset(torch.from_numpy(X), torch.from_numpy(TWO)),
        Pairs(),
        (X.tolist(), TWO.tolist()),
    ],
    ids=["arrays", "tensors", "TensorDataset", "Dataset", "lists"],
)
def test_pairs_are_read_as_their_file_is(data: Any) -> None:
    same(from_python(data), from_npz(npz(x=X, y=TWO)))


def test_words_of_an_array_of_objects_are_classes() -> None:
    own = from_python((X, np.array(["a", "b"], dtype=object)[TWO]))
    assert own.info.classes == ("a", "b")


class Named:
    """A feature of Hugging Face with names for its classes."""

    names = ("tabby", "poodle")


class HuggingFace:
    """What a `datasets.Dataset` can do, as far as it is used."""

    column_names = ("weight", "label")
    features: dict[str, Any] = {"weight": object(), "label": Named()}  # noqa: RUF012

    def with_format(self, kind: None) -> "HuggingFace":
        assert kind is None
        return self

    def __getitem__(self, name: str) -> list[Any]:
        return {"weight": X[:, 0].tolist(), "label": TWO.tolist()}[name]


def test_a_data_set_of_hugging_face_has_its_classes_named() -> None:
    own = from_python(HuggingFace())
    assert own.info.classes == ("poodle", "tabby")
    assert own.info.read_as == "24 rows, 1 feature, 2 classes of 'label'."


@pytest.mark.parametrize(
    ("data", "how", "message"),
    [
        (FRAME, {"target": "colour"}, "There is no column 'colour'; there are 'animal', 'age'"),
        ({"a": [1, 2], "b": [1]}, {}, "Columns have [1, 2] rows. Give all as many."),
        ({"a": [[1]] * 9, "b": [1] * 9}, {}, "Column 'a' holds list, and a cell is a number"),
        (7, {}, "Data of the type int cannot be read. Give a data frame"),
        ((X, TWO), {"target": 0}, "Only tables have columns to choose as a target."),
        ((X, TWO[:5]), {}, "x has 24 samples and y has 5."),
        (([[1], [1, 2]] * 9, TWO), {}, "Samples differ in their shape. Bring all to one."),
        (TensorDataset(torch.zeros(9, 2)), {}, "A TensorDataset needs two tensors"),
        ((np.array([object()] * 9), TWO[:9]), {}, "x is of object, which is no number."),
        ([(torch.zeros(k), 1) for k in range(9)], {}, "Samples of x have 9 different shapes."),
        ([1, 2, 3], {}, "Samples of a data set have to be pairs (x, y)."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(
    data: Any, how: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError) as refused:
        from_python(data, **how)
    assert message in str(refused.value)


def test_a_network_is_trained_on_them() -> None:
    own = from_python((X, np.column_stack([X[:, 0], X.sum(1)])))
    assert train(Network.mlp(2, 8), data=own, steps=2).info.outputs == 2
