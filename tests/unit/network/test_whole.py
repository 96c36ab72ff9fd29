"""Depth, width and the rule of the skips, changed for a whole network."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import skipviz as sv
from skipviz.network import NetworkError
from skipviz.network.whole import (
    FROM_INPUT,
    change_depth,
    change_kind,
    change_width,
    ends_of,
    pattern_of,
    place_skips,
    width_of,
)


def chain(depth: int, skips: tuple[tuple[int, int], ...] = ()) -> sv.Network:
    return sv.Network.mlp(depth=depth, width=8, skips=skips)


@given(st.integers(1, 30), st.integers(1, 31))
def test_every_nth_skip_starts_where_the_one_before_ends(depth, n):
    ends = ends_of(f"every {n}", depth)
    starts = [1]
    while starts[-1] + n <= depth:
        starts.append(starts[-1] + n)
    assert ends == tuple(itertools.pairwise(starts))


def test_the_rules_of_a_chain_of_five():
    assert ends_of("none", 5) == ()
    assert ends_of("every 1", 5) == ((1, 2), (2, 3), (3, 4), (4, 5))
    assert ends_of("every 3", 5) == ((1, 4),)
    assert ends_of("from input", 5) == ((0, 2), (0, 3), (0, 4), (0, 5))
    with pytest.raises(NetworkError, match="no rule 'every 0'"):
        ends_of("every 0", 5)


def test_the_default_has_a_skip_over_every_second():
    assert pattern_of(sv.presets.load("default")) == "every 2"


@given(st.integers(3, 20), st.sampled_from(["none", "every 1", "every 2", "every 3", FROM_INPUT]))
def test_a_rule_is_recognised_from_the_drawing_and_kept_when_the_depth_changes(depth, pattern):
    network = place_skips(chain(depth), pattern)
    expected = pattern if network.skips else "none"
    assert pattern_of(network) == expected
    deeper = change_depth(network, depth + 7)
    assert deeper.depth == depth + 7
    assert {skip.ends for skip in deeper.skips} == set(ends_of(expected, depth + 7))
    assert change_depth(deeper, depth) == network


@pytest.mark.parametrize(
    "skips",
    [((1, 3), (2, 4)), ((0, 3),), ((1, 3), (3, 5), (4, 6)), ((2, 1),), ((1, 7),)],
)
def test_skips_of_ones_own_follow_no_rule(skips):
    assert pattern_of(chain(6, skips)) is None


def test_skips_that_differ_in_kind_follow_no_rule():
    network = chain(6, ((1, 3),)).add_skip(3, 5, kind="gated")
    assert pattern_of(network) is None
    assert pattern_of(change_kind(network, "gated")) == "every 2"


def test_of_ones_own_skips_those_go_whose_layers_are_gone():
    network = chain(8, ((1, 3), (2, 8), (4, 9)))
    assert {skip.ends for skip in change_depth(network, 6).skips} == {(1, 3), (4, 7)}
    assert {skip.ends for skip in change_depth(network, 10).skips} == {(1, 3), (2, 8), (4, 11)}


def test_new_skips_are_like_those_there_were():
    network = chain(6).add_skip(1, 3, kind="add", branch_scale=0.5)
    again = place_skips(network, "every 3")
    assert {(*skip.ends, skip.branch_scale.value) for skip in again.skips} == {(1, 4, 0.5)}


def test_new_layers_are_like_the_last():
    network = chain(3).change_layer(3, activation="tanh")
    assert [layer.activation for layer in change_depth(network, 5).layers[2:]] == ["tanh"] * 3


def test_the_width_is_that_of_dense_and_convolutional_layers():
    assert width_of(chain(3)) == 8
    assert width_of(chain(3).change_layer(2, width=9)) is None
    assert [layer.width for layer in change_width(chain(3).change_layer(2, width=9), 5).layers] == [
        5, 5, 5,
    ]  # fmt: skip
    convolutions = sv.Network.of(
        layers=[{"kind": "conv2d", "channels": 4}, {"kind": "global_pool"}], skips=[]
    )
    assert width_of(change_width(convolutions, 6)) == 6


def test_a_network_keeps_a_layer():
    with pytest.raises(NetworkError, match="at least one layer"):
        change_depth(chain(3), 0)
    with pytest.raises(NetworkError):
        change_width(chain(3), 0)
