"""What README shows is what a reader gets."""

import re
from pathlib import Path

import numpy as np
import pytest

import skipviz as sv
from skipviz.text import superscript

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_of_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # for what it writes
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_the_pictures_of_readme_exist() -> None:
    pictures = re.findall(r"\]\((assets/[^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (Path(__file__).parents[2] / picture).stat().st_size > 10_000


def test_the_gradient_that_readme_tells_of_is_that_of_the_network_the_page_opens_with() -> None:
    (told,) = re.findall(r"receives about 10⁻(\S+) of the gradient of the last", README)
    norms = sv.train(sv.presets.load("default"), steps=0).gradient_norms("plain")[0]
    exponent = round(float(np.log10(norms[0] / norms[-1])))
    assert superscript(-exponent) == told
