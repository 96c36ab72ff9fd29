"""Which test samples are taken for another class, and how they are shown."""

import base64

import numpy as np
import pytest
import torch

import skipviz as sv
from skipviz import data
from skipviz.data.mistakes import picture_of_mistakes, wrong
from skipviz.data.shipped import digits
from skipviz.data.split import drawn
from skipviz.engine.training.evaluation import evaluated
from skipviz.network import Network


def said_of(name: str, wrongly: dict[int, int]) -> np.ndarray:
    said = data.load(name).test_y.astype(np.int16)
    for sample, taken_for in wrongly.items():
        said[sample] = taken_for
    return said


def test_two_arms_have_a_row_each_and_free_places_stay_free() -> None:
    split, about = data.load("digits"), data.info("digits")
    true = split.test_y
    first, second = said_of("digits", {3: (true[3] + 1) % 10}), said_of("digits", {7: -1})
    made = picture_of_mistakes(about, split, [first, second])
    assert made is not None
    names = [tile["name"] for tile in made["tiles"]]
    assert names[0] == f"{true[3]} → {(true[3] + 1) % 10}"
    assert names[5] == f"{true[7]} → NaN"
    assert [each for k, each in enumerate(names) if k not in (0, 5)] == [""] * 8
    assert [bool(tile["values"]) for tile in made["tiles"]] == [bool(name) for name in names]
    drawn_as = np.frombuffer(base64.b64decode(made["tiles"][0]["values"]), np.uint8)
    pixels, _ = digits()
    image = pixels[drawn(len(pixels))[1][3]]
    assert np.corrcoef(drawn_as, image.ravel())[0, 1] == pytest.approx(1, abs=1e-3)


def test_one_arm_alone_has_both_rows() -> None:
    split = data.load("digits")
    said = ((split.test_y + 1) % 10).astype(np.int16)
    made = picture_of_mistakes(data.info("digits"), split, [said])
    assert made is not None
    assert all(tile["values"] for tile in made["tiles"])
    assert len(made["tiles"]) == 10


@pytest.mark.parametrize("name", ["circles", "breast_cancer"])
def test_numbers_that_are_no_pictures_have_none(name: str) -> None:
    split = data.load(name)
    assert picture_of_mistakes(data.info(name), split, [said_of(name, {})]) is None


def test_what_a_run_says_is_what_its_accuracy_counts() -> None:
    run = sv.train(Network.mlp(3, 16, skips=((1, 3),)), data="digits", steps=20, seeds=2)
    split = data.load("digits")
    for arm in run.arms:
        for seed in (0, 1):
            said = run.predicted(arm, seed)
            assert said is not None
            share = 1 - len(wrong(said, split)) / len(said)
            assert share == pytest.approx(run.accuracy(arm, "test", seed)[-1], abs=1e-6)


def test_quantities_and_sequences_have_no_class_of_a_sample() -> None:
    run = sv.train(Network.mlp(2, 8), data="plane", steps=1, arms=("skip",))
    assert run.predicted("skip") is None


def test_an_output_that_is_no_number_is_no_class() -> None:
    x, y = torch.zeros(4, 2), torch.zeros(4, dtype=torch.int64)

    def model(batch: torch.Tensor) -> torch.Tensor:
        outputs = torch.zeros(*batch.shape[:2], 3)
        outputs[0, 1, 2] = torch.nan
        outputs[1, :, 1] = 1
        return outputs

    found = evaluated(model, 2, x, y).classes
    assert found is not None
    assert found.tolist() == [[0, -1, 0, 0], [1, 1, 1, 1]]
