"""Problems of networks and their fixes, said in Chinese."""

import pickle
import re

import pytest

from skipviz.language import Continued, again, speaking
from skipviz.network import Limits, Network, NetworkError, Problem
from skipviz.network.drawing import drawing
from skipviz.network.edits import apply_edit
from skipviz.network.refit import refits
from tests.chinese import chinese, english_in

D, C = {"kind": "dense", "width": 8}, {"kind": "conv2d", "channels": 6}
A, R = {"kind": "attention", "heads": 3}, {"kind": "conv1d", "channels": 8, "kernel": 1}
IMAGE, SEQUENCE = (4, 8, 8), (5, 8)
ADD = {"kind": "add", "source": 0, "target": 2}
LAYERS = {
    "width": ((64,), [D, {"kind": "dense", "width": 16}], [ADD]),
    "rank": ((64,), [C, D], []),
    "sequence": (IMAGE, [A], []),
    "window": ((4, 3, 3), [C | {"kernel": 9, "padding": 1}], []),
    "groups": (IMAGE, [C | {"groups": 3}], []),
    "heads": (SEQUENCE, [A], []),
    "key heads": (SEQUENCE, [A | {"heads": 4, "kv_heads": 3}], []),
    "rotation": ((5, 6), [A | {"heads": 2, "rotary": True}], []),
    "pool": (IMAGE, [{"kind": "max_pool", "kernel": 2, "padding": 2}], []),
    "reshape": ((64,), [{"kind": "reshape", "shape": [3, 5]}], []),
    "tokens": ((64,), [D, {"kind": "embedding", "vocabulary": 5, "width": 4}], []),
    "slice": ((64,), [{"kind": "slice", "start": 60, "stop": 70}], []),
    "depth": ((64,), [{"kind": "depth_attention", "parts": 3}], []),
    "wiring": (IMAGE, [C | {"stride": 2}, C | {"reads": [0, 1]}], []),
    "sum": ((64,), [D, D | {"reads": {"entries": [0, 1], "combine": "add"}}], []),
    "unread": ((64,), [D, D | {"reads": [0]}], []),
    "memory": ((64,), [D, {"kind": "reshape", "shape": [4, 2]}, A | {"heads": 1, "memory": 1}], []),
    "values": ((64,), [D, {"kind": "reshape", "shape": [4, 2]}, A | {"heads": 1, "values": 1}], []),
    "value channels": (SEQUENCE, [R | {"channels": 2}, R, A | {"heads": 4, "values": 1}], []),
    "value positions": (SEQUENCE, [{"kind": "max_pool"}, A | {"heads": 1, "values": 0}], []),
    "tie": ((64,), [D, C | {"tied_to": 1}], []),
    "tied widths": ((64,), [D, {"kind": "dense", "width": 5, "tied_to": 1}], []),
    "norm": ((64,), [D | {"norm": "group", "norm_groups": 3}], []),
    "weight norm": ((64,), [{"kind": "identity", "norm": "weight"}], []),
    "feedback": ((64,), [D, D], [{"kind": "add", "source": 2, "target": 1}]),
    "concat": (IMAGE, [C, C | {"stride": 2}], [ADD | {"kind": "concat"}]),
    "projection": (IMAGE, [C, C], [ADD | {"kind": "projection", "channels": 5}]),
    "pad": (IMAGE, [C, C | {"stride": 2}], [ADD | {"kind": "pad", "stride": 1}]),
    "crop": ((6, 4, 4), [{"kind": "upsample"}, C], [ADD | {"resize": "crop"}]),
    "unpadded": (IMAGE, [C | {"padding": 0}, C], [ADD]),
    "shape": ((0, 2), [D], []),
}


def made(name: str) -> tuple[Network, tuple[int, ...]]:
    shape, layers, skips = LAYERS[name]
    return Network.of(layers=layers, skips=skips), shape


def said(problem: Problem) -> list[str]:
    return [str(problem), *(again(fix.label) for fix in problem.fixes)]


@pytest.mark.parametrize("name", LAYERS)
def test_problems_and_fixes_that_were_kept_are_said_in_chinese(name: str) -> None:
    network, shape = made(name)
    problems = network.on(shape, 10).problems
    assert problems
    with chinese():
        for text in (text for problem in problems for text in said(problem)):
            assert english_in(text) == []
            assert any(letter >= "\u4e00" for letter in text)


REFUSED = {
    "empty": {"layers": []},
    "reads": {"layers": [D | {"reads": [3]}]},
    "tied": {"layers": [D | {"tied_to": 1}]},
    "memory": {"layers": [A | {"memory": 2}]},
    "values": {"layers": [A | {"values": 2}]},
    "outside": {"layers": [D], "skips": [ADD | {"target": 9}]},
    "twice": {"layers": [D, D], "skips": [ADD, ADD]},
    "grows": {"layers": [D], "skips": [{"kind": "concat", "source": 1, "target": 1}]},
    "positions": {"layers": [D], "time": "positions", "time_steps": 3},
    "width": {"layers": [{"kind": "dense", "width": 0}]},
    "word": {"layers": [{"kind": "dense", "width": "wide"}]},
    "field": {"layers": [D | {"height": 3}]},
    "missing": {"layers": [{"kind": "dense"}]},
    "bias": {"layers": [D], "skips": [ADD | {"target": 2, "source": -1}]},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_network_that_cannot_be_is_refused_in_the_language_of_who_reads(name: str) -> None:
    with pytest.raises(NetworkError) as caught:
        Network.of(**REFUSED[name])
    english = str(caught.value)
    with chinese():
        assert english_in(str(again(caught.value.args[0]))) == []
        for problem in caught.value.problems:
            assert english_in(again(problem.message)) == []
    assert english == "\n".join(problem.message for problem in caught.value.problems)


EDITS = (
    {"do": "fly"},
    {"do": "remove_skip", "source": 0, "target": 2},
    {"do": "insert_layer", "at": 9},
    {"do": "remove_layer", "layer": 9},
    {"do": "change_layer", "layer": 9, "width": 2},
    {"do": "remove_layer", "layer": 1},
    {"do": "add_skip", "source": 10**12, "target": 1},
    {"do": "move_layers", "first": 1, "last": 1, "by": 3},
    {"do": "paste_layers", "at": 7, "layers": []},
    {"do": "paste_layers", "at": 1, "layers": []},
    {"do": "remove_layers", "first": 4, "last": 5},
    {"do": "remove_layer", "floor": 5},
)


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_an_edit_that_cannot_be_done_is_refused_in_chinese(edit: dict[str, object]) -> None:
    names = (str(edit["do"]), "add_skip")
    with chinese(), pytest.raises(NetworkError) as caught:
        apply_edit(Network.of(layers=[D]), edit)
    text = str(caught.value).split("。")[0]  # then the names of the edits
    assert english_in(text, *names) == []


def test_what_is_too_large_is_said_in_chinese() -> None:
    network = Network.of(layers=[D, D], skips=[ADD], time_steps=3)
    one, one_layer = Network.of(layers=[D]), Limits(width=1, entries=1, parameters=1, macs=1)
    small = Limits(layers=1, skips=0, time_steps=1, width=1, entries=1, parameters=1, macs=1)
    found = [*network.check((8,), 10, small), *one.check((8,), 10, one_layer)]
    assert len(found) > 5
    with chinese():
        assert [text for each in found for text in said(each) if english_in(text)] == []


def test_words_in_a_drawing_are_said_in_chinese() -> None:
    wired = [{"kind": "dense", "width": 8, "reads": [k - 1, k - 2]} for k in range(2, 260)]
    skips = [{"kind": "add", "source": 1, "target": k} for k in range(2, 9)]
    attending = [{"kind": "attention", "memory": 1}, {"kind": "attention", "values": 0}]
    for network in (
        Network.of(layers=[D, *wired], skips=skips),
        Network.of(layers=[D, *attending]),
    ):
        with chinese():
            svg = drawing(network)
        words = re.findall(r"<title>(.*?)</title>|>([^<>]+)</text>|aria-label=\"(.*?)\"", svg)
        assert [each for groups in words for each in map(english_in, groups) if each] == []
        assert "层" in svg


def test_other_positions_are_mended_in_chinese() -> None:
    resolved = Network.of(
        layers=[C | {"stride": 2}], readout={"kind": "per_position", "reads": None}
    ).on(IMAGE, 3)
    with chinese():
        labels = [fix.label for fix in refits(resolved, (8, 8))]
    assert labels
    assert not any(map(english_in, labels))


def test_a_fix_goes_on_within_a_sentence_in_any_language() -> None:
    network, shape = made("width")
    message = network.on(shape, 10).problems[0].message
    assert message.endswith(" Make it a projection or remove it.")
    kept = pickle.loads(pickle.dumps(message))
    with chinese():
        inside = again(kept)
    assert "。改为投影，或者去掉它。" in inside
    with speaking("en"):
        assert again(inside) == message


def test_what_goes_on_begins_small_when_it_is_said_again() -> None:
    with chinese():
        fix = made("width")[0].on((64,), 10).problems[0].fixes[0]
    with speaking("en"):
        assert again(Continued.of(fix.label.origin)) == "make it a projection"  # type: ignore[attr-defined]
