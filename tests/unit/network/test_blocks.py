"""Blocks that repeat, found in networks put together for the purpose and in presets."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from skipviz import presets
from skipviz.network import Network
from skipviz.network.blocks import LEAST_LAYERS, LEAST_TIMES, Block, repeated_blocks
from tests.unit.network.network_strategies import networks

EVERY_SECOND = tuple((k, k + 2) for k in range(1, 98, 2))


def test_a_plain_chain_is_one_layer_many_times() -> None:
    assert repeated_blocks(Network.mlp(40, 8)) == [Block(1, 1, 40)]


def test_skips_that_reach_into_the_next_repetition_are_part_of_the_block() -> None:
    assert repeated_blocks(presets.load("default")) == [Block(1, 2, 19)]
    assert repeated_blocks(Network.mlp(100, 8, skips=EVERY_SECOND)) == [Block(1, 2, 49)]


def test_the_stages_of_a_residual_network_are_blocks_of_their_own() -> None:
    found = repeated_blocks(presets.load("resnet110"))
    assert [block.length for block in found] == [2, 2, 2]
    assert all(block.times >= 16 for block in found)


def test_what_is_too_short_is_no_block() -> None:
    assert repeated_blocks(Network.mlp(5, 8)) == []
    assert repeated_blocks(Network.mlp(6, 8)) == [Block(1, 1, 6)]
    assert repeated_blocks(presets.load("forward_skip")) != [Block(1, 1, 10)]


def test_a_changed_layer_ends_the_run_before_it() -> None:
    network = Network.mlp(40, 8).change_layer(20, activation="tanh")
    assert repeated_blocks(network) == [Block(1, 1, 19), Block(21, 1, 20)]


def test_a_skip_into_the_middle_ends_the_run_before_it() -> None:
    assert repeated_blocks(Network.mlp(40, 8).add_skip(0, 20)) == [
        Block(1, 1, 19),
        Block(20, 1, 21),
    ]


def test_a_skip_out_of_the_middle_ends_the_run_before_it() -> None:
    assert repeated_blocks(Network.mlp(40, 8).add_skip(20, 41)) == [
        Block(1, 1, 19), Block(21, 1, 20),
    ]  # fmt: skip


def test_skips_from_before_a_block_may_lead_into_each_repetition() -> None:
    network = Network.mlp(8, 8).change_layer(1, width=7).change_layer(2, width=9)
    assert repeated_blocks(network) == [Block(3, 1, 6)]
    assert repeated_blocks(network.add_skip(1, 3).add_skip(2, 4)) == [Block(3, 1, 6)]
    assert repeated_blocks(network.add_skip(2, 4)) == [Block(3, 2, 3)]


def test_skips_of_another_kind_are_not_the_same() -> None:
    network = presets.load("default").remove_skip(19, 21).add_skip(19, 21, kind="gated")
    assert Block(1, 2, 9) in repeated_blocks(network)


@given(networks())
def test_blocks_are_in_order_and_every_repetition_is_the_first_one(network: Network) -> None:
    found = repeated_blocks(network)
    for before, after in itertools.pairwise(found):
        assert before.last < after.first
    for block in found:
        assert block.times >= LEAST_TIMES
        assert LEAST_LAYERS <= block.last - block.first + 1 <= network.depth
        for k in block.repeated:
            assert network.layers[k - 1] == network.layers[k - 1 - block.length]
            assert leaving(network, k) == leaving(network, k - block.length)


@given(st.integers(1, 4), st.integers(3, 8), st.integers(0, 3), st.data())
def test_a_block_put_together_is_found(
    length: int, times: int, rest: int, data: st.DataObject
) -> None:
    widths = data.draw(st.lists(st.integers(1, 9), min_size=length, max_size=length, unique=True))
    layers = [{"kind": "dense", "width": width} for width in widths] * times
    layers += [{"kind": "identity"}] * min(rest, 2)
    found = repeated_blocks(Network.of(layers=layers))
    expected = [Block(1, length, times)] if length * times >= LEAST_LAYERS else []
    assert found == expected


def leaving(network: Network, k: int) -> set[object]:
    skips = (skip for skip in network.skips if skip.source == k)
    return {(skip.target - k, skip.model_copy(update={"source": 0, "target": 1})) for skip in skips}


def test_what_is_read_counts_from_the_layer_that_reads_it() -> None:
    network = Network.mlp(14, 8)
    for k in range(3, 15):
        network = network.rewire(k, {"entries": [k - 2, k - 1], "combine": "add"})
    assert repeated_blocks(network) == [Block(3, 1, 10)]


def test_and_so_does_what_is_attended_to() -> None:
    attends = [{"kind": "attention", "heads": 2, "memory": max(0, k - 2)} for k in range(1, 13)]
    assert repeated_blocks(Network.of(layers=attends)) == [Block(2, 1, 9)]
