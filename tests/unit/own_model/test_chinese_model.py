"""A model of one's own in Chinese: what was found, its drawing, its verdict and its report."""

import re
from html import unescape

import pytest

from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.selection import folded
from skipviz.report import report
from skipviz.runs.verdict import verdict
from skipviz.ui.model.brought import EXAMPLES, example
from tests.chinese import chinese, english_in


def _modules(run: ModelRun) -> list[str]:
    """Names out of the code of the model, the longest first."""
    ends = {end for skip in run.structure.skips for end in (skip.source, skip.target)}
    names = {part for end in ends for part in (end, folded(end))} - {""}
    names |= {"relu", *(layer.name for layer in run.structure.layers)}
    return sorted(names, key=len, reverse=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_told_in_chinese(name: str) -> None:
    run = example(name)
    with chinese():
        skips = run.own_skips
        told = [skips.headline, str(verdict(run.together())), *map(run.label_of, run.arms)]
        told += re.findall(r"<title>(.*?)</title>", drawing(run.structure))
        told += re.findall(r">([^<>]+)<", skips.table_html)
    assert [found for text in told for found in english_in(unescape(text), *_modules(run))] == []


def test_the_skips_of_an_example_in_one_line() -> None:
    with chinese():
        headline = example("resnet18").own_skips.headline
    assert headline == "ResNet18：8 条跳跃连接（5 相加、3 投影）"


def test_its_report_is_chinese() -> None:
    run = example("resnet18")
    with chinese():
        page = report(run)
    told = re.sub(r"<(script|style|svg)[\s\S]*?</\1>", "", page)
    read = unescape(re.sub(r"<[^>]+>", "\n", told))
    assert [each for line in read.splitlines() for each in english_in(line, *_modules(run))] == []
