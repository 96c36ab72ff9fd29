"""The lines of what layers read in the drawing: one for every entry, none over another."""

import re
from itertools import combinations

import pytest

from skipviz import presets
from skipviz.network import Network
from skipviz.network.drawing import drawing

LINE = re.compile(r'class="wire"[^>]* d="M([\d.]+) [\d.]+V([\d.]+)H([\d.]+)V')
CHAIN = re.compile(r'class="chain" x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"')
BOX = re.compile(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"')
WIRED = ("se_block", "swiglu", "inception", "gated_pinn", "parallel_transformer")


def middles(network: Network) -> list[float]:
    """Of the boxes in the drawing, the input's first."""
    return [float(x) + float(width) / 2 for x, width in BOX.findall(drawing(network))]


@pytest.mark.parametrize("name", WIRED)
def test_every_entry_has_a_line_and_lines_of_other_states_do_not_lie_on_it(name: str) -> None:
    network = presets.load(name)
    found = [tuple(map(float, line)) for line in LINE.findall(drawing(network))]
    assert len(found) == sum(len(reads.entries) for reads in network.wiring if reads)
    for (start, low, end), (other, its_low, its_end) in combinations(found, 2):
        if low == its_low and start != other:
            assert end <= other or its_end <= start


def test_the_line_of_the_chain_has_gaps_where_a_layer_reads_another() -> None:
    network = Network.mlp(depth=4, width=4).rewire(3, 1).rewire(4, [2, 3])
    assert drawing(network).count('class="chain"') == 3
    assert drawing(Network.mlp(depth=4, width=4)).count('class="chain"') == 1


def test_a_chain_is_drawn_without_any_line_of_wiring() -> None:
    assert "wire" not in drawing(presets.load("default"))


def test_the_line_of_the_chain_joins_each_layer_to_the_one_before() -> None:
    network = Network.mlp(depth=4, width=4).rewire(3, 1).rewire(4, [2, 3])
    x = middles(network)
    joined = [tuple(map(float, ends)) for ends in CHAIN.findall(drawing(network))]
    assert joined == [(x[k - 1], x[k]) for k in (1, 2, 5)]


def test_the_lines_into_a_layer_end_side_by_side_before_its_middle() -> None:
    network = Network.mlp(depth=4, width=4).rewire(4, [2, 3])
    ends = [float(end) for *_, end in LINE.findall(drawing(network))]
    assert ends == pytest.approx([middles(network)[4] - 28 * part for part in (0.4, 0.06)], abs=0.1)


@pytest.mark.parametrize(("count", "lanes"), [(6, 6), (7, 6)])
def test_there_are_six_lanes_and_then_some_share_one(count: int, lanes: int) -> None:
    network = Network.mlp(depth=12, width=4).rewire(12, [*range(1, count + 1)])
    assert len({low for _, low, _ in LINE.findall(drawing(network))}) == lanes


@pytest.mark.parametrize("depth", [3, 4])
def test_what_the_readout_reads_is_drawn_and_said_of_the_readout(depth: int) -> None:
    picture = drawing(Network.mlp(depth=depth, width=4).rewire(depth + 1, [1, depth]))
    assert picture.count(f"<title>the readout reads [1, {depth}]</title>") == 2
