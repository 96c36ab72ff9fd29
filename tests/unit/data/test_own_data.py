"""Own files: read if sound, refused with row and column if not, never executed."""

import contextlib
import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.data import DataError, from_csv, from_npz, from_points

ROWS = [f"{k},{k * k},{'cat' if k % 3 else 'dog'}" for k in range(1, 13)]


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def errors(content: bytes, read=from_csv) -> tuple[str, ...]:
    with pytest.raises(DataError) as error:
        read(content)
    return error.value.errors


def test_words_in_the_last_column_are_classes():
    own = from_csv(csv("a,b,animal", *ROWS), title="Pets")
    info = own.info
    assert (info.title, info.input_shape, info.outputs) == ("Pets", (2,), 2)
    assert info.classes == ("cat", "dog")
    assert info.chance == pytest.approx(8 / 12)
    assert own.split.train_x.shape == (9, 2)
    assert own.split.test_y.dtype == np.int64


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_part_columns_too(mark):
    plain, other = from_csv(csv(*ROWS)), from_csv(csv(*(row.replace(",", mark) for row in ROWS)))
    np.testing.assert_array_equal(plain.split.train_x, other.split.train_x)


def test_a_first_line_of_words_names_the_columns_and_is_optional():
    headed, bare = from_csv(csv("a,b,animal", *ROWS)), from_csv(csv(*ROWS))
    np.testing.assert_array_equal(headed.split.train_x, bare.split.train_x)


def test_the_label_may_stand_in_another_column():
    turned = [",".join(reversed(row.split(","))) for row in ROWS]
    own = from_csv(csv(*turned), target=0)
    assert own.info.classes == ("cat", "dog")


def test_few_whole_numbers_are_classes_in_their_order():
    own = from_csv(csv(*(f"{k},{k % 3 * 5}" for k in range(30))))
    assert own.info.classes == ("0", "5", "10")
    assert own.info.task == "classification"


def test_other_numbers_are_targets_of_a_regression():
    own = from_csv(csv(*(f"{k},{k / 7}" for k in range(30))))
    assert (own.info.task, own.info.outputs, own.info.chance) == ("regression", 1, 0)
    assert own.split.train_y.dtype == np.float32
    assert own.split.train_y.mean() == pytest.approx(0, abs=1e-6)


MEND = "Correct the file, or let such cells count as gaps."


def test_every_faulty_field_is_named_with_row_and_column():
    rows = [*ROWS]
    rows[2], rows[5], rows[6] = "3,x,dog", "inf,36,cat", "7,1_0,cat"
    assert errors(csv("width,height,animal", *rows)) == (
        "Row 4, column 'height': 'x' is not a finite number.",
        "Row 7, column 'width': 'inf' is not a finite number.",
        "Row 8, column 'height': '1_0' is not a finite number.",
        MEND,
    )


def labelled(*labels: object) -> bytes:
    return csv("width,kind", *(f"{k},{label}" for k, label in enumerate(labels)))


SEVENTHS = [k / 7 for k in range(200)]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([*SEVENTHS[:59], "inf"], "Row 61, column 'kind': 'inf' is not a finite number."),
        ([*SEVENTHS, "many"], "Row 202, column 'kind': 'many' is not a finite number."),
        ([*range(21), "few"], "Row 23, column 'kind': 'few' is not a finite number."),
        ([0, 1, 1, "-inf"] * 5, "Row 5, column 'kind': '-inf' is not a finite number."),
        ([0, 1, "1e31", 1] * 5, "Row 4, column 'kind': '1e31' is larger than 1e30."),
        (["cat", "d" * 101] * 5, "Row 3, column 'kind': has 101 characters"),
    ],
)
def test_a_label_that_is_none_is_named_with_row_and_column(labels, message):
    assert errors(labelled(*labels))[0].startswith(message)


def test_every_faulty_label_is_named_up_to_a_bound():
    assert errors(labelled(*SEVENTHS[:8], "a", "inf", *SEVENTHS[:8])) == (
        "Row 10, column 'kind': 'a' is not a finite number.",
        "Row 11, column 'kind': 'inf' is not a finite number.",
        MEND,
    )
    assert len(errors(labelled(*SEVENTHS, *["inf"] * 100))) == 20


@pytest.mark.parametrize("gap", ["", " ", "NA", "n/a", "nan", "NULL", "?"])
def test_rows_without_a_label_are_dropped(gap):
    own = from_csv(labelled("a", gap, "b", gap, *"ababab"))
    assert own.info.read_as == "8 rows, 1 feature, 2 classes of 'kind'; 2 rows with gaps dropped."
    assert len(own.split.train_y) + len(own.split.test_y) == 8


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["0", "1", "1.0", "1e0", "+1", "-0", "00", "0"], ("0", "1")),
        (["10", "9", "-2.0", "9.0"] * 2, ("-2", "9", "10")),
        ([2**53, 2**53 + 1] * 4, ("9007199254740992", "9007199254740993")),
        (["7", "07", "agent", "7"] * 2, ("07", "7", "agent")),
    ],
)
def test_a_whole_number_is_one_class_however_it_is_written(labels, classes):
    assert from_csv(labelled(*labels)).info.classes == classes


def test_the_chance_of_a_class_counts_every_spelling():
    assert from_csv(labelled(*["0", "0.0", "00", "1"] * 3)).info.chance == 0.75


def test_rows_of_another_length_are_named():
    rows = [*ROWS[:4], "1,2", *ROWS[4:]]
    assert errors(csv("a,b,animal", *rows)) == (
        "Row 6 has 2 columns, the first one 3.",
        "Correct these rows, or let what does not fit count as gaps: then they are dropped.",
    )


def test_the_list_of_errors_is_bounded():
    assert len(errors(csv("a,b", *["1,2", "3,x", "inf,4", "5,6"] * 500))) == 20


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (csv("1,2,a", "2,3,b"), "at least 8 are needed"),
        (csv(*["1"] * 20), "needs a column of labels"),
        (csv(*["1,3.5"] * 20), "Targets need different values; all of them are 3.5."),
        (csv(*["1,a"] * 20), "Labels need 2 to 100 different values; they have 1"),
        (csv(*(f"{k},word{k}" for k in range(200))), "they have 200"),
        (csv(*ROWS)[:-3] + b"\x01", "Row 12 holds a control character, so the file is no text"),
        (b",".join([b"1"] * 1001) + b"\n", "at least 8"),
        (b"1,2\n" * 3_000_000, "larger than 10 MB"),
    ],
)
def test_what_cannot_be_data_is_refused(content, message):
    assert message in errors(content)[0]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_data_error(content):
    for read in (from_csv, from_npz):
        with contextlib.suppress(DataError):
            read(content)


def test_arrays_of_images_keep_their_shape():
    own = from_npz(npz(x=np.random.default_rng(0).normal(size=(20, 3, 5, 5)), y=np.arange(20) % 2))
    assert (own.info.input_shape, own.info.outputs) == ((3, 5, 5), 2)


def test_both_zeros_of_an_array_are_one_class():
    own = from_npz(npz(x=np.zeros((20, 2)), y=np.array([-0.0, 0.0, 1.0, 0.0] * 5)))
    assert (own.info.classes, own.info.chance) == (("0", "1"), 0.75)
    assert own.info.guessing == pytest.approx(2 * np.log(2) - 0.75 * np.log(3))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((8, 2)), "y": np.array(["a", "b", "", "b"] * 2)}, "y[2]: is empty."),
        ({"x": np.zeros((8, 2)), "y": np.array(["1", "nan"] * 4)}, "y[1]: 'nan' stands for a gap"),
        ({"x": np.zeros((9, 2))}, "no array 'y'"),
        ({"x": np.zeros(9), "y": np.zeros(9)}, "x needs 2 to 4 axes and y 1 to 4"),
        ({"x": np.zeros((9, 2)), "y": np.zeros(8)}, "x has 9 samples and y has 8"),
        ({"x": np.full((9, 2), np.inf), "y": np.arange(9)}, "x[0, 0] is not a finite number"),
        ({"x": np.zeros((9, 2)), "y": np.full(9, np.nan)}, "y[0] is not a finite number"),
        ({"x": np.array([["a"] * 2] * 9), "y": np.arange(9)}, "x must hold numbers"),
        ({"x": np.zeros((9, 2000)), "y": np.arange(9) % 2}, "at most 20000 rows of 1000"),
    ],
)
def test_arrays_that_cannot_be_data_are_refused(arrays, message):
    assert message in errors(npz(**arrays), from_npz)[0]


class Bomb:
    """Would run code if it were unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("the file was unpickled",))


def test_pickled_arrays_are_never_opened():
    objects = np.array([Bomb()] * 9, dtype=object)
    assert "plain arrays" in errors(npz(x=objects, y=np.arange(9)), from_npz)[0]
    assert "plain arrays" in errors(pickle.dumps([1, 2]), from_npz)[0]


def test_a_file_that_unpacks_to_too_much_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\0" * (81 * 2**20))
    assert "unpacks to more than 80 MB" in errors(file.getvalue(), from_npz)[0]


def test_points_drawn_by_hand_are_data():
    points = [(np.cos(k), np.sin(k), k % 2) for k in range(20)]
    own = from_points(points)
    assert own.info.planar
    assert own.info.outputs == 2
    assert own.split.train_x.shape == (15, 2)


def test_too_few_points_say_so():
    with pytest.raises(DataError, match="There are 3 rows; at least 8 are needed"):
        from_points([(0, 0, 0)] * 3)
