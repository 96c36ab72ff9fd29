"""A file of one's own on the page: what was understood, and how that is changed in place."""

import io
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from skipviz import link, presets
from skipviz.data.files.reading import FileRead, ReadFile, ReadStep
from skipviz.network import Network
from skipviz.report import report
from skipviz.settings import Settings
from skipviz.ui.playground.own_data import NAME, read_data, take_points
from skipviz.ui.session import shared
from skipviz.ui.session.history import History
from skipviz.ui.session.restore import copied
from skipviz.ui.session.session import Session
from tests.app.helpers import bring, button, opened, ran, session, until_read
from tests.unit.data.test_own_data import npz

HEAD = "kind,age,sex,fare"
ROWS = tuple(
    f"{'abc'[k % 3]},{'' if k % 5 == 0 else 20 + k},{'fm'[k % 2]},{k * 1.5}" for k in range(40)
)
TABLE = "\n".join((HEAD, *ROWS)).encode()
UNDERSTOOD = (
    "32 rows, 3 features ('sex' as 2 categories), 3 classes of 'kind'; 8 rows with gaps dropped."
)


def opened_small() -> AppTest:
    return opened(link.encode(Network.mlp(3, 8), Settings(steps=2)))


def sentence(page: AppTest) -> str:
    """What stands there bold, after the name of the file."""
    (found,) = [each.value for each in page.markdown if ": **" in each.value]
    return str(found).split("**")[1].replace("\\", "")


def select(page: AppTest, label: str) -> Any:
    return next(each for each in (*page.selectbox, *page.multiselect) if each.label == label)


def chosen(page: AppTest, label: str, value: Any) -> str:
    """Choose something of how the file is read; what is understood then."""
    select(page, label).set_value(value)
    return sentence(until_read(page))


def test_what_was_understood_is_said_and_the_columns_are_named() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    assert sentence(page) == UNDERSTOOD
    assert session(page).settings.data == "own"
    assert session(page).about.targets == ("kind",)
    captions = [each.value.replace("\\", "") for each in page.caption]
    assert "The numbers of a row, in this order: age · sex = f · sex = m · fare" in captions
    assert select(page, "Target").value == [0]
    assert select(page, "Left out").value == []


def test_target_task_gaps_and_words_are_changed_in_place() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    assert chosen(page, "Rows with gaps", "fill").startswith("40 rows, 3 features")
    assert session(page).about.input_shape == (4,)
    assert chosen(page, "Columns of words", "leave_out").endswith("left out: 'sex' (words).")
    assert session(page).about.input_shape == (2,)
    said = chosen(page, "Target", [3])
    assert "'fare' to predict" in said
    assert (session(page).about.task, session(page).about.outputs) == ("regression", 1)
    chosen(page, "Columns of words", "categories")
    said = chosen(page, "Target", [1, 3])
    assert "2 numbers to predict: 'age' and 'fare'" in said
    assert session(page).about.outputs == 2


def test_columns_are_left_out_and_taken_in_again() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    assert "left out: 'age' (as chosen)" in chosen(page, "Left out", [1])
    assert session(page).about.features == ("sex = f", "sex = m", "fare")
    assert chosen(page, "Left out", []) == UNDERSTOOD


def test_a_refused_file_says_where_keeps_what_was_there_and_can_be_mended_in_place() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    before = session(page).own
    bring(page, "worse.csv", TABLE.replace(b"21,m", b"many,m"))
    assert "Row 3, column 'age': 'many' is not a finite number." in page.error[0].value
    assert "people.csv stays." in page.error[0].value
    assert session(page).own is before
    said = chosen(page, "Cells that do not fit", "gaps")
    assert said.startswith("31 rows, 3 features")
    assert not page.error


def test_where_channels_stand_is_asked_and_not_guessed() -> None:
    x = np.random.default_rng(0).random((20, 3, 5, 4))
    page = bring(opened_small(), "pictures.npz", npz(x=x, y=np.arange(20) % 2))
    assert "say whether channels come first" in page.error[0].value
    box = select(page, "Channels come")
    assert box.value is None
    assert box.options == ["first: 3 channels of 5×4 pixels", "last: 4 channels of 3×5 pixels"]
    said = chosen(page, "Channels come", "last")
    assert said == "20 samples, images 3×5 of 4 channels, channels last, 2 classes."
    assert session(page).about.input_shape == (4, 3, 5)


def test_how_the_text_is_read_can_be_chosen() -> None:
    rows = "\n".join(("x;label", *(f"{k},25{k};{'ab'[k % 2]}" for k in range(1, 10)))).encode()
    page = bring(opened_small(), "commas.csv", rows)
    assert "may be 1251 or 1.251" in page.error[0].value
    assert chosen(page, "Decimal mark", ",").endswith("numbers have a decimal comma.")


def test_points_drawn_by_hand_take_the_place_of_a_file() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    take_points(session(page), [[k / 20, -k / 20, k % 2] for k in range(20)])
    ran(page)
    assert session(page).brought is None
    assert session(page).about.title == "Own points"


def test_a_session_counts_its_file_and_what_was_read_of_it() -> None:
    page = opened_small()
    before = session(page).bytes
    bring(page, "people.csv", TABLE)
    own = session(page).own
    assert own is not None
    held = session(page).bytes - before - len(TABLE) - own.split.bytes
    assert 0 <= held < 100_000  # the first picture of it
    assert "own_data" not in session(page).computations  # which would hold it once more


def test_what_is_on_its_way_is_counted_too() -> None:
    visitor = Session(History(presets.load("default")))
    read_data(visitor, "people.csv", TABLE)
    brought = visitor.brought
    assert brought is not None
    pool = shared.pool()
    job = pool.compute(brought.request, visitor.owner)
    assert job.wait_until_ended(60)
    last = job.results[-1]
    assert isinstance(last, FileRead)
    assert last.own is not None
    visitor.computations[NAME] = job
    assert visitor.bytes == len(TABLE) + last.own.split.bytes


def test_another_tab_gets_the_file_and_its_choices() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    assert copied(session(page)).brought is session(page).brought


def test_a_worker_reads_it_step_by_step() -> None:
    job = shared.pool().compute(ReadFile("people.csv", TABLE))
    assert job.wait_until_ended(60)
    *steps, last = job.results
    assert all(isinstance(step, ReadStep) for step in steps)
    shares = [step.share for step in steps if isinstance(step, ReadStep)]
    assert shares == sorted(shares)
    assert isinstance(last, FileRead)
    assert last.own is not None
    assert last.own.info.read_as == UNDERSTOOD


def test_the_report_names_the_columns_and_says_how_they_were_read() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    told = report(job.run)
    for said in (UNDERSTOOD, "age", "sex = f", "kind"):
        assert said.replace("'", "&#x27;") in told


def test_a_file_that_is_taken_away_leaves_its_data() -> None:
    page = bring(opened_small(), "people.csv", TABLE)
    own = session(page).own
    session(page).brought = None  # what the uploader does
    ran(page)
    assert session(page).own is own
    assert not [each for each in page.multiselect if each.label == "Target"]


@pytest.mark.parametrize("name", ["a.csv", "a.npz", "a.zip"])
def test_rubbish_is_refused_in_words(name: str) -> None:
    page = bring(opened_small(), name, io.BytesIO(b"\x00\xff" * 50).getvalue())
    assert session(page).own is None
    assert page.error[0].value
