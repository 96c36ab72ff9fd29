"""What README shows is what a reader gets."""

import re
from pathlib import Path

import numpy as np
import pytest

import skipviz as sv
from skipviz.text import superscript

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
IN_CHINESE = (("README.md", "README.zh-CN.md"), ("docs/tutorial.md", "docs/tutorial.zh-CN.md"))
"""Pages, and the same in Chinese."""


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
        assert (ROOT / picture).stat().st_size > 10_000


def test_the_gradient_that_readme_tells_of_is_that_of_the_network_the_page_opens_with() -> None:
    (told,) = re.findall(r"receives about 10⁻(\S+) of the gradient of the last", README)
    norms = sv.train(sv.presets.load("default"), steps=0).gradient_norms("plain")[0]
    exponent = round(float(np.log10(norms[0] / norms[-1])))
    assert superscript(-exponent) == told


def pages(one: str, other: str) -> tuple[str, str]:
    return (ROOT / one).read_text(encoding="utf-8"), (ROOT / other).read_text(encoding="utf-8")


@pytest.mark.parametrize(("english", "chinese"), IN_CHINESE)
def test_a_page_in_chinese_has_the_same_code_and_headings(english: str, chinese: str) -> None:
    for found in (r"```python\n.*?```", r"^#+ ", r"^(?:- |\d+\. )"):
        said, said_in_chinese = (
            re.findall(found, text, flags=re.DOTALL | re.MULTILINE)
            for text in pages(english, chinese)
        )
        assert said == said_in_chinese


@pytest.mark.parametrize(("english", "chinese"), IN_CHINESE)
def test_a_page_in_chinese_links_to_what_the_english_one_does(english: str, chinese: str) -> None:
    said, said_in_chinese = (
        set(re.findall(r"\]\(([^)]+)\)", text)) for text in pages(english, chinese)
    )
    names = {Path(english).name, Path(chinese).name}
    assert said - names <= said_in_chinese
    assert said & names == {Path(chinese).name}
    assert said_in_chinese & names == {Path(english).name}
    for target in said_in_chinese:
        if not target.startswith("https:"):
            assert ((ROOT / chinese).parent / target.partition("#")[0]).exists()
