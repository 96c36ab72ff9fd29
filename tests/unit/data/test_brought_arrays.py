"""Arrays and folders of images: several targets, one-hot labels, masks, channels, parts."""

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skipviz.data import DataError, OwnData, compatibility_problems, from_npz, from_zip
from skipviz.data.files import images
from skipviz.data.files.doors import read_file
from skipviz.data.files.reading import FileRead, ReadFile, Reading
from skipviz.network import Network, apply_edit
from skipviz.training import train

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(24, 3))
PICTURES = RANDOM.random((24, 1, 8, 8))
COLOURED = RANDOM.random((24, 3, 8, 8))
WAVES = RANDOM.normal(size=(24, 10, 2))
TWO = np.arange(24) % 2
MASKS = (PICTURES[:, 0] > 0.5).astype(int)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


READ: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int, ...], int, str]] = {
    "four targets": (
        {"x": ROWS, "y": RANDOM.normal(size=(24, 4))}, {}, (3,), 4,
        "24 samples, 3 features, 4 numbers to predict: 'target 1', 'target 2', 'target 3' and "
        "'target 4'."),
    "a column of labels": (
        {"X": ROWS, "y": TWO[:, None]}, {}, (3,), 2, "24 samples, 3 features, 2 classes."),
    "words": (
        {"x": ROWS, "y": np.array(["cat", "dog"])[TWO]}, {}, (3,), 2,
        "24 samples, 3 features, 2 classes."),
    "truths": ({"x": ROWS, "y": TWO == 1}, {}, (3,), 2, "24 samples, 3 features, 2 classes."),
    "one-hot": (
        {"x": ROWS, "y": np.eye(3)[np.arange(24) % 3]}, {}, (3,), 3,
        "24 samples, 3 features, 3 classes; one-hot labels."),
    "one-hot as numbers": (
        {"x": ROWS, "y": np.eye(3)[np.arange(24) % 3]}, {"task": "regression"}, (3,), 3,
        "24 samples, 3 features, 3 numbers to predict: 'target 1', 'target 2' and 'target 3'."),
    "classes as numbers": (
        {"x": ROWS, "y": TWO}, {"task": "regression"}, (3,), 1,
        "24 samples, 3 features, a number to predict."),
    "masks": (
        {"x": PICTURES, "y": MASKS}, {}, (1, 8, 8), 2,
        "24 samples, images 8×8 of 1 channel, channels first, 2 classes for each of the pixels."),
    "masks of one channel": (
        {"images": PICTURES, "masks": MASKS[:, None]}, {}, (1, 8, 8), 2,
        "24 samples, images 8×8 of 1 channel, channels first, 2 classes for each of the pixels."),
    "one-hot masks, channels last": (
        {"x": COLOURED.transpose(0, 2, 3, 1), "y": np.eye(2)[MASKS]}, {}, (3, 8, 8), 2,
        "24 samples, images 8×8 of 3 channels, channels last, 2 classes for each of the pixels."),
    "masks of images without channels": (
        {"x": PICTURES[:, 0], "y": MASKS}, {}, (1, 8, 8), 2,
        "24 samples, images 8×8, 2 classes for each of the pixels."),
    "a label at every step": (
        {"x": WAVES, "y": (WAVES[..., 0] > 0).astype("u1")}, {}, (10, 2), 2,
        "24 samples, sequences of 10 steps of 2 numbers, 2 classes for each of the positions."),
    "a number at every step": (
        {"x": WAVES, "y": WAVES[..., 0]}, {}, (10, 2), 1,
        "24 samples, sequences of 10 steps of 2 numbers, a number to predict for each of the "
        "positions."),
    "images from images": (
        {"x": COLOURED, "y": 1 - COLOURED}, {}, (3, 8, 8), 3,
        "24 samples, images 8×8 of 3 channels, channels first, a number to predict for each of the "
        "pixels."),
    "channels last": (
        {"x": COLOURED.transpose(0, 2, 3, 1), "y": TWO}, {}, (3, 8, 8), 2,
        "24 samples, images 8×8 of 3 channels, channels last, 2 classes."),
    "many channels, said to be last": (
        {"x": np.zeros((24, 5, 6, 7)) + ROWS[:, 0, None, None, None], "y": TWO},
        {"channels": "last"}, (7, 5, 6), 2,
        "24 samples, images 5×6 of 7 channels, channels last, 2 classes."),
    "three axes said to be images": (
        {"x": PICTURES[:, 0], "y": TWO}, {"axes": "images"}, (1, 8, 8), 2,
        "24 samples, images 8×8, 2 classes."),
    "parts": (
        {"x_train": ROWS[:16], "y_train": TWO[:16], "x_test": ROWS[16:], "y_test": TWO[16:]}, {},
        (3,), 2,
        "24 samples, 3 features, 2 classes; the last 8 for the test, as the file has them."),
    "a part for validation": (
        {"X_train": ROWS[:18], "y_train": TWO[:18], "X_val": ROWS[18:], "y_val": TWO[18:]}, {},
        (3,), 2,
        "24 samples, 3 features, 2 classes; the last 6 for the test, as the file has them."),
    "a part to train alone": (
        {"x_train": ROWS, "y_train": TWO}, {}, (3,), 2, "24 samples, 3 features, 2 classes."),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_arrays_are_read_and_the_sentence_is_true(name: str) -> None:
    arrays, how, shape, outputs, sentence = READ[name]
    own = from_npz(npz(**arrays), **how)
    assert (own.info.input_shape, own.info.outputs) == (shape, outputs)
    assert own.info.read_as == sentence
    assert own.split.train_x.shape[1:] == shape
    assert len(own.split.train_x) + len(own.split.test_x) == 24


REFUSED: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "channels that may be either": (
        {"x": np.zeros((24, 3, 3, 3)), "y": TWO},
        ("x has the shape 24×3×3×3: say whether channels come first (3 of them, 3×3 pixels) or "
         "last", "first")),
    "channels of which none is likely": (
        {"x": np.zeros((24, 5, 6, 7)), "y": TWO}, ("say whether channels come first", "last")),
    "objects": (
        {"x": ROWS, "y": np.array([None] * 24)}, ("y cannot be read", "save numbers")),
    "other names": (
        {"a": ROWS, "b": TWO}, ("has no array 'x'; it has ['a', 'b']", "x_train, y_train")),
    "a target of another shape": (
        {"x": WAVES, "y": np.zeros((24, 3, 4))}, ("y has the shape 24×3×4", "Save it in one")),
    "masks of another size": (
        {"x": PICTURES, "y": MASKS[:, :4]}, ("y has the shape 24×4×8", "for each position (8×8)")),
    "words in two axes": (
        {"x": ROWS, "y": np.array([["a", "b"]] * 24)}, ("words along 2 axes", "Save one label")),
    "parts that differ": (
        {"x_train": ROWS, "y_train": TWO, "x_test": ROWS[:, :2], "y_test": TWO},
        ("differ in their shape", "Save all in one shape")),
    "a constant target": (
        {"x": ROWS, "y": np.column_stack([ROWS[:, 0], np.full(24, 0.5)])},
        ("all of 'target 2' are 0.5", "Choose another target")),
    "masks of one class": (
        {"x": PICTURES, "y": MASKS * 0}, ("they have 1", "whole number for each class")),
    "samples that are too large": (
        {"x": np.zeros((24, 3, 80, 80), "u1"), "y": TWO}, ("rows of 19200 numbers", "smaller ones")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_arrays_are_refused_with_a_way_out(name: str) -> None:
    arrays, (where, way) = REFUSED[name]
    with pytest.raises(DataError) as refused:
        from_npz(npz(**arrays))
    assert where in str(refused.value)
    assert way in str(refused.value)


def last_of(name: str, content: bytes, reading: Reading | None = None) -> FileRead:
    *_, last = read_file(ReadFile(name, content, reading or Reading()))
    assert isinstance(last, FileRead)
    return last


def test_where_channels_may_be_either_both_are_offered_with_their_shapes() -> None:
    found = last_of("mine.npz", npz(x=np.zeros((24, 3, 5, 4)), y=TWO))
    assert found.own is None
    (choice,) = found.choices
    assert choice.options == (
        ("first", "first: 3 channels of 5×4 pixels"), ("last", "last: 4 channels of 3×5 pixels"),
    )  # fmt: skip


def test_channels_that_come_last_are_moved_and_no_number_is() -> None:
    first = from_npz(npz(x=COLOURED, y=TWO))
    last = from_npz(npz(x=COLOURED.transpose(0, 2, 3, 1), y=TWO))
    np.testing.assert_array_equal(first.split.train_x, last.split.train_x)


def test_the_parts_of_the_file_stay_apart() -> None:
    x = np.arange(24.0)[:, None]
    own = from_npz(npz(x_train=x[:16], y_train=TWO[:16], x_test=x[16:], y_test=TWO[16:]))
    train, test = own.split.train_x[:, 0], own.split.test_x[:, 0]
    assert train.max() < test.min()
    assert sorted(np.argsort(train)) == list(range(16))


@given(st.integers(2, 5), st.integers(1, 4), st.booleans())
def test_one_hot_masks_are_their_classes(classes: int, channels: int, last: bool) -> None:
    x = np.random.default_rng(classes).random((9, channels, 6, 7))
    y = np.random.default_rng(channels).integers(classes, size=(9, 6, 7))
    y[0, 0, :classes] = range(classes)
    hot = np.eye(classes, dtype=int)[y]
    plain = from_npz(npz(x=x, y=y), channels="first")
    other = from_npz(npz(x=x, y=hot if last else np.moveaxis(hot, -1, 1)), channels="first")
    np.testing.assert_array_equal(plain.split.train_y, other.split.train_y)
    assert plain.info.chance == pytest.approx(np.bincount(y.ravel()).max() / y.size)


@pytest.mark.parametrize("y", ["masks", "numbers"])
def test_what_has_a_label_at_every_step_wants_a_readout_at_every_step(y: str) -> None:
    labels = WAVES[..., 0] > 0 if y == "masks" else WAVES[..., 0]
    info = from_npz(npz(x=WAVES, y=labels)).info
    network = Network.of(layers=[{"kind": "conv1d", "channels": 4}])
    (problem,) = compatibility_problems(info.resolve(network), info)
    mended = network
    for edit in problem.fixes[0].edits:
        mended = apply_edit(mended, edit)
    assert compatibility_problems(info.resolve(mended), info) == []


def test_a_network_learns_masks() -> None:
    own = from_npz(npz(x=PICTURES, y=MASKS))
    network = Network.of(
        layers=[{"kind": "conv2d", "channels": 4}] * 2,
        skips=[{"source": 1, "target": 2, "kind": "add"}],
    ).change_readout(kind="per_position")
    run = train(network, data=own, steps=150, learning_rate=0.3, evaluate_every=150)
    assert run.accuracy("skip", "test")[-1] > 0.9
    assert "of the test pixels are right" in run.summary()["verdict"]


def test_a_network_learns_several_targets() -> None:
    x = np.random.default_rng(1).normal(size=(200, 3))
    y = np.column_stack([x[:, 0], 100 * x[:, 1], x.sum(1) / 100])
    own = from_npz(npz(x=x, y=y))
    run = train(Network.mlp(2, 16, skips=((1, 2),)), data=own, steps=300, learning_rate=0.05,
                evaluate_every=300)  # fmt: skip
    assert run.accuracy("skip", "test")[-1] > 0.9
    assert "the mean R² of 3 targets on the test data" in run.summary()["verdict"]


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def picture(size: tuple[int, int] = (6, 5), mode: str = "RGB", shade: int = 0, kind="PNG") -> bytes:
    file = io.BytesIO()
    colour: Any = {"RGB": (shade, 0, 0), "RGBA": (shade, 0, 0, 0), "LA": (shade, 255)}.get(
        mode, shade
    )
    Image.new(mode, size, colour).save(file, kind)
    return file.getvalue()


def folders(make: Any = picture, test: bool = False, **how: Any) -> dict[str, bytes]:
    def part(k: int) -> str:
        return ("test/" if k >= 8 else "train/") if test else ""

    return {
        f"pets/{part(k)}{'cat' if k % 2 else 'dog'}/{k}.png": make(shade=20 * k, **how)
        for k in range(12)
    }


def images_of(members: dict[str, bytes], **how: Any) -> OwnData:
    return from_zip(zipped(**members), **how)


def test_folders_of_a_zip_are_classes() -> None:
    own = images_of({**folders(), "pets/.DS_Store": b"", "__MACOSX/pets/dog/._0.png": b"x"})
    assert own.info.classes == ("cat", "dog")
    assert own.info.input_shape == (3, 5, 6)
    assert own.info.read_as == "12 images of 5×6 pixels, in colour, 2 classes by folder."


def test_folders_called_train_and_test_are_parts() -> None:
    own = images_of(folders(test=True))
    assert (len(own.split.train_x), len(own.split.test_x)) == (8, 4)
    assert own.info.read_as.endswith("2 classes by folder; 4 for the test, as the folders say.")


def test_images_of_several_sizes_and_modes_are_brought_to_one() -> None:
    members = folders()
    members |= {"pets/cat/a.png": picture((9, 3), "L"), "pets/cat/b.jpg": picture(kind="JPEG")}
    modes = ("RGBA", "P", "1", "LA")
    members |= {f"pets/dog/{mode}.png": picture(mode=mode) for mode in modes}
    own = images_of(members, side=8)
    assert own.info.input_shape == (3, 8, 8)
    assert own.info.read_as == (
        "18 images of 8×8 pixels, in colour, 2 classes by folder; resized to 8×8."
    )


def test_grey_images_have_one_channel_and_transparent_ones_lie_on_white() -> None:
    grey = images_of(folders(mode="L"))
    assert grey.info.input_shape == (1, 5, 6)
    assert grey.info.read_as.startswith("12 images of 5×6 pixels, grey")
    (clear,) = {
        tuple(np.asarray(images._decoded(Image.open(io.BytesIO(picture(mode="RGBA"))), None))[0, 0])
    }
    assert clear == (255, 255, 255)


BROKEN = {**folders(), "pets/cat/bad.png": picture()[:40]}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"notes.txt": b"hello"}, "holds no PNG or JPEG image (1 .txt)"),
        ({f"{k}.png": picture() for k in range(9)}, "lies in no folder, so it has no class"),
        (BROKEN, "'pets/cat/bad.png' is no PNG or JPEG image that can be read. Take it out."),
        ({**folders(), "pets/cat/gif.png": b"GIF89a" + bytes(90)}, "'pets/cat/gif.png' is no PNG"),
        ({f"a/{k}.png": picture() for k in range(9)}, "Labels need 2 to 100 different values"),
        ({f"{'ab'[k % 2]}/{k}.png": picture() for k in range(4)}, "There are 4 rows; at least 8"),
        ({"a/x.png": picture((3000, 2000)), **folders()}, "has 3000×2000 pixels; at most"),
    ],
)
def test_images_are_refused_with_their_place_and_a_way_out(
    members: dict[str, bytes], message: str
) -> None:
    with pytest.raises(DataError) as refused:
        images_of(members)
    assert message in str(refused.value)


def test_no_zip_and_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="no zip of images"):
        from_zip(b"PK nothing")
    monkeypatch.setattr(images, "ALL_PIXELS", 100)
    with pytest.raises(DataError, match="more than 100 pixels together"):
        images_of(folders())


def test_many_numbers_are_refused_before_all_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_NUMBERS", 500)
    with pytest.raises(DataError, match="12 images have more than 500 numbers together"):
        images_of(folders())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(81 * 2**20))
    with pytest.raises(DataError, match="unpacks to more than 80 MB"):
        from_zip(file.getvalue())


def test_a_zip_of_arrays_is_read_as_arrays() -> None:
    found = last_of("mine.zip", npz(x=ROWS, y=TWO))
    assert found.own is not None
    assert found.own.info.read_as == "24 samples, 3 features, 2 classes."


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything(content: bytes) -> None:
    for name in ("a.csv", "a.npz", "a.zip"):
        found = last_of(name, content)
        assert found.own is not None or found.errors
