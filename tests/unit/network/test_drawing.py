"""Where things stand in the drawing of a network: geometry read back from the SVG."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import pytest

import skipviz
from skipviz import presets
from skipviz.figures.style import arm_style
from skipviz.network import SKIP_KINDS, Network
from skipviz.network.drawing import LOOKS, MOST_BOXES, UNKNOWN, Paint, drawing

NAMESPACE = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+\.?\d*")
ROUNDED = 0.11  # coordinates have one decimal
LEFT, RIGHT = 24, 1060 - 24  # the picture is 1060 wide


class Drawn:
    """The parts of a drawing, as numbers."""

    def __init__(self, network: Network, paints: tuple[Paint, ...] = ()) -> None:
        root = ElementTree.fromstring(drawing(network, paints))
        self.width, self.height = map(float, root.attrib["viewBox"].split()[2:])
        self.boxes = [self._box(box) for box in root.iter(f"{NAMESPACE}rect")]
        self.fills = [box.attrib["fill"] for box in root.iter(f"{NAMESPACE}rect")]
        self.corners = [float(box.attrib["rx"]) for box in root.iter(f"{NAMESPACE}rect")]
        paths = list(root.iter(f"{NAMESPACE}path"))
        self.arcs = {
            title: self._numbers(path.attrib["d"])
            for path in paths
            if (title := path.findtext(f"{NAMESPACE}title"))
        }
        self.slashes = [self._numbers(p.attrib["d"]) for p in paths if p.attrib["class"] == "zero"]
        self.lines = [
            [float(line.attrib[name]) for name in ("x1", "y1", "x2", "y2")]
            for line in root.iter(f"{NAMESPACE}line")
        ]
        texts = list(root.iter(f"{NAMESPACE}text"))
        self.numbers = {
            text.text: float(text.attrib["x"]) for text in texts if "class" not in text.attrib
        }
        self.words_end = max(float(text.attrib["y"]) for text in texts)

    @staticmethod
    def _box(box: ElementTree.Element) -> tuple[float, float, float]:
        """Centre and size of a square."""
        x, y, width, height = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert width == height
        return x + width / 2, y + height / 2, width

    @staticmethod
    def _numbers(path: str) -> list[float]:
        return [float(number) for number in NUMBER.findall(path)]


def test_a_skip_looks_as_in_the_editor_whatever_its_kind() -> None:
    css = (Path(skipviz.__file__).parent / "ui/components/editor/arcs.css").read_text("utf-8")
    rule = re.compile(r"\.arc\.(\w+) \.line \{\s*stroke: (#\w+);\s*stroke-dasharray: ([\d ]+);")
    of_editor = {kind: (colour.upper(), dashes) for kind, colour, dashes in rule.findall(css)}
    assert {kind: look for kind, look in LOOKS.items() if kind != "add"} == of_editor
    assert set(LOOKS) == set(SKIP_KINDS)
    drawn = drawing(Network.mlp(4, 8, skips=((1, 3),)).change_skip(1, 3, kind="concat"))
    assert 'stroke="#A6761D" stroke-width="2" stroke-dasharray="6 5"' in drawn


def test_no_skip_has_the_colour_of_the_curves_without_skips() -> None:
    without = {arm_style("plain").colour(theme) for theme in ("light", "dark")}
    assert without.isdisjoint(colour for colour, _ in LOOKS.values())


def peak(arc: list[float]) -> float:
    """The height of a cubic Bezier curve half-way: (P0 + 3 P1 + 3 P2 + P3) / 8."""
    _, y0, _, y1, _, y2, _, y3 = arc
    return (y0 + 3 * y1 + 3 * y2 + y3) / 8


@pytest.mark.parametrize(("depth", "size"), [(3, 28.0), (100, 0.7 * (RIGHT - LEFT) / 101)])
def test_boxes_stand_evenly_on_one_line_from_edge_to_edge(depth: int, size: float) -> None:
    drawn = Drawn(Network.mlp(depth, 4))
    places = [x for x, _, _ in drawn.boxes]
    step = (RIGHT - LEFT) / (depth + 1)
    assert places == pytest.approx([LEFT + step * k for k in range(depth + 2)], abs=ROUNDED)
    assert {round(width, 1) for *_, width in drawn.boxes} == {round(size, 1)}
    assert set(drawn.corners) == {float(f"{min(4.0, size / 4):.1f}")}
    (line,) = drawn.lines
    level = drawn.boxes[0][1]
    assert [y for _, y, _ in drawn.boxes] == pytest.approx([level] * (depth + 2), abs=ROUNDED)
    assert line == pytest.approx([LEFT, level, RIGHT, level], abs=ROUNDED)


def test_of_a_deep_network_the_middle_is_as_wide_as_12_places_and_dashed() -> None:
    drawn = Drawn(Network.mlp(MOST_BOXES, 4))
    places = [x for x, _, _ in drawn.boxes]
    step = (RIGHT - LEFT) / (60 + 12 + 60 - 1)
    gaps = sorted({round(b - a, 0) for a, b in pairwise(places)})
    assert len(places) == 120
    assert gaps == pytest.approx([step, 13 * step], abs=0.6)
    assert (places[0], places[-1]) == pytest.approx((LEFT, RIGHT), abs=ROUNDED)
    ends = [x for start, _, end, _ in drawn.lines for x in (start, end)]
    met = [places[0], places[59], places[59], places[60], places[60], places[-1]]
    assert sorted(ends) == pytest.approx(met, abs=ROUNDED)


def test_a_network_of_200_boxes_is_drawn_whole() -> None:
    assert len(Drawn(Network.mlp(MOST_BOXES - 2, 4)).boxes) == MOST_BOXES


@pytest.mark.parametrize("depth", [9, 70])
def test_a_skip_is_an_arc_over_what_it_skips_and_feedback_one_below(depth: int) -> None:
    network = Network.mlp(depth, 4, skips=((1, 3), (0, 10))).add_skip(5, 4).add_skip(7, 7)
    drawn = Drawn(network.set_time_steps(2))
    step = (RIGHT - LEFT) / (depth + 1)
    level, half = drawn.boxes[0][1], min(28, 0.7 * step) / 2
    assert drawn.width == 1060
    for title, (p, q), side in [
        ("add 1 → 3", (1, 3), -1),
        ("add 0 → 10", (0, 10), -1),
        ("add 5 → 4", (5, 4), 1),
        ("add 7 → 7", (7, 7), 1),
    ]:
        arc, out = drawn.arcs[title], half if p == q else 0
        expected = [LEFT + step * p - out, LEFT + step * q + out]
        assert [arc[0], arc[6]] == pytest.approx(expected, abs=ROUNDED)
        assert [arc[2], arc[4]] == [arc[0], arc[6]]
        assert [arc[1], arc[7]] == pytest.approx([level + side * half] * 2, abs=ROUNDED)
        height = min(120.0, 14 + 5 * (abs(q - p) * step) ** 0.5)
        assert peak(arc) == pytest.approx(level + side * height, abs=0.2)


@pytest.mark.parametrize("preset", ["default", "feedback", "plain"])
def test_everything_is_inside_the_picture_and_the_picture_is_no_larger(preset: str) -> None:
    network = presets.load(preset) if preset != "plain" else Network.mlp(3, 4)
    drawn = Drawn(network)
    peaks = [peak(arc) for arc in drawn.arcs.values()]
    level, box = drawn.boxes[0][1], drawn.boxes[0][2]
    top = min([level - box / 2, *peaks])
    assert top == pytest.approx(box if min([level, *peaks]) < level else box / 2, abs=0.2)
    bottom = max([level, *peaks]) + box + 20
    assert drawn.height == pytest.approx(bottom, abs=0.6)
    assert level + box / 2 + 16 <= drawn.height


def test_what_is_left_out_is_written_below_everything_else() -> None:
    whole, cut = Drawn(Network.mlp(MOST_BOXES - 2, 4)), Drawn(Network.mlp(MOST_BOXES - 1, 4))
    box = cut.boxes[0][2]
    assert cut.height == pytest.approx(2 * box + 20 + 20, abs=0.6)
    assert whole.height == pytest.approx(2 * whole.boxes[0][2] + 20, abs=0.6)
    assert cut.words_end == pytest.approx(2 * box + 20 + 14, abs=ROUNDED)
    assert cut.words_end < cut.height


@pytest.mark.parametrize(("depth", "every"), [(3, 1), (18, 1), (19, 2), (58, 3)])
def test_numbers_stand_under_their_boxes_as_many_as_have_room(depth: int, every: int) -> None:
    drawn = Drawn(Network.mlp(depth, 4))
    inner = [k for k in range(every, depth + 1, every) if depth + 1 - k >= every]
    assert list(drawn.numbers) == ["x", *map(str, inner), "out"]
    for k, name in zip([0, *inner, depth + 1], drawn.numbers, strict=True):
        assert drawn.numbers[name] == pytest.approx(drawn.boxes[k][0], abs=ROUNDED)


def test_a_box_has_its_colour_and_is_struck_through_where_the_gradient_is_zero() -> None:
    paints = (Paint(), Paint("#123456", "2.0"), Paint("#654321", "0", zero=True), Paint())
    drawn = Drawn(Network.mlp(2, 4), paints)
    assert drawn.fills == [UNKNOWN, "#123456", "#654321", UNKNOWN]
    (slash,) = drawn.slashes
    x, y, box = drawn.boxes[2]
    reach = 0.44 * box
    assert slash == pytest.approx([x - reach, y + reach, x + reach, y - reach], abs=ROUNDED)
