"""Charts, probes and reports in Chinese: no English is left, and traces keep their names."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import pytest

from skipviz import data
from skipviz.charts import Axis, Bar, Curve, Heat, LabelledBars, Lines, Mark
from skipviz.figures.ablation import ablation_spec
from skipviz.figures.attribution import skip_shares_spec, skips_taken_spec
from skipviz.figures.chart import chart_spec
from skipviz.figures.drawing import editor_gradients
from skipviz.figures.gradient import layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec
from skipviz.figures.histogram import gradient_histogram_spec
from skipviz.figures.learned import learned_curves_spec
from skipviz.figures.training import training_curves_spec
from skipviz.language import _
from skipviz.network import Network, Scale
from skipviz.probes.catalogue import BY_NAME, PROBES, VIEWS
from skipviz.report import report
from skipviz.training import Run, train
from tests.chinese import chinese, english_in

FREE = re.compile(r"\\|<[^>]*>|%\{[^}]*\}")
"""Of plotly: tags, and places of its own."""


@pytest.fixture(scope="module")
def run() -> Run:
    scale = Scale(value=0, learned="channel")
    network = Network.mlp(depth=4, width=8).add_skip(1, 3, branch_scale=scale)
    return train(network, steps=4, arms=("skip", "plain", "leave_one_out"), probes="full")


def texts_of(spec: Any, key: str = "") -> Iterator[str]:
    """What a person reads on a figure; `name` of a trace is read where there is a legend."""
    if isinstance(spec, str):
        if key in {"text", "hovertemplate", "ticktext", "hovertext", "title"}:
            yield FREE.sub("", spec)
    elif isinstance(spec, dict):
        for name, value in spec.items():
            yield from texts_of(value, name)
    elif isinstance(spec, list | tuple):
        for value in spec:
            yield from texts_of(value, key)


SPECS = {
    "curves": layer_curves_spec,
    "heat map": layer_heatmap_spec,
    "training": training_curves_spec,
    "lost without": ablation_spec,
    "shares": lambda run: skip_shares_spec(run, "skip"),
    "skips taken": lambda run: skips_taken_spec(run, "skip"),
    "learned": lambda run: learned_curves_spec(run, "branch_scale", "skip"),
    "histogram": lambda run: gradient_histogram_spec(run, "skip"),
}


@pytest.mark.parametrize("name", SPECS)
def test_nothing_on_a_figure_of_a_run_is_english(name: str, run: Run) -> None:
    with chinese():
        said = [*texts_of(SPECS[name](run))]
    assert any(re.search(r"[\u4e00-\u9fff]", text) for text in said)
    assert [found for text in said for found in english_in(text)] == []


def test_names_of_traces_are_the_same_in_every_language(run: Run) -> None:
    """The table behind a chart and the stream know traces by them."""
    names = [trace["name"] for trace in layer_curves_spec(run)["data"]]
    with chinese():
        assert [trace["name"] for trace in layer_curves_spec(run)["data"]] == names


def test_what_a_skip_learns_is_said_beside_it(run: Run) -> None:
    with chinese():
        lines = editor_gradients(run)["arms"][0]["learned"]["1-3"]
    assert lines[0].startswith("分支缩放（均方根）")
    assert "，|∂L/∂缩放| " in lines[0]


def test_every_probe_says_in_chinese_what_it_is() -> None:
    names = "TensorFlow", "Balduzzi", "ReLU", "Frobenius", "RMS"
    with chinese():
        for probe in PROBES:
            for text in (probe.heading, probe.sentence):
                assert english_in(text, *names) == []
        assert BY_NAME["dead"].sentence == "死亡单元：对批次中每个样本都饱和的单元所占的比例。"
        assert [_(view.title) for view in VIEWS][:2] == ["权重的梯度", "状态的梯度"]


def test_a_chart_made_in_another_language_is_said_again() -> None:
    curve = Curve(_("with skips"), np.arange(3.0), np.arange(3.0), "skip")
    marks = (Mark(1, _("chance {chance}", chance=1)),)
    made = Lines((curve,), Axis(_("layer")), Axis(_("loss")), marks)
    bars = LabelledBars((Bar(_("without"), 1, 0, 2),), Axis(_("share")))
    heat = Heat(np.ones((2, 2)), Axis(_("step")), Axis(_("layer")))
    with chinese():
        said = [text for chart in (made, bars, heat) for text in texts_of(chart_spec(chart))]
    assert {"带跳连", "层", "损失", "随机猜测1", "去掉跳连", "占比", "步"} <= {*said} | {
        part for text in said for part in text.split("，")
    }
    assert chart_spec(made)["layout"]["xaxis"]["title"]["text"] == "layer"


def test_the_report_of_a_run_is_chinese(run: Run) -> None:
    with chinese():
        page = report(run)
    assert '<html lang="zh">' in page
    told = re.sub(r"<(script|style|pre)[\s\S]*?</\1>", "", page)
    read = unescape(re.sub(r"<[^>]+>", "\n", told))
    assert [each for line in read.splitlines() for each in english_in(line)] == []


def test_data_sets_have_chinese_titles_and_sources() -> None:
    for name in data.names():
        info = data.info(name)
        with chinese():
            said = (_(info.title), _(info.source), _(info.group), info.test_score_text)
        assert [each for text in said for each in english_in(text, "Peterson", "OpenML")] == []
