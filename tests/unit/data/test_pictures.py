"""Pictures of data sets: what is drawn are samples of them, and what is said is so."""

import base64
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skipviz import data
from skipviz.data import from_csv, from_npz, pictures
from skipviz.data.pictures import own_pictures, pictures_of
from skipviz.data.sonnets import TEXT
from tests.unit.data.test_downloads import home, put  # noqa: F401
from tests.unit.data.test_own_data import npz

LOCAL = [name for name in data.names() if data.info(name).group != "Downloads"]


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8)


@pytest.mark.parametrize("name", LOCAL)
def test_the_words_say_how_many_samples_there_are(name):
    shown, split, info = pictures_of(name), data.load(name), data.info(name)
    train, test = len(split.train_x), len(split.test_x)
    assert shown.split == f"{train:,} to train on, {test:,} to test"
    assert shown.line.startswith(f"{train + test:,} ")
    if info.task == "classification" and info.vocabulary is None:
        assert shown.line.endswith(f", {len(np.unique(split.train_y))} classes")


def test_the_lines_read_well():
    lines = {name: pictures_of(name).line for name in LOCAL}
    assert lines["digits"] == lines["digits_pixels"] == "1,797 images 8×8, 10 classes"
    assert lines["digits_denoising"] == "1,797 noisy images 8×8 to clean"
    assert lines["circles"] == "1,000 points, 2 classes"
    assert lines["sine"] == "1,000 points, a number to predict"
    assert lines["breast_cancer"] == "569 tumours by 30 numbers, 2 classes"
    assert lines["sonnets"] == "1,215 windows of 32 letters"
    assert lines["vowels"] == "1,200 vowels of 256 steps, 10 classes"


@pytest.mark.parametrize("name", ["digits", "digits_images", "digits_rows"])
def test_a_digit_of_each_class_is_drawn_as_it_was_written(name):
    digits = load_digits()
    train_x, _, train_y, _ = train_test_split(
        digits.images, digits.target, test_size=0.25, random_state=0
    )
    for k, tile in enumerate(pictures_of(name).samples["tiles"]):
        drawn = numbers(tile["values"]).reshape(8, 8)
        of_class = train_x[train_y == k]
        nearest = np.linalg.norm((of_class - of_class.mean(0)).reshape(-1, 64), axis=1).argmin()
        np.testing.assert_array_equal(drawn, np.round(of_class[nearest] / 16 * 255))
        assert tile["name"] == str(k)


def test_points_keep_their_places_and_classes():
    split, drawn = data.load("circles"), pictures_of("circles").samples
    points = numbers(drawn["values"]).reshape(-1, 3)
    assert drawn["classes"]
    np.testing.assert_array_equal(points[:, 2], split.train_y[: len(points)])
    for axis in (0, 1):
        shown, given_x = points[:, axis].astype(float), split.train_x[: len(points), axis]
        assert np.corrcoef(shown, given_x)[0, 1] > 0.9999


def test_a_quantity_is_the_colour_of_a_point_of_the_plane_and_the_height_on_a_line():
    plane, sine = (pictures_of(name).samples for name in ("plane", "sine"))
    colours = numbers(plane["values"]).reshape(-1, 3)[:, 2].astype(float)
    wanted = data.load("plane").train_y[: len(colours)]
    np.testing.assert_allclose(colours, (wanted.clip(-2.5, 2.5) / 5 + 0.5) * 255, atol=0.51)
    heights = numbers(sine["values"]).reshape(-1, 3)[:, 1].astype(float)
    assert np.corrcoef(heights, data.load("sine").train_y[: len(heights)])[0, 1] > 0.9999


def test_rows_of_a_table_are_samples_of_it_sorted_by_class():
    split, drawn = data.load("wine"), pictures_of("wine").samples
    kinds, cells = numbers(drawn["kinds"]), numbers(drawn["values"]).reshape(-1, 13)
    assert kinds.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    given_x = np.round((split.train_x.astype(float).clip(-2.5, 2.5) / 5 + 0.5) * 255)
    for kind, row in zip(kinds, cells, strict=True):
        same = (given_x == row).all(1)
        assert split.train_y[same].tolist() == [kind]


def test_windows_of_text_are_followed_by_the_letter_marked():
    for window, following in pictures_of("sonnets").samples["lines"]:
        assert window + following in TEXT


def test_pairs_show_the_noisy_image_above_the_clean_one():
    split = data.load("digits_denoising")
    tiles = [numbers(tile["values"]) for tile in pictures_of("digits_denoising").samples["tiles"]]
    for k in range(5):
        for drawn, given_x in ((tiles[k], split.train_x), (tiles[5 + k], split.train_y)):
            assert np.corrcoef(drawn.astype(float), given_x[k].ravel())[0, 1] > 0.999


@pytest.mark.parametrize("name", LOCAL)
def test_a_stamp_holds_less_of_the_same(name):
    shown = pictures_of(name)
    assert shown.stamp["kind"] == shown.samples["kind"]
    assert len(json.dumps(shown.stamp)) < min(len(json.dumps(shown.samples)), 500)


@pytest.mark.parametrize("name", ["mnist", "mnist_images", "cifar10"])
def test_what_has_to_be_downloaded_is_drawn_once_it_is_here(home, name):  # noqa: F811
    assert pictures_of(name) is None
    assert not list(home.iterdir())
    pixels = put(home, name.removesuffix("_images"))
    data.load(name)
    pictures._known.cache_clear()
    shown = pictures_of(name)
    pictures._known.cache_clear()
    assert shown.line.startswith(f"{len(pixels)} images ")
    assert len(shown.samples["tiles"]) == 10
    assert len(json.dumps(shown.samples)) < 11_500
    assert len(json.dumps(shown.stamp)) < 1_300


def test_own_images_tables_and_targets_are_drawn():
    random = np.random.default_rng(0)
    colour = from_npz(npz(x=random.random((20, 3, 16, 20)), y=np.arange(20) % 4))
    drawn = own_pictures(colour)
    assert drawn.line == "20 images 16×20 in colour, 4 classes"
    assert drawn.samples["width"] * drawn.samples["height"] * 3 <= 784
    many = from_npz(npz(x=random.random((20, 8, 6, 6)), y=random.random(20)))
    assert own_pictures(many).line == "20 images 6×6 of 8 channels, a number to predict"
    assert (
        own_pictures(many).note
        == "From the lowest to the highest number to predict. Channel 1 of 8."
    )
    one_hot = from_csv(b"\n".join(b"%d,%d,%d" % (k % 3 == 0, k % 3 == 1, k % 3) for k in range(30)))
    assert own_pictures(one_hot).samples["kind"] == "points"
    table = from_csv(
        b"\n".join(b",".join([b"%d"] * 61) % (*range(k, k + 60), k % 2) for k in range(30))
    )
    assert "the first 40 of 60 numbers" in own_pictures(table).note
    assert own_pictures(table) is own_pictures(table)


@given(
    shape=st.lists(st.integers(1, 10), min_size=1, max_size=3),
    classes=st.integers(2, 30),
    quantity=st.booleans(),
    seed=st.integers(0, 9),
)
def test_data_of_any_shape_can_be_drawn_and_sent(shape, classes, quantity, seed):
    random = np.random.default_rng(seed)
    y = random.random(60) if quantity else np.arange(60) % classes
    content = npz(x=random.normal(size=(60, *shape)), y=y)
    shown = own_pictures(from_npz(content, channels="first"))
    assert len(json.dumps(vars(shown))) < 13_000  # of the 15,000 that a page sends
    assert re.match(r"60 ", shown.line)
    for text in re.findall(r'"(?:values|kinds)": "([^"]*)"', json.dumps(shown.samples)):
        assert len(numbers(text)) > 0


def test_several_targets_masks_and_labels_at_every_step_are_drawn() -> None:
    random = np.random.default_rng(0)
    table, waves = random.normal(size=(40, 5)), random.normal(size=(40, 9, 1))
    several = own_pictures(from_npz(npz(x=table, y=table[:, :3] ** 2)))
    assert several.line == "40 samples by 5 numbers, 3 numbers to predict"
    assert several.note.endswith("At the left 'target 1', to be predicted.")
    images = random.random((40, 3, 6, 6))
    masks = own_pictures(from_npz(npz(x=images, y=images[:, 0] > 0.5)))
    assert masks.line == "40 images 6×6 in colour, 2 classes for each of the pixels"
    lower = [numbers(tile["values"]) for tile in masks.samples["tiles"][5:]]
    assert all(set(tile) == {0, 255} for tile in lower)  # each pixel is one of two classes
    steps = own_pictures(from_npz(npz(x=waves, y=waves[..., 0] > 0)))
    assert steps.line == "40 samples of 9 steps, 2 classes for each of the positions"
    assert steps.note == "The first of the training part, step by step."
