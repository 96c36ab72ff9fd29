"""What is taken away is harmless where it is opened."""

import csv
import io
import tomllib
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.markup import escape_markdown
from skipviz.studies import Study, StudyError, to_csv
from skipviz.studies.results import Result
from skipviz.ui.components.headline import sentence_html
from tests.unit.bulk import MANY

MARKS = "=+-@\t\r\n\"',;|<>&\\`*_[]()$~#!:{}a1 \x00\u202e"
WORDS = st.text(max_size=30) | st.text(MARKS, max_size=30)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_no_name_as_a_formula(start: str) -> None:
    word = f'{start}HYPERLINK("https://example.org")'
    (line,) = csv.DictReader(io.StringIO(to_csv([Result("k", {"pattern": word}, 0)])))
    assert line["pattern"] == f"'{word}"


@MANY
@given(WORDS, WORDS)
def test_no_words_get_out_of_their_cell_or_begin_a_formula(pattern: str, message: str) -> None:
    result = Result("k", {"pattern": pattern}, 0, status="failed", message=message)
    rows = list(csv.DictReader(io.StringIO(to_csv([result, result]), newline="")))
    assert len(rows) == 2
    for row in rows:
        assert (row["pattern"].removeprefix("'"), row["message"].removeprefix("'")) == (
            pattern.removeprefix("'"),
            message.removeprefix("'"),
        )
        assert all(cell[:1] not in tuple("=+-@\t\r") for cell in row.values())


class _Tags(HTMLParser):
    """The tags of a document, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@MANY
@given(WORDS, WORDS)
def test_words_in_a_sentence_are_text(before: str, arm: str) -> None:
    read = _Tags()
    read.feed(sentence_html([(before, None), (arm, "skip")]))
    read.close()
    assert read.tags == ["span"]
    assert read.text.replace("\r", "\n") == (before + arm).replace("\r", "\n")


@MANY
@given(WORDS)
def test_markdown_shows_words_as_they_stand(words: str) -> None:
    shown, rest = "", escape_markdown(words)
    while rest:
        escaped = rest[0] == "\\"
        shown, rest = shown + rest[escaped], rest[1 + escaped :]
    assert shown == words
    unescaped = escape_markdown(words).replace("\\\\", "")
    for mark in "`*_[]<>$~#|&":
        assert unescaped.count(mark) == unescaped.count(f"\\{mark}")


@MANY
@given(WORDS, WORDS)
def test_a_study_comes_back_from_its_file_whatever_it_is_called(title: str, name: str) -> None:
    fields = {"title": title, "pattern": [{"name": name, "skips": [[1, 2]]}]}
    try:
        study = Study.of(fields)
    except StudyError:
        return
    assert tomllib.loads(study.to_toml())["title"] == title
    assert Study.from_toml(study.to_toml()) == study


def test_numbers_stay_numbers() -> None:
    (line,) = csv.DictReader(io.StringIO(to_csv([Result("k", {"depth": -3}, 0, ratio=-1e-9)])))
    assert (line["depth"], float(line["ratio"])) == ("-3", -1e-9)
