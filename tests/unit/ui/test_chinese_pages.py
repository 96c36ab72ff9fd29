"""Sentences of Paths, Landscape and of what goes wrong, in Chinese."""

import pickle
from typing import Any

import numpy as np
import pytest

from skipviz import data, graph, link
from skipviz.arms import STANDARD_ARMS
from skipviz.data.fit import compatibility_problems
from skipviz.data.summary import summary
from skipviz.jobs.memory import words_of
from skipviz.jobs.messages import Report
from skipviz.language import again
from skipviz.lesion.results import Singles
from skipviz.lesion.ways import Cut, why_not
from skipviz.network import Network
from skipviz.paths import PathGradients, spread
from skipviz.settings import Settings
from skipviz.theory.layers import TheoryError, read
from skipviz.ui.components.headline import pieces_of_message
from skipviz.ui.paths import along, counting, lesions
from tests.chinese import chinese, english_in

NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3),))


def _said(pieces: Any) -> str:
    return "".join(text for text, _ in pieces)


def _gradients(**values: Any) -> PathGradients:
    found: dict[str, Any] = {
        "trained": 0, "batch": 32, "lengths": (2, 4), "counts": (1, 1),
        "norms": np.array([1.0, 3.0]), "shares": np.array([0.25, 0.75]), "norm": 3.5,
        "single": np.array([1.0, 3.0]), "samples": 10, "by_skips": np.ones((1, 2)),
        "skip_shares": np.ones((1, 2)),
    }  # fmt: skip
    return PathGradients(**found | values)


def test_paths_are_counted_in_chinese() -> None:
    found = spread(graph.path_lengths(NETWORK))
    with chinese():
        said = "从输入到输出层有 2 条路径；最短的经过 2 层，最长的经过 4 层。"
        assert counting.sentence(found, 4) == said
        assert english_in(counting.detail(NETWORK, found, 1)) == []
        assert english_in(counting.detail(NETWORK, found, 3)) == []


def test_where_the_gradient_sits_is_coloured_in_either_order() -> None:
    with chinese():
        pieces = along.sentence(_gradients())
        assert _said(pieces) == (
            "在初始权重下，75% 的梯度在经过 4 层的路径中；50% 的路径经过 4 层。"
        )
        assert ("4 层", "skip") in pieces
        assert _said(along.sentence(_gradients(norm=0.0, trained=5))) == (
            "训练之后，没有梯度到达输入：它恰为 0。"
        )
        assert english_in(along.detail(_gradients()), "Veit") == []


def test_what_deleting_does_is_said_in_chinese() -> None:
    scores = np.array([0.8, 0.5])
    found = Singles("skip", 0.1, 0.9, (1, 2), scores, scores, (), np.empty(0), np.empty(0))
    with chinese():
        assert lesions.study_sentence(
            [found], data.info("digits"), Network.mlp(2, 8, skips=((0, 2),))
        ) == (
            "带跳跃连接时，删去一层会使测试准确率从 0.90 平均降到 0.65，最差降到 0.50（第 2 层）。"
        )
        cut = Cut(frozenset({2, 3}), frozenset({(1, 3)}))
        assert lesions._named(cut) == ["第 2、3 层", "跳连 1 → 3"]
        resolved = data.info("digits").resolve(Network.mlp(depth=2, width=8))
        assert why_not(resolved, 1).startswith("第 1 层把形状为 64 的状态变为 8")


def test_a_message_in_pieces_takes_its_places_from_the_language() -> None:
    with chinese():
        pieces = pieces_of_message(
            "{who}, {count} of {all} layers is starved: layer {layer} gets {share} of the largest "
            "gradient, less than a millionth.",
            {"share": "plain"},
            who="W", count=1, all=4, layer=2, share="S",
        )  # fmt: skip
    assert [text for text, _ in pieces][:4] == ["W", "，", "4", " 层中有 "]
    assert ("S", "plain") in pieces


def test_errors_are_said_again_where_they_are_read() -> None:
    error = words_of(MemoryError(), 512)
    sent = pickle.loads(pickle.dumps(Report(error=error)))
    with chinese():
        assert again(sent.error) == (
            "所需内存超过这里给一次训练的 512 MB。"
            "请尝试较小的网络、较少的对照组或随机种子，或较小的批次。"
        )
        with pytest.raises(link.LinkError, match=r"^链接已损坏；请重新索取。$"):
            link.decode("!")
        with pytest.raises(ValueError, match="有一个对照组写了两次。"):
            Settings(arms=("skip", "skip"))
        network = Network.of(layers=[{"kind": "identity"}], skips=[])
        with pytest.raises(TheoryError, match=r"^第 1 层没有理论曲线：它不是全连接层。$"):
            read(network, (8,), 2, STANDARD_ARMS["skip"])


def test_what_does_not_fit_the_data_is_said_in_chinese() -> None:
    info = data.info("sonnets")
    with chinese():
        (problem, *_) = compatibility_problems(info.resolve(NETWORK), info)
        assert str(problem.message) == (
            "十四行诗，下一个字母由词元编号组成，而第 1 层不是嵌入层。在最前面放一个嵌入层。"
        )


@pytest.mark.parametrize("name", data.names())
def test_a_data_set_is_described_in_chinese(name: str) -> None:
    with chinese():
        assert english_in(summary(data.info(name), 1797)) == []


def test_data_sets_in_one_line() -> None:
    with chinese():
        assert summary(data.info("digits"), 1797) == "1,797 个图像（8×8），10 类"
        assert summary(data.info("wine"), 178) == "178 个由 13 个数描述的葡萄酒，3 类"
