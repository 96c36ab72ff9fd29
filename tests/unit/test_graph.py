"""Paths counted by dynamic programming, against closed forms and against enumeration."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import comb

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import graph, presets
from skipviz.network import Network, NetworkError

MODULES = 54


def modules(count: int) -> Network:
    """Residual modules of one layer each: identity skips k-1 -> k."""
    return Network.mlp(count, 4, skips=tuple((k - 1, k) for k in range(1, count + 1)))


def all_to_all(nodes: int) -> Network:
    """A graph of `nodes` nodes in which every earlier one leads to every later one."""
    pairs = combinations(range(nodes), 2)
    return Network.mlp(nodes - 2, 4, skips=tuple((p, q) for p, q in pairs if q > p + 1))


def test_path_lengths_of_residual_modules_are_binomial() -> None:
    lengths = graph.path_lengths(modules(MODULES))
    assert lengths == {k: comb(MODULES, k) for k in range(MODULES + 1)}
    assert graph.count_paths(modules(MODULES)) == 18_014_398_509_481_984


@pytest.mark.parametrize(
    ("low", "high", "share"), [(19, 35, 0.98017), (20, 34, 0.95978), (5, 17, 0.00454)]
)
def test_the_shares_of_path_lengths_are_those_of_the_binomial(
    low: int, high: int, share: float
) -> None:
    lengths = graph.path_lengths(modules(MODULES))
    inside = sum(count for length, count in lengths.items() if low <= length <= high)
    assert inside / 2**MODULES == pytest.approx(share, abs=1e-5)


def test_modules_of_two_layers_have_even_lengths_only() -> None:
    net = Network.mlp(6, 4, skips=((0, 2), (2, 4), (4, 6)))
    assert graph.path_lengths(net) == {0: 1, 2: 3, 4: 3, 6: 1}


def test_deleting_d_modules_leaves_a_share_of_two_to_the_minus_d() -> None:
    net = modules(MODULES)
    assert graph.lesion(net, layers=(7,)).share == Fraction(1, 2)
    assert graph.lesion(net, skips=((6, 7),)).share == Fraction(1, 2)
    assert graph.lesion(net, layers=range(1, 11)).share == Fraction(1, 2**10)


def test_deleting_a_layer_of_a_plain_chain_leaves_no_path() -> None:
    assert graph.lesion(presets.load("plain"), layers=(3,)).after == 0


def test_what_is_not_there_cannot_be_deleted() -> None:
    with pytest.raises(NetworkError, match="no layer 99"):
        graph.lesion(modules(3), layers=(99,))
    with pytest.raises(NetworkError, match="no skip 0 → 2"):
        graph.lesion(modules(3), skips=((0, 2),))


@pytest.mark.parametrize("nodes", range(3, 13))
def test_an_all_to_all_graph_has_two_to_the_nodes_minus_two_paths(nodes: int) -> None:
    assert graph.count_paths(all_to_all(nodes)) == 2 ** (nodes - 2)


def test_a_chain_has_one_path_and_skips_are_counted() -> None:
    assert graph.path_lengths(presets.load("plain")) == {40: 1}
    assert graph.skips_taken(presets.load("forward_skip")) == {0: 1, 1: 1}
    assert graph.path_lengths(presets.load("forward_skip")) == {6: 1, 10: 1}


def test_a_feedback_skip_adds_a_path_for_every_time_step_it_reaches_back() -> None:
    net = Network.mlp(4, 4).add_skip(3, 2).set_time_steps(3)
    # x^3 straight through: 4. x^2: layers 1, 2, 3, back into layer 2, 3, 4: 5. x^1: once more: 6.
    assert graph.path_lengths(net) == {4: 1, 5: 1, 6: 1}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    depth = draw(st.integers(1, 6))
    pairs = list(combinations(range(depth + 2), 2))
    skips = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    net = Network.mlp(depth, 4)
    for source, target in skips:
        join = draw(st.sampled_from(["output", "preactivation"]))
        net = net.add_skip(source, target, join=join)
    return net


@given(networks())
def test_counts_equal_the_enumeration_of_the_view(net: Network) -> None:
    view = graph.view(net)
    paths = list(nx.all_simple_edge_paths(view, "s0", f"s{net.depth + 1}"))
    lengths = Counter(sum(view.edges[edge]["length"] for edge in path) for path in paths)
    skips = Counter(sum("ends" in view.edges[edge] for edge in path) for path in paths)
    assert graph.path_lengths(net) == lengths
    assert graph.skips_taken(net) == skips
    assert graph.count_paths(net) == len(paths)


@given(networks(), st.data())
def test_a_lesion_equals_the_enumeration_without_the_edge(
    net: Network, data: st.DataObject
) -> None:
    layer = data.draw(st.integers(1, net.depth))
    view = graph.view(net)
    view.remove_edge(f"s{layer - 1}", f"z{layer}")
    left = sum(1 for _ in nx.all_simple_paths(view, "s0", f"s{net.depth + 1}"))
    assert graph.lesion(net, layers=(layer,)).after == left


def test_the_view_holds_every_layer_and_skip_with_its_delay() -> None:
    view = graph.view(presets.load("feedback"))
    skips = [edge for edge in view.edges(data=True) if "ends" in edge[2]]
    assert [(p, q, edge["delay"]) for p, q, edge in skips] == [("s3", "u2", 1)]
    assert sum(edge["kind"] == "layer" for _, _, edge in view.edges(data=True)) == 5
