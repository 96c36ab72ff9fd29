"""Noise on points of a plane and the share for the test, of built-in data and of one's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from skipviz import data
from skipviz.data import from_csv, from_points, samples, shipped
from skipviz.data.pictures import own_pictures, pictures_of
from skipviz.data.split import TEST_SHARE, drawn, noisy
from skipviz.data.toys import circles
from skipviz.settings import Settings

LOCAL = [name for name in data.names() if data.at_hand(name)]
PLANAR = [name for name in LOCAL if data.info(name).planar]


def same(one, other):
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_the_share_that_is_not_chosen_is_that_of_the_settings() -> None:
    assert Settings().test_share == TEST_SHARE


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_every_set_has_such_a_share_for_the_test(name: str, share: float) -> None:
    split = data.load(name, test_share=share)
    total = len(split.train_x) + len(split.test_x)
    assert len(split.test_x) / total == pytest.approx(share, abs=0.02)
    assert split.train_x.shape[1:] == split.test_x.shape[1:] == data.info(name).input_shape
    assert (len(split.train_y), len(split.test_y)) == (len(split.train_x), len(split.test_x))


def test_the_samples_are_those_that_scikit_learn_draws() -> None:
    x, y = shipped.wine()
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.4, random_state=0)
    split = data.load("wine", test_share=0.4)
    mean, deviation = train_x.mean(0), train_x.std(0)
    np.testing.assert_allclose(split.train_x, (train_x - mean) / deviation, atol=1e-5)
    np.testing.assert_allclose(split.test_x, (test_x - mean) / deviation, atol=1e-5)
    assert np.array_equal(split.train_y, train_y)
    assert np.array_equal(split.test_y, test_y)


def test_no_window_of_the_text_has_letters_of_both_parts() -> None:
    split = data.load("sonnets", test_share=0.5)
    quarter = data.load("sonnets")
    assert np.array_equal(split.train_x[0], quarter.train_x[0])
    assert np.array_equal(split.train_x, quarter.train_x[: len(split.train_x)])


@pytest.mark.parametrize("name", PLANAR)
def test_noise_moves_points_and_nothing_else(name: str) -> None:
    clean, moved = data.load(name), data.load(name, noise=0.5)
    assert np.array_equal(clean.train_y, moved.train_y)
    assert not np.allclose(clean.train_x, moved.train_x, atol=0.1)
    np.testing.assert_allclose(moved.train_x.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(moved.train_x.std(0), 1, atol=1e-5)


def test_its_deviation_is_so_many_times_that_of_the_points() -> None:
    x, _ = circles()
    moved = noisy(x, 0.5)
    np.testing.assert_allclose((moved - x).std(0), 0.5 * x.std(0), rtol=0.1)
    np.testing.assert_allclose(noisy(x, 1.0) - x, 2 * (moved - x), rtol=1e-9)
    correlation = np.corrcoef(x[:, 0], (moved - x)[:, 0])[0, 1]
    assert abs(correlation) < 0.1


@pytest.mark.parametrize("name", [name for name in LOCAL if name not in PLANAR])
def test_other_data_have_no_noise(name: str) -> None:
    assert same(data.load(name), data.load(name, noise=0.5))
    assert pictures_of(name, 0.5) is pictures_of(name)


@given(rows=st.integers(20, 60), share=st.floats(0.05, 0.7))
def test_own_data_are_divided_as_if_they_had_been_read_so(rows: int, share: float) -> None:
    values = np.random.default_rng(rows).normal(size=(rows, 3)).round(3)
    text = "\n".join(f"{a},{b},{c},{k % 2}" for k, (a, b, c) in enumerate(values))
    own = from_csv(text.encode())
    split = own.with_share(0.0, share)
    tests = min(int(np.ceil(share * rows)), rows - 1)
    order = np.random.RandomState(0).permutation(rows)
    train = values[order[tests:]]
    deviation = np.where(train.std(0) > 0, train.std(0), 1)
    expected = (values[order[:tests]] - train.mean(0)) / deviation
    assert (len(split.test_x), len(split.train_x)) == (tests, rows - tests)
    np.testing.assert_allclose(split.test_x, expected, rtol=1e-3, atol=1e-3)
    assert np.array_equal(split.train_y, (np.arange(rows) % 2)[order[tests:]])


def test_own_points_take_noise_and_are_left_alone_without() -> None:
    own = from_points([(k % 5, k % 7, k % 2) for k in range(40)])
    assert own.with_share(0.0, TEST_SHARE) is own.split
    moved = own.with_share(0.3, TEST_SHARE)
    assert np.array_equal(moved.train_y, own.split.train_y)
    assert not np.allclose(moved.train_x, own.split.train_x, atol=0.05)
    np.testing.assert_allclose(moved.train_x.std(0), 1, atol=1e-5)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.6])
def test_images_of_the_test_part_are_those_of_its_split(share: float) -> None:
    split, which = data.load("digits", test_share=share), [0, 7, 150]
    images = samples.tested(data.info("digits"), split, which).reshape(3, 64)
    x = shipped.digits()[0]
    train = x[drawn(len(x), share)[0]]
    deviation = np.where(train.std(0) > 0, train.std(0), 1)
    np.testing.assert_allclose(
        split.test_x[which], (images - train.mean(0)) / deviation, rtol=1e-4, atol=1e-5
    )


def test_pictures_show_the_points_as_they_are_trained_on() -> None:
    clean, moved = pictures_of("circles"), pictures_of("circles", 0.5, 0.5)
    assert clean is not None
    assert moved is not None
    assert clean.samples["values"] != moved.samples["values"]
    assert (clean.split, moved.split) == (
        "750 to train on, 250 to test",
        "500 to train on, 500 to test",
    )
    assert moved.note == "Training points. With noise 0.5."
    own = from_points([(k % 5, k % 7, k % 2) for k in range(40)])
    drawn = own_pictures(own, 0.5)
    assert drawn.samples["values"] != own_pictures(own).samples["values"]
    assert own_pictures(own) is own_pictures(own)
