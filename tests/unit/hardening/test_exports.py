"""What is taken away is harmless where it is opened."""

import csv
import io

import pytest

from skipviz.studies import to_csv
from skipviz.studies.results import Result


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_no_name_as_a_formula(start: str) -> None:
    word = f'{start}HYPERLINK("https://example.org")'
    (line,) = csv.DictReader(io.StringIO(to_csv([Result("k", {"pattern": word}, 0)])))
    assert line["pattern"] == f"'{word}"


def test_numbers_stay_numbers() -> None:
    (line,) = csv.DictReader(io.StringIO(to_csv([Result("k", {"depth": -3}, 0, ratio=-1e-9)])))
    assert (line["depth"], float(line["ratio"])) == ("-3", -1e-9)
