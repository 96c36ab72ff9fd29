"""Guided experiments in Chinese: every text of every claim, and what a worker sends."""

import re
from collections.abc import Iterator

import pytest

from skipviz import experiments
from skipviz.engine.experiments.running import run
from skipviz.experiments import Experiment
from skipviz.experiments.running import Progress
from skipviz.experiments.wording import band_text, value_text, verdict
from skipviz.language import _, again
from skipviz.ui.experiments.table import table_html
from tests.chinese import chinese, english_in

NAMES = (  # titles that are cited as they are, and names
    "Batch Normalization Biases Residual Blocks Towards the Identity Function "
    "in Deep "
    "Networks", "A Mean Field Theory of Batch Normalization", "Deep Information Propagation",
    "Deep Residual Learning", "Feedback Networks", "Highway Networks", "How to Start Training",
    "Identity Mappings in Deep Residual Networks", "Identity Mappings",
    "Mean Field Residual Networks", "On Layer Normalization in the Transformer Architecture",
    "Residual Networks Behave Like Ensembles of Relatively Shallow Networks",
    "The Shattered Gradients Problem", "looks-linear", "Post-LN Transformer", "ln d",
)  # fmt: skip


def texts_of(experiment: Experiment) -> Iterator[str]:
    source, setup = experiment.source, experiment.setup()
    yield from (experiment.title, experiment.claim, source.text, source.cited)
    yield from (experiment.falsified, experiment.cleared, experiment.setting)
    yield from (experiment.short, experiment.differs)
    yield from (control.label for control in experiment.controls)
    for quantity in experiment.quantities:
        yield from (quantity.label, quantity.published)
    for part in experiment.parts(setup):
        for variant in part.variants:
            yield from (variant.label, variant.published)


@pytest.mark.parametrize("name", experiments.names())
def test_an_experiment_is_told_in_chinese(name: str) -> None:
    experiment = experiments.load(name)
    with chinese():
        said = [again(_(text)) if text else "" for text in texts_of(experiment)]
        table = table_html(experiment, experiment.setup(), Progress(0.0))
    assert [found for text in said for found in english_in(text, *NAMES)] == []
    assert english_in(re.sub(r"<[^>]*>", "\n", table), *NAMES) == []


def test_what_a_worker_sends_is_said_again() -> None:
    *__, last = run("g7", {})
    with chinese():
        (panel,) = [again(each.title) for each in last.panels]
        assert panel == "按长度的路径"
        assert [found for each in last.panels for found in english_in(again(each.note))] == []
        assert (
            verdict(last, thin=False) == "与说法相符：全部 7 个量的中位数都在预期范围内（完整版）。"
        )
        assert verdict(Progress(0.5), thin=True) == "正在测量短版……50%"


def test_claims_held_word_for_word() -> None:
    with chinese():
        assert _(experiments.load("g3").claim) == (
            "深的普通网络可以每一层的梯度都正常，训练损失却远高于浅网络；带跳跃连接则不会。"
        )
        assert _(experiments.load("g7").claim) == (
            "n 个残差块有 2 的 n 次方条路径，长度服从二项分布；删去一块会去掉其中一半。"
        )
        assert band_text((0.9, 1), "share") == "90% 至 100%"
        assert band_text((0, 0.15), "number") == "至多 0.15"
        assert value_text(float("nan"), "number") == "无：已发散"
