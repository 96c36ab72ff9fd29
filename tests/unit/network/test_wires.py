"""The lines of what layers read in the drawing: one for every entry, none over another."""

import re
from itertools import combinations

import pytest

from skipviz import presets
from skipviz.network import Network
from skipviz.network.drawing import drawing

LINE = re.compile(r'class="wire"[^>]* d="M([\d.]+) [\d.]+V([\d.]+)H([\d.]+)V')
WIRED = ("se_block", "swiglu", "inception", "gated_pinn", "parallel_transformer")


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
