"""Verdicts in Chinese: whole sentences, nothing left in English, the same numbers."""

import re
from pathlib import Path

import pytest

from skipviz.arms import ARM_LABELS, arm_label
from skipviz.runs.verdict import pieces_of, verdict
from skipviz.text import duration_text, layers_text, rates_text, weakest_text, with_range
from skipviz.training import Run
from skipviz.ui.components.headline import sentence_html
from tests.chinese import chinese, english_in

RUNS = sorted((Path(__file__).parents[1] / "verdicts" / "runs").glob("*.npz"))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_every_recorded_verdict_is_chinese_with_the_same_numbers(path: Path) -> None:
    run = Run.load(path)
    english = str(verdict(run))
    with chinese():
        said = str(verdict(run))
    own = [arm for arm in run.main_arms if arm not in ARM_LABELS]
    assert english_in(said, *own) == []
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert sorted(_NUMBER.findall(english)) == sorted(_NUMBER.findall(said))


def test_a_verdict_that_was_kept_is_said_in_the_language_of_who_reads_it() -> None:
    run = Run.load(_named("adam"))
    kept = verdict(run)
    english = str(kept)
    with chinese():
        assert str(kept) == str(verdict(run)) != english
    assert str(kept) == english


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "adam",
            "带跳跃连接时，测试集的数字中有 96% 判断正确，去掉后为 8%（随机猜测水平为 10%）。"
            "去掉跳跃连接后，网络几乎没有学到东西：训练损失从 2.30 变为 2.30。"
            "去掉跳跃连接后，40 层中有 26 层处于梯度饥饿：它们得到的梯度不到最大梯度的百万分之一，"
            "第 4 层只有它的 3.9 × 10⁻¹⁵ 倍。"
            "带跳跃连接时，每一层得到的梯度都至少是最大梯度的 0.11 倍（第 27 层最小）。",
        ),
        (
            "he-residual-start",
            "去掉跳跃连接后，每一层得到的梯度都至少是最大梯度的 0.28 倍（第 21 层最小）。"
            "带跳跃连接时，发生梯度爆炸：从第 31 层向下到第 1 层，|∂L/∂s| 增大到 6.3 × 10⁴ 倍。"
            "带跳跃连接时，信号从第 1 层到第 31 层增大到 2.4 × 10⁴ 倍。"
            "带跳跃连接时，损失一开始就是 6.9 × 10⁴，而单凭猜测也只有 2.30。",
        ),
        (
            "smooth-surface",
            "带跳跃连接时，测试数据上的 R² 只有 0.90，去掉后则为 0.98：就这个种子而言变差"
            "（1 为完美，0 相当于总是猜平均值）。"
            "去掉跳跃连接后，每一层得到的梯度都至少是最大梯度的 0.49 倍（第 5 层最小）。"
            "带跳跃连接时，每一层得到的梯度都至少是最大梯度的 0.56 倍（第 2 层最小）。",
        ),
        (
            "linear-orthogonal",
            "在这条链中，训练在第 22 步崩溃：第 15 层的状态变成了 NaN 或无穷大。"
            "这个网络没有跳跃连接，因此还没有什么可以比较。",
        ),
    ],
)
def test_whole_verdicts(name: str, said: str) -> None:
    with chinese():
        assert str(verdict(Run.load(_named(name)))) == said


def test_pieces_keep_the_colour_of_their_arm_and_terms_are_explained() -> None:
    run = Run.load(_named("adam"))
    with chinese():
        pieces = list(pieces_of(verdict(run).messages))
        page = sentence_html(pieces)
    assert ("96%", "skip") in pieces
    assert ("8%", "plain") in pieces
    for term in ("随机猜测水平", "训练损失", "梯度饥饿", "最大梯度"):
        assert page.count(f">{term}</span>") == 1


def test_numbers_and_lists_of_layers() -> None:
    with chinese():
        assert layers_text([3]) == "第 3 层"
        assert layers_text([2, 3, 4, 9]) == "第 2 至 4 和 9 层"
        assert layers_text([1, 3, 5, 7, 9]) == "5 个层（最前面的是第 1 层）"
        assert with_range([1, 2, 3], str) == "2.0 (1 至 3)"
        assert weakest_text((3, 0.18)) == "0.18（第 3 层）"
        assert (
            rates_text([(120, 0.05), (300, 0.01)]) == "从第 120 步起为 0.05、从第 300 步起为 0.01"
        )
        assert [duration_text(s) for s in (0.2, 12, 150, 9_000)] == [
            "1 秒", "12 秒", "2 分钟", "2.5 小时",
        ]  # fmt: skip


def test_arms_go_by_chinese_names_and_own_ones_by_their_own() -> None:
    with chinese():
        assert [each for arm in ARM_LABELS for each in english_in(arm_label(arm))] == []
        assert arm_label("without 3 → 5") == "去掉 3 → 5"
        assert arm_label("half") == "half"


def _named(name: str) -> Path:
    return next(path for path in RUNS if path.stem == name)
