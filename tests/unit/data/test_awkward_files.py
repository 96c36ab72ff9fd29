"""Tables as people have them: each is read with a true sentence, or refused with a way out."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.data import DataError, OwnData, from_csv, from_python
from skipviz.data.files.doors import read_file
from skipviz.data.files.reading import FileRead, ReadFile, Reading, ReadStep


def table(*lines: str, mark: str = ",", encoding: str = "utf-8", end: str = "\n") -> bytes:
    return end.join(line.replace(",", mark) for line in lines).encode(encoding)


HEAD = "size,weight,animal"
ROWS = tuple(f"{k}.5,{k * k},{'cat' if k % 3 else 'dog'}" for k in range(1, 13))
PLAIN = "12 rows, 2 features, 2 classes of 'animal'."
GERMAN = tuple(row.replace(",", ";").replace(".", ",") for row in ROWS)


def turned(row: str) -> str:
    return ",".join(reversed(row.split(",")))


def with_gaps(row: str, k: int) -> str:
    return row if k % 4 else "," + row.split(",", 1)[1]


def with_column(name: str, cells: Any) -> tuple[str, ...]:
    """The table with another column at the front."""
    return (f"{name},{HEAD}", *(f"{cell},{row}" for cell, row in zip(cells, ROWS, strict=True)))


DAYS = [f"2024-03-{k:02d}" for k in range(1, 13)]
NAMES = [f"Animal {k}" for k in range(12)]
READ: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "plain": (table(HEAD, *ROWS), {}, PLAIN),
    "without a header": (table(*ROWS), {}, "12 rows, 2 features, 2 classes of 'column 3'."),
    "label first, words": (table(turned(HEAD), *map(turned, ROWS)), {}, PLAIN),
    "label first, numbers": (
        table("kind,length,petals", *(f"{k % 3},{k / 7:.3f},{k % 4}" for k in range(30))), {},
        "30 rows, 2 features, 3 classes of 'kind'."),
    "another target": (
        table(HEAD, *ROWS), {"target": 1},
        "12 rows, 2 features ('animal' as 2 categories), 'weight' to predict."),
    "two targets": (
        table(HEAD, *ROWS), {"target": (0, 1)},
        "12 rows, 1 feature ('animal' as 2 categories), 2 numbers to predict: 'size' and 'weight'."
    ),
    "gaps dropped": (
        table(HEAD, *(with_gaps(row, k) for k, row in enumerate(ROWS))), {},
        "9 rows, 2 features, 2 classes of 'animal'; 3 rows with gaps dropped."),
    "gaps filled": (
        table(HEAD, *(with_gaps(row, k) for k, row in enumerate(ROWS))), {"gaps": "fill"},
        "12 rows, 2 features, 2 classes of 'animal'; 3 gaps filled with the mean or the most common"
        " word of their column."),
    "semicolons and decimal comma": (
        table(HEAD.replace(",", ";"), *GERMAN, mark=";;;").replace(b";;;", b","), {},
        PLAIN[:-1] + "; numbers have a decimal comma."),
    "tabs": (table(HEAD, *ROWS, mark="\t"), {}, PLAIN),
    "bars and lines of Windows": (table(HEAD, *ROWS, mark="|", end="\r\n"), {}, PLAIN),
    "UTF-8 with a mark": (table(HEAD, *ROWS, encoding="utf-8-sig"), {}, PLAIN),
    "UTF-16": (table(HEAD, *ROWS, encoding="utf-16"), {}, PLAIN[:-1] + "; read as UTF-16."),
    "UTF-16 without a mark": (
        table(HEAD, *ROWS, encoding="utf-16-be"), {}, PLAIN[:-1] + "; read as UTF-16."),
    "Windows-1252": (
        table("Größe,weight,animal", *ROWS, encoding="cp1252"), {},
        PLAIN[:-1] + "; read as Windows-1252."),
    "GB 18030": (
        table("高度,weight,animal", *ROWS, encoding="gb18030"), {},
        PLAIN[:-1] + "; read as GB 18030."),
    "Windows-1252 that could be GB 18030": (
        table("Größe,weight,animal", *ROWS, encoding="cp1252"), {},
        PLAIN[:-1] + "; read as Windows-1252."),
    "Latin-1 asked for": (
        table("Größe,weight,animal", *ROWS, encoding="latin-1"), {"encoding": "latin-1"},
        PLAIN[:-1] + "; read as Latin-1."),
    "trailing separators": (table(HEAD + ",", *(row + "," for row in ROWS)), {}, PLAIN),
    "blank lines": (table(HEAD, "", *ROWS[:5], "", " ", *ROWS[5:], "", ""), {}, PLAIN),
    "an empty column": (
        table(*with_column("note", [""] * 12)), {}, PLAIN[:-1] + "; left out: 'note' (empty)."),
    "a constant column": (
        table(*with_column("unit", ["cm"] * 12)), {},
        PLAIN[:-1] + "; left out: 'unit' (the same in every row)."),
    "dates": (table(*with_column("day", DAYS)), {}, PLAIN[:-1] + "; left out: 'day' (dates)."),
    "ids": (table(*with_column("id", range(12))), {}, PLAIN[:-1] + "; left out: 'id' (an id)."),
    "names": (
        table(*with_column("name", NAMES)), {},
        PLAIN[:-1] + "; left out: 'name' (12 different words)."),
    "a column that is mostly gaps": (
        table(*with_column("cabin", ["B5", *[""] * 8, "A1", "A1", "B5"])), {},
        PLAIN[:-1] + "; left out: 'cabin' (8 gaps)."),
    "words left out": (
        table(*with_column("sex", "fm" * 6)), {"words": "leave_out"},
        PLAIN[:-1] + "; left out: 'sex' (words)."),
    "an id that is wanted": (
        table(*with_column("id", range(12))), {"left_out": ()},
        "12 rows, 3 features, 2 classes of 'animal'."),
    "strays as gaps": (
        table(HEAD, *ROWS[:-2], "many,4,cat", "1,2"), {"strays": "gaps"},
        "10 rows, 2 features, 2 classes of 'animal'; 1 row with gaps dropped; 1 row of another "
        "length dropped."),
    "huge whole numbers": (
        table("n,kind", *(f"{10**20 + k},{2**60 + k % 2}" for k in range(12))), {},
        "12 rows, 1 feature, 2 classes of 'kind'."),
    "names that are years": (
        table("country,2019,2020,class", *(f"{'AB'[k % 2]},{k},{-k},{k % 2}" for k in range(10))),
        {}, "10 rows, 3 features ('country' as 2 categories), 2 classes of 'class'."),
    "more rows than are used": (
        table("n,kind", *(f"{k % 97},{k % 2}" for k in range(20_500))), {},
        "20,000 rows, 1 feature, 2 classes of 'kind'; they are a sample of 20,500 rows."),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_table_is_read_and_the_sentence_is_true(name: str) -> None:
    content, how, sentence = READ[name]
    own = from_csv(content, **how)
    assert own.info.read_as == sentence
    assert len(own.info.features) == own.info.input_shape[0] == own.split.train_x.shape[1]
    assert len(own.split.train_x) + len(own.split.test_x) == int(
        sentence.split(" ", 1)[0].replace(",", "")
    )


def text(*rows: str) -> bytes:
    return table("price,kind", *rows)


REFUSED: dict[str, tuple[bytes, dict[str, Any], tuple[str, str]]] = {
    "thousands": (
        table("price;kind", *(f"1.234,{k};a" for k in range(6)), *["1;b", "2;b", "3;b"], mark=","),
        {}, ("'1.234,0' has a separator of thousands, which is not read: write the digits alone",
             "Correct the file, or let such cells count as gaps.")),
    "a comma that may be either": (
        text(*(f'"1,23{k}",{"ab"[k % 2]}' for k in range(9))), {},
        ("'1,230' may be 1230 or 1.230.", "Choose the decimal comma, or take the separators of")),
    "dot and comma": (
        text("1.5,a", *(f'"{k},5",b' for k in range(2)), *("2.5,a",) * 9), {},
        ("Row 3, column 'price': '0,5' has a decimal comma, and others have a dot.", "Correct")),
    "infinities": (
        text(*(f"{k},{'ab'[k % 2]}" for k in range(9)), "inf,a"), {},
        ("Row 11, column 'price': 'inf' is not a finite number.", "Correct the file")),
    "mixed types": (
        text(*(f"{k},{'ab'[k % 2]}" for k in range(9)), "twelve,a"), {},
        ("Row 11, column 'price': 'twelve' is not a finite number.", "Correct the file")),
    "ragged rows": (
        text(*(f"{k},{'ab'[k % 2]}" for k in range(9)), "1,a,b"), {},
        ("Row 11 has 3 columns, the first one 2.", "Correct these rows")),
    "one row": (text("1,a"), {}, ("There is 1 row; at least 8 are needed.", "Bring more.")),
    "one class only": (
        text(*(f"{k},a" for k in range(9))), {},
        ("Labels need 2 to 100 different values; they have 1.", "Choose another target")),
    "gaps everywhere": (
        table("a,b,kind", *(f"{k},,{k % 3}" if k % 2 else f",{k},{k % 3}" for k in range(12))),
        {}, ("Of 12 rows 0 are left without gaps; at least 8 are needed.", "Fill the gaps")),
    "no such column": (
        text(*(f"{k},{'ab'[k % 2]}" for k in range(9))), {"target": 7},
        ("There is no column 7 (from 0 on)", "there are 2 columns.")),
    "numbers of words": (
        text(*(f"{k},{'ab'[k % 2]}" for k in range(9))), {"task": "regression"},
        ("Column 'kind' holds words, so it is no number to predict.", "Choose classes")),
    "classes without an end": (
        text(*(f"{k},{k / 7}" for k in range(200))), {"task": "classification"},
        ("Labels need 2 to 100 different values; they have 200.", "or numbers to predict")),
    "too many categories": (
        table("name,x,kind", *(f"n{k},{k},{k % 2}" for k in range(60))), {"left_out": ()},
        ("Column 'name' holds 60 different words; at most 50", "Leave it out.")),
    "nothing to learn from": (
        text(*(f"1,{'ab'[k % 2]}" for k in range(9))), {},
        ("No column is left to predict 'kind' from; left out: 'price' (the same in every row)",
         "Choose another target, or read some of them.")),
    "not the encoding asked for": (
        table("Größe,kind", *(f"{k},{'ab'[k % 2]}" for k in range(9)), encoding="cp1252"),
        {"encoding": "utf-8"}, ("Row 1 holds a character that is not UTF-8.", "Choose another")),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), {}, ("the file is no text", "Save it")),
    "an unknown choice": (
        text("1,a"), {"gap": "fill"}, ("gap: Extra inputs are not permitted.", "Fields are target")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_is_refused_with_its_place_and_a_way_out(name: str) -> None:
    content, how, (where, way) = REFUSED[name]
    with pytest.raises(DataError) as refused:
        from_csv(content, **how)
    assert where in str(refused.value)
    assert way in str(refused.value)


def test_quotes_hold_separators_new_lines_and_quotes() -> None:
    rows = [f'{k},"a ""fine"", big\ndog",{"yes" if k % 2 else "no"}' for k in range(6)]
    rows += [f"{k},plain,{'yes' if k % 2 else 'no'}" for k in range(6)]
    own = from_csv(table("n,note,tame", *rows), target=-1)
    assert own.info.features == ("n", 'note = a "fine", big\ndog', "note = plain")


def test_names_that_come_twice_are_told_apart() -> None:
    lines = ["size,size,,size", *(f"{k},{k * k},{-k},{'ab'[k % 2]}" for k in range(9))]
    own = from_csv(table(*lines), target=-1)
    assert own.info.features == ("size", "size (2)", "column 3")
    assert own.info.targets == ("size (3)",)


def unscaled(own: OwnData, column: int) -> Any:
    """A feature of all rows in the order of the file, up to shift and scale."""
    order = np.random.RandomState(0).permutation(12)
    x = np.empty(12)
    x[order] = np.concatenate([own.split.test_x, own.split.train_x])[:, column]
    return x


def test_gaps_are_filled_with_the_mean_over_the_rows_trained_on() -> None:
    content = table(HEAD, *(with_gaps(row, k) for k, row in enumerate(ROWS)))
    own = from_csv(content, gaps="fill")
    assert unscaled(own, 0)[::4] == pytest.approx(0, abs=1e-6)  # the mean, standardised


def test_a_gap_among_words_gets_the_most_common_one() -> None:
    sex = ["f", "f", "", "f", "f", "f", "m", "f", "f", "f", "f", "m"]
    own = from_csv(table(*with_column("sex", sex)), gaps="fill")
    assert own.info.features[:2] == ("sex = f", "sex = m")
    assert unscaled(own, 0)[2] == unscaled(own, 0)[0] != unscaled(own, 0)[6]


def test_words_become_a_number_for_each_that_is_one_where_it_stands() -> None:
    colour = ["red", "green", "blue"] * 4
    own = from_csv(table(*with_column("colour", colour)))
    assert own.info.features[:3] == ("colour = blue", "colour = green", "colour = red")
    hot = np.column_stack([unscaled(own, k) > 0 for k in range(3)])
    assert [("blue", "green", "red")[k] for k in hot.argmax(1)] == colour
    assert hot.sum() == 12


def test_several_targets_are_each_on_a_scale_of_their_own() -> None:
    rows = [f"{k},{1000 + 50 * (k % 7)},{(k * k % 11) / 1000}" for k in range(40)]
    own = from_csv(table("n,far,near", *rows), target=(1, 2))
    y = own.split.train_y
    assert (own.info.outputs, own.info.targets, own.info.score) == (2, ("far", "near"), "mean R²")
    np.testing.assert_allclose(y.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(y.std(0), 1, atol=1e-5)


def read(content: bytes, reading: Reading | None = None) -> FileRead:
    *steps, last = read_file(ReadFile("mine.csv", content, reading or Reading()))
    assert all(isinstance(step, ReadStep) for step in steps)
    assert isinstance(last, FileRead)
    return last


def test_what_was_taken_and_what_can_be_chosen_is_told() -> None:
    found = read(table(*with_column("sex", ["f", "m", ""] * 4)))
    assert [(c.name, c.kind, c.gaps) for c in found.columns] == [
        ("sex", "words", 4), ("size", "numbers", 0), ("weight", "numbers", 0),
        ("animal", "words", 0),
    ]  # fmt: skip
    assert (found.reading.target, found.reading.left_out) == ((3,), ())
    assert (found.reading.header, found.reading.decimal, found.reading.encoding) == (
        True, ".", "utf-8",
    )  # fmt: skip
    assert [choice.name for choice in found.choices] == [
        "task", "gaps", "words", "header", "separator", "decimal", "encoding",
    ]  # fmt: skip


def test_a_refused_table_still_tells_its_columns_and_choices() -> None:
    found = read(table(HEAD, *ROWS, "many,4,cat"))
    assert found.own is None
    assert [column.name for column in found.columns] == ["size", "weight", "animal"]
    assert "strays" in [choice.name for choice in found.choices]
    mended = read(table(HEAD, *ROWS, "many,4,cat"), Reading(strays="gaps"))
    assert mended.own is not None


def test_a_choice_that_mends_it_is_offered_where_a_comma_may_be_either() -> None:
    content = text(*(f'"1,23{k}",{"ab"[k % 2]}' for k in range(9)))
    assert "decimal" in [choice.name for choice in read(content).choices]
    own = read(content, Reading(decimal=",")).own
    assert own is not None
    assert own.info.read_as.endswith("numbers have a decimal comma.")


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), st.sampled_from("abc")),
        min_size=8, max_size=40,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_however_a_table_is_written_its_numbers_are_the_same(rows, mark, encoding, end) -> None:
    lines = ["x;label", *(f"{value:f};{word}" for value, word in rows)]
    plain = read("\n".join(lines).encode())
    written = read(end.join(line.replace(";", mark) for line in lines).encode(encoding))
    assert written.errors == plain.errors
    if plain.own is not None and written.own is not None:
        np.testing.assert_array_equal(written.own.split.train_x, plain.own.split.train_x)
        assert written.own.info.classes == plain.own.info.classes


@given(st.lists(st.floats(0, 1e5).map(lambda v: round(v, 4)), min_size=9, max_size=30, unique=True))
def test_a_decimal_comma_is_a_decimal_dot(values: list[float]) -> None:
    rows = [f"{value:.4f};{'ab'[k % 2]}" for k, value in enumerate(values)]
    dots = from_csv(("x;label\n" + "\n".join(rows)).encode(), decimal=".")
    commas = from_csv(("x;label\n" + "\n".join(rows)).replace(".", ",").encode(), decimal=",")
    np.testing.assert_array_equal(dots.split.train_x, commas.split.train_x)


@pytest.mark.parametrize("content", [table("a,b,c"), table("a,b,c", ""), b"\xef\xbb\xbfa;b;c\n"])
def test_a_file_of_names_alone_is_told_that_it_has_no_rows(content: bytes) -> None:
    with pytest.raises(DataError, match=r"^There are no rows, only the names of the columns; at"):
        from_csv(content)


def test_an_empty_table_of_a_program_is_told_so_too() -> None:
    with pytest.raises(DataError, match=r"^There are no rows, only the names"):
        from_python({"a": [], "b": []}, target="b")
