"""Skips chosen by pattern, listed, and drawn."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
import torch
from torch import nn

import skipviz as sv
from skipviz.network.drawing import Paint
from skipviz.own_model.blocks import folded_blocks
from skipviz.own_model.drawing import drawing
from skipviz.own_model.selection import Skips, folded_names
from skipviz.own_model.structure import Layer, Structure
from tests.unit.own_model.zoo import CASES
from tests.unit.own_model.zoo.convolutional import resnet_basic
from tests.unit.own_model.zoo.sequences import GPT, Albert, EncoderDecoder

SVG = "{http://www.w3.org/2000/svg}"


def found(model: nn.Module, *inputs: torch.Tensor) -> Skips:
    with sv.watch(model) as watch:
        model(*inputs).square().mean().backward()
    return watch.skips


@pytest.fixture(scope="module")
def gpt() -> Skips:
    return found(GPT(12), torch.randint(0, 11, (2, 6)))


@pytest.fixture(scope="module")
def resnet() -> Skips:
    return found(resnet_basic(), torch.randn(2, 3, 8, 8))


def test_skips_are_chosen_by_the_modules_they_end_in(gpt: Skips) -> None:
    assert len(gpt) == 24
    assert [skip.target for skip in gpt["h.3"]] == ["h.3", "h.3"]
    assert len(gpt["h.1*"]) == 6
    assert len(gpt["h.0 → h.1"]) == 1
    assert len(gpt[:5]) == 5
    assert gpt[0].index == 0
    assert len(gpt - gpt["h.1*"]) == 18
    assert (gpt["h.2"] | gpt["h.1"]).indices == (gpt["h.1"] | gpt["h.2"]).indices
    assert len(gpt.of_kind("add")) == 24
    assert len(gpt.of_kind("concat")) == 0
    with pytest.raises(KeyError, match=r"No skip ends in 'layer9'.*h\.0, h\.1"):
        gpt["layer9"]


def test_repeated_blocks_are_one_row_each_line(gpt: Skips) -> None:
    rows = gpt.rows()
    assert [row[:2] for row in rows] == [("add", "12"), ("add", "12")]
    assert {row[3] for row in rows} == {"h.*"}
    lines = repr(gpt).splitlines()
    assert lines[0] == "GPT: 24 skips (24 add)"
    assert len(lines) == 4


def test_file_and_line_are_where_the_sum_stands(resnet: Skips) -> None:
    (name,) = {skip.file for skip in resnet}
    assert name == "tests/unit/own_model/zoo/convolutional.py"
    (line,) = {skip.line for skip in resnet}
    with open(name) as source:  # noqa: PTH123
        assert source.read().splitlines()[line - 1].strip() == "out += identity"


def test_headlines_count_merges_and_edges() -> None:
    torch.manual_seed(0)
    case = CASES["densenet"]
    assert found(case.make(), *case.inputs()).headline == "DenseNet: 7 skips (7 concat, 16 edges)"
    case = CASES["squeeze-excite"]
    text = repr(found(case.make(), *case.inputs()))
    assert "Gates, no skips: blocks.*.gate (5)." in text
    text = repr(found(Albert(), torch.randint(0, 11, (2, 6))))
    assert "1, used 4 times" in text


def test_the_notebook_has_a_table_and_a_drawing(resnet: Skips) -> None:
    html = resnet._repr_html_()
    assert html.count("<svg") == 1
    assert html.count("<table>") == 1
    assert html.count('class="skip"') == 3
    assert "ResNet: 3 skips (2 add, 1 projection)" in html


def shapes(svg: str, kind: str) -> list[ElementTree.Element]:
    return [each for each in ElementTree.fromstring(svg).iter() if each.get("class") == kind]


def test_every_layer_and_skip_is_drawn_at_its_depth(resnet: Skips) -> None:
    svg = drawing(resnet.structure)
    boxes, arcs = shapes(svg, "layer"), shapes(svg, "skip")
    assert len(boxes) == len(resnet.structure.layers)
    assert len(arcs) == 3
    centres = {
        box.find(f"{SVG}title").text: float(box.get("x", 0)) + float(box.get("width", 0)) / 2  # type: ignore[union-attr]
        for box in boxes
    }
    at = {layer.depth: centres[layer.name] for layer in resnet.structure.layers}
    for skip, arc in zip(resnet, arcs, strict=True):
        numbers = [float(each) for each in re.findall(r"[\d.]+", arc.get("d", ""))]
        assert numbers[0] == pytest.approx(at[skip.from_depth], abs=0.11)
        assert numbers[-2] == pytest.approx(at[skip.to_depth], abs=0.11)
        assert skip.where in (arc.find(f"{SVG}title").text or "")  # type: ignore[union-attr]


def test_repeated_blocks_are_drawn_once_and_counted(gpt: Skips) -> None:
    svg = drawing(gpt.structure)
    assert len(shapes(svg, "skip")) == 2
    texts = [each.text for each in shapes(svg, "fold") if each.tag == f"{SVG}text"]
    assert texts == ["× 12"]
    drawn = folded_blocks(gpt.structure)
    blocks = {layer.name.split(".")[1] for _, layer in drawn.layers if layer.name.startswith("h.")}
    assert blocks == {"0"}


def test_a_tower_has_a_lane_of_its_own() -> None:
    skips = found(EncoderDecoder(), *CASES["encoder-decoder"].inputs())
    heights = {
        box.find(f"{SVG}title").text.split(".")[0]: float(box.get("y", 0))  # type: ignore[union-attr]
        for box in shapes(drawing(skips.structure), "layer")
    }
    assert heights["decoder"] > heights["encoder"] + 20


def test_gradients_colour_the_layers(resnet: Skips) -> None:
    count = len(resnet.structure.layers)
    paints = [Paint("#123456", "0.5"), *[Paint("#4CC9F0", "exactly 0", True)] * (count - 1)]
    svg = drawing(resnet.structure, paints, chosen=[1])
    assert svg.count("#123456") == 1
    assert len(shapes(svg, "zero")) == count - 1
    bold = [arc.get("data-skip") for arc in shapes(svg, "skip") if arc.get("stroke-width") == "3.5"]
    assert bold == ["1"]


def test_names_of_modules_are_text() -> None:
    layer = Layer(name="<script>", weights=("<script>.weight",), depth=1)
    structure = Structure(model="<b>Net</b>", layers=(layer,), gates=("<i>",))
    html = Skips(structure)._repr_html_()
    assert "<script>" not in html
    assert "<b>Net" not in html
    assert "<i>" not in html


def test_a_pattern_before_the_first_step_is_told_to_wait() -> None:
    watch = sv.watch(nn.Linear(8, 8))
    with pytest.raises(KeyError, match="Run one step first"):
        watch.arm("plain", only=watch.skips["1"])


def test_nothing_is_drawn_of_a_model_that_has_not_run() -> None:
    with sv.watch(GPT()) as watch:
        assert len(watch.skips) == 0
        assert repr(watch.skips).startswith("GPT: 0 skips")
        assert watch.gradient_norms().shape == (0, 0)
        assert watch.skips._repr_html_()


def notes_of(svg: str) -> list[str]:
    return re.findall(r'<text class="note"[^>]*>([^<]*)</text>', svg)


def test_gates_and_tied_weights_are_told_below_the_drawing() -> None:
    case = CASES["squeeze-excite"]
    structure = found(case.make(), *case.inputs()).structure
    assert notes_of(drawing(structure)) == [
        "5 gates, not drawn: a product with what was computed from the same data; no skip."
    ]
    tied = notes_of(drawing(found(GPT(), torch.randint(0, 11, (2, 6))).structure))
    assert tied == ["Tied, the same weights used at several places: wte and head."]
    (shared,) = notes_of(drawing(found(Albert(), torch.randint(0, 11, (2, 6))).structure))
    assert "layer.attn.q, 4 times; layer.attn.k, 4 times" in shared
    assert shared.endswith(" more layers.")


def test_a_model_with_neither_has_no_words_below(resnet: Skips) -> None:
    assert notes_of(drawing(resnet.structure)) == []


def parts_of(svg: str) -> list[str]:
    return re.findall(r'<text class="part" x="[^"]*"[^>]*>([^<]*)</text>', svg)


def layers_named(*names: str) -> Structure:
    layers = [Layer(name=name, weights=(f"{name}.w",), depth=k) for k, name in enumerate(names, 1)]
    return Structure(model="Net", layers=tuple(layers))


def test_the_parts_of_a_model_are_named_below_it() -> None:
    """The part with over half of the depths is taken apart, as long as that leaves few."""
    stages = [f"body.stage{s}.{k}.conv" for s in (1, 2) for k in range(3)]
    svg = drawing(layers_named("stem", *stages, "head"))
    assert sorted(parts_of(svg)) == ["body.stage1", "body.stage2", "head", "stem"]
    assert parts_of(drawing(layers_named("only"))) == []


def test_a_pattern_stands_for_layers_only_where_all_of_them_are_meant() -> None:
    structure = layers_named("b.0.near", "b.0.far", "b.1.near", "b.1.far", "head")
    assert folded_names(["b.0.far", "b.1.far", "head"], structure.modules) == "b.*.far (2), head"
    assert (
        folded_names(["b.0.far", "b.1.far", "b.1.near"], structure.modules)
        == "b.*.far (2), b.1.near"
    )
    beside = structure.model_copy(update={"parallel": ("b.2.far",)})
    assert folded_names(["b.0.far", "b.1.far"], beside.modules) == "b.0.far, b.1.far"
    many = layers_named(*(f"t{k}" for k in range(22)))
    assert folded_names([f"t{k}" for k in range(21)], many.modules).endswith("t19, ..")


def test_words_below_a_drawing_do_not_overlap() -> None:
    svg = drawing(layers_named(*(f"a_long_name_of_a_part_{k}" for k in range(14))))
    centres = [float(x) for x in re.findall(r'class="part" x="([^"]*)"', svg)]
    assert 1 < len(centres) < 14
    assert min(b - a for a, b in pairwise(sorted(centres))) > 22 * 6


def test_layers_that_find_no_place_are_counted() -> None:
    layers = tuple(Layer(name=f"t{k}", weights=(f"t{k}.w",), depth=1) for k in range(7))
    assert notes_of(drawing(Structure(model="Net", layers=layers))) == [
        "Not drawn: 3 layers stand below others at the same depth."
    ]


class Biased(nn.Module):
    """Scores take in a position bias that is looked up for no data."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.table = nn.Linear(8, 8), nn.Linear(8, 8), nn.Embedding(5, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.second(torch.relu(self.first(x)))
        scores = x @ x.transpose(-1, -2) + self.table(torch.arange(5))
        return scores.softmax(-1) @ x


def test_a_table_of_positions_stands_where_it_is_taken_in() -> None:
    depths = {
        each.name: each.depth for each in found(Biased(), torch.randn(2, 5, 8)).structure.layers
    }
    assert depths == {"first": 1, "second": 2, "table": 3}
