"""Notebooks run from top to bottom as they are; outputs they hold are those of today."""

import json
from pathlib import Path
from typing import Any

import pytest
from plotly.graph_objects import Figure

from tests.unit.printed import assert_same_output
from tools.notebooks import FOLDER, run_cell

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def code_of(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def told(cell: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a stored cell has printed, and what its last expression was shown as."""
    streams = [each["text"] for each in cell["outputs"] if each["output_type"] == "stream"]
    shown = [each["data"] for each in cell["outputs"] if each["output_type"] != "stream"]
    return "".join(line for text in streams for line in text), shown[0] if shown else {}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom_and_shows_what_it_holds(notebook: Path) -> None:
    names: dict[str, Any] = {}
    for place, cell in enumerate(code_of(notebook), start=1):
        printed, value = run_cell("".join(cell["source"]), names, f"{notebook.name}, cell {place}")
        said, shown = told(cell)
        assert_same_output(printed, said)
        assert_shown(value, shown)


def assert_shown(value: Any, shown: dict[str, Any]) -> None:
    """Figures as pictures, all else as text, and as HTML where it has that."""
    if value is None or isinstance(value, Figure):
        assert ("image/png" in shown) == (value is not None)
        return
    assert_same_output(repr(value), "".join(shown["text/plain"]))
    html = getattr(value, "_repr_html_", None)
    assert ("text/html" in shown) == (html is not None)
    if html is not None:
        now, then = html(), "".join(shown["text/html"])
        drawn = [(now.count(mark), then.count(mark)) for mark in ("<path", "<tr")]
        assert all(one == other for one, other in drawn)
        assert any(one for one, _ in drawn)


def test_the_gallery_is_stored_with_outputs_and_pictures() -> None:
    assert {path.stem for path in NOTEBOOKS} == {
        "skipviz", "your-own-data", "your-own-model", "a-papers-claim", "a-study",
    }  # fmt: skip
    for notebook in NOTEBOOKS:
        shown = [told(cell)[1] for cell in code_of(notebook)]
        assert any("image/png" in each for each in shown), notebook.name
        assert notebook.stat().st_size < 200_000
