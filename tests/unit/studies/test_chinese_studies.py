"""Studies in Chinese: their titles, their factors, and what was found."""

import pytest

from skipviz.figures.studies import FACTOR_LABELS, study_curves_spec, study_heatmap_spec
from skipviz.language import _
from skipviz.studies import QUANTITY_LABELS, READY, Result, Study, StudyError, table
from skipviz.ui.studies.finding import finding, judged
from tests.chinese import chinese, english_in


def _results() -> list[Result]:
    made = [("none", 2, 0.5), ("none", 4, 0.0), ("residual 2", 2, 0.9), ("residual 2", 4, 0.8)]
    return [
        Result(f"{pattern} {depth}", {"depth": depth, "pattern": pattern}, 0, ratio=ratio)
        for pattern, depth, ratio in made
    ]


def test_ready_studies_factors_and_quantities_are_named() -> None:
    with chinese():
        said = [_(text) for each in READY.values() for text in (each.title, each.question)]
        said += [_(text) for text in (*FACTOR_LABELS.values(), *QUANTITY_LABELS.values())]
        assert [found for text in said for found in english_in(text)] == []
        assert _(READY["depth"].question) == ("第一层的梯度如何随深度衰减，跳跃连接又起什么作用？")


def test_what_was_found_is_a_chinese_sentence() -> None:
    cells = table(_results(), "ratio", "depth", "pattern")
    with chinese():
        assert finding(cells, "ratio", "depth", "pattern", "accuracy") == (
            "首层梯度与末层梯度之比从 恰为 0 (无跳连，深度 4) 到 0.9 (残差块 2 层，深度 2)。"
        )


def test_runs_are_judged_in_chinese() -> None:
    trained = {"settings": {"data": "digits", "steps": 200}, "trained_gradients": (1.0, 1.0)}
    made = Result(
        "a", {}, 0, weight_gradients=(1e-9, 1.0), train_loss=0.1, test_score=0.9, **trained
    )
    with chinese():
        assert judged([made]) == [
            "在初始权重下，1 次训练中有 1 次出现梯度饥饿的层。",
            "训练之后，1 次训练中：1 次在测试集上好于随机猜测。",
        ]


def test_charts_of_a_study_are_chinese() -> None:
    cells = table(_results(), "ratio", "depth", "pattern")
    with chinese():
        curves = study_curves_spec(cells, "ratio", "depth", "pattern")
        squares = study_heatmap_spec(cells, "ratio", "depth", "pattern")
    assert curves["layout"]["xaxis"]["title"]["text"] == "深度（层数）"
    assert curves["data"][0]["text"][0] == "0.5（1 次训练）"
    assert squares["data"][0]["hovertemplate"].startswith("跳连模式 %{y}，深度 %{x}：")


def test_what_cannot_be_is_said_in_chinese() -> None:
    with (
        chinese(),
        pytest.raises(StudyError, match="across 和 by 都是 depth；请取两个不同的因素。"),
    ):
        Study.of({"across": "depth", "by": "depth"})
