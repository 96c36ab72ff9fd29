"""The data sets that come with the app: what is said of them is so, and they never change."""

import subprocess
import sys
import zlib

import numpy as np
import pytest

from skipviz import data
from skipviz.data import vowels
from skipviz.data.loading import LOADERS

LOCAL = [name for name in data.names() if not name.startswith(("mnist", "cifar"))]


@pytest.fixture(scope="module", params=LOCAL)
def loaded(request: pytest.FixtureRequest):
    return data.info(request.param), data.load(request.param)


def test_every_set_of_the_catalogue_can_be_loaded_and_no_other():
    assert set(LOADERS) == set(data.names())


def test_shapes_and_types_are_those_of_the_catalogue(loaded):
    info, split = loaded
    assert split.train_x.shape[1:] == split.test_x.shape[1:] == info.input_shape
    assert len(split.train_x) == len(split.train_y)
    assert len(split.test_x) == len(split.test_y)
    assert split.train_x.dtype == (np.float32 if info.vocabulary is None else np.int64)
    assert split.train_y.dtype == (np.int64 if info.task == "classification" else np.float32)
    assert np.isfinite(split.train_x).all()


def test_labels_are_the_classes_and_chance_is_the_most_frequent(loaded):
    info, split = loaded
    labels = np.concatenate([split.train_y, split.test_y]).ravel()
    if info.task == "regression":
        assert (info.chance, info.score) == (0, "R²")
        assert split.train_y.mean() == pytest.approx(0, abs=1e-5)
        assert split.train_y.std() == pytest.approx(1, abs=1e-5)
        return
    assert set(np.unique(labels)) == set(range(info.outputs))
    assert np.bincount(labels).max() / len(labels) == pytest.approx(info.chance, abs=0.04)
    shares = np.bincount(labels) / len(labels)
    assert -(shares * np.log(shares)).sum() == pytest.approx(info.guessing, abs=0.003)
    assert not info.classes or len(info.classes) == info.outputs


def test_quantities_are_standardised_on_the_train_part(loaded):
    info, split = loaded
    if info.vocabulary is None and info.name != "digits_denoising":
        assert split.train_x.mean() == pytest.approx(0, abs=1e-5)
        assert split.train_x.std() == pytest.approx(1, abs=0.06)  # pixels that never change


def test_a_quarter_is_for_the_test_and_no_sample_is_in_both(loaded):
    info, split = loaded
    total = len(split.train_x) + len(split.test_x)
    assert len(split.test_x) / total == pytest.approx(0.25, abs=0.01)
    if info.vocabulary is None:
        train = {zlib.crc32(sample.tobytes()) for sample in split.train_x}
        test = {zlib.crc32(sample.tobytes()) for sample in split.test_x}
        assert len(train & test) <= 1


def test_loading_twice_gives_the_same_numbers(loaded):
    info, split = loaded
    again = data.load(info.name)
    for one, other in zip(vars(split).values(), vars(again).values(), strict=True):
        assert np.array_equal(one, other)


def test_digits_are_those_of_the_split_everybody_uses():
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    x, y = load_digits(return_X_y=True)
    train_x, test_x, _, test_y = train_test_split(x, y, test_size=0.25, random_state=0)
    scaler = StandardScaler().fit(train_x)
    split = data.load("digits")
    np.testing.assert_allclose(split.test_x, scaler.transform(test_x), atol=1e-5)
    np.testing.assert_array_equal(split.test_y, test_y)


def test_digits_come_as_vectors_images_rows_and_pixels_of_the_same_numbers():
    flat = data.load("digits").train_x
    for name in ("digits_images", "digits_rows", "digits_pixels"):
        np.testing.assert_array_equal(data.load(name).train_x.reshape(len(flat), -1), flat)


def test_denoising_wants_the_digit_without_the_noise():
    split = data.load("digits_denoising")
    noise = split.train_x - split.train_y
    assert split.train_y.shape == split.train_x.shape
    assert noise.std() == pytest.approx(0.7, abs=0.01)


def test_every_letter_is_followed_by_the_next_one():
    split = data.load("sonnets")
    np.testing.assert_array_equal(split.train_x[:, 1:], split.train_y[:, :-1])


def test_vowels_sound_at_their_formants():
    """Around the published first formant there is more than twice the mean energy."""
    x, y = vowels.vowels()
    spectrum = np.abs(np.fft.rfft(x[..., 0] * np.hanning(x.shape[1]))) ** 2
    hertz = np.fft.rfftfreq(x.shape[1], 1 / vowels.RATE)
    for vowel in range(10):
        mean = spectrum[y == vowel].mean(0)
        low = min(kind[vowel][1] for kind in (vowels.MEN, vowels.WOMEN, vowels.CHILDREN))
        high = max(kind[vowel][1] for kind in (vowels.MEN, vowels.WOMEN, vowels.CHILDREN))
        near = (hertz > 0.8 * low) & (hertz < 1.2 * high)
        assert mean[near].mean() > 2 * mean.mean()


def test_information_needs_neither_scikit_learn_nor_torch():
    code = (
        "import sys; from skipviz import data; [data.info(name) for name in data.names()];"
        "assert not {'sklearn', 'torch'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(ValueError, match=r"There is no data set 'nothing'\. Known are digits, "):
        data.info("nothing")
    with pytest.raises(ValueError, match="data of your own"):
        data.info("own")
