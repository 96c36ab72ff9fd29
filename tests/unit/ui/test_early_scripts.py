"""The scripts that the HTML names ahead are those that Streamlit would ask for."""

import re
from pathlib import Path

import pytest
import streamlit as st

from skipviz.ui.components import plotly_asset
from skipviz.ui.components.plotly_asset import COMPILED_AT_ONCE, plotly_address
from skipviz.ui.serving.early import ELEMENTS, component_scripts, early_scripts, element_modules

STATIC = Path(st.__file__).parent / "static"


@pytest.mark.parametrize("element", ELEMENTS)
def test_streamlit_has_the_module_of_each_element(element: str) -> None:
    assert [name for name in element_modules() if name.startswith(f"{element}.")]


def test_they_are_there_and_named_once() -> None:
    page = (STATIC / "index.html").read_text()
    names = element_modules()
    assert len(names) == len(set(names)) > 20
    for name in names:
        assert (STATIC / "static" / "js" / name).is_file()
        assert name not in page


def test_what_a_module_imports_is_named_with_it(tmp_path: Path) -> None:
    scripts = tmp_path / "static" / "js"
    scripts.mkdir(parents=True)
    (tmp_path / "index.html").write_text('<script src="./static/js/index.A1.js"></script>')
    (scripts / "index.A1.js").write_text('import{a as b}from"./known.B2.js";')
    (scripts / "known.B2.js").write_text("")
    (scripts / "Html.C3.js").write_text('import"./known.B2.js";import{x}from"./deep.D4.js";')
    (scripts / "deep.D4.js").write_text('const late=()=>import("./later.E5.js");')
    assert element_modules(tmp_path) == ["Html.C3.js", "deep.D4.js"]


def test_the_file_of_plotly_is_fetched_with_them_but_not_read() -> None:
    address = plotly_address(Path(__file__).parents[3])
    assert re.search(rf'<link rel="preload" as="script" [^>]*href="\./{address}"', early_scripts())
    assert "<script" not in early_scripts()
    assert early_scripts().count("modulepreload") == len([*element_modules(), *component_scripts()])


def test_the_copy_of_plotly_is_whole_and_asks_to_be_compiled_at_once(tmp_path: Path) -> None:
    address = plotly_address(tmp_path)
    assert address is not None
    copy = (tmp_path / "static" / address.rpartition("/")[2]).read_text()
    assert copy == COMPILED_AT_ONCE + plotly_asset._bundle().read_text()
