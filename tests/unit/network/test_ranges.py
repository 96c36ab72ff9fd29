"""Edits of several layers at once: what they keep, and what they refuse."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from skipviz.network import Network, NetworkError, apply_edit
from skipviz.network.ranges import MOST, move_layers, paste_layers
from tests.unit.network.network_strategies import networks

NET = Network.of(
    layers=[{"kind": "dense", "width": width} for width in (1, 2, 3, 4, 5)],
    skips=[
        {"kind": "add", "source": 0, "target": 2},
        {"kind": "gated", "source": 2, "target": 4},
        {"kind": "add", "source": 4, "target": 6},
    ],
)


def widths(net: Network) -> list[int]:
    return [layer.width for layer in net.layers]


def ends(net: Network) -> list[tuple[int, int]]:
    return sorted(skip.ends for skip in net.skips)


@st.composite
def networks_with_a_range(draw: st.DrawFn) -> tuple[Network, int, int]:
    net = draw(networks())
    first = draw(st.integers(1, net.depth))
    return net, first, draw(st.integers(first, net.depth))


def test_removed_layers_take_their_skips_with_them() -> None:
    net = apply_edit(NET, {"do": "remove_layers", "first": 2, "last": 3})
    assert (widths(net), ends(net)) == ([1, 4, 5], [(2, 4)])


@given(networks_with_a_range(), st.sampled_from([{"activation": "gelu"}, {"kind": "identity"}]))
def test_layers_changed_as_one_are_those_changed_one_by_one(
    ranged: tuple[Network, int, int], fields: dict[str, str]
) -> None:
    net, first, last = ranged
    expected = net
    try:
        for k in range(first, last + 1):
            expected = expected.change_layer(k, **fields)
    except NetworkError:
        assume(False)
    edit = {"do": "change_layers", "first": first, "last": last, **fields}
    assert apply_edit(net, edit) == expected


def test_what_a_layer_cannot_have_is_refused_for_the_range() -> None:
    with pytest.raises(NetworkError):
        apply_edit(NET, {"do": "change_layers", "first": 2, "last": 4, "width": -1})
    with pytest.raises(NetworkError):
        apply_edit(NET, {"do": "change_layers", "first": 4, "last": 9, "width": 3})


def test_duplicated_layers_bring_the_skips_among_them() -> None:
    net = apply_edit(NET, {"do": "duplicate_layers", "first": 2, "last": 4})
    assert widths(net) == [1, 2, 3, 4, 2, 3, 4, 5]
    assert ends(net) == [(0, 2), (2, 4), (4, 9), (5, 7)]
    assert net.skip(5, 7).kind == "gated"


def test_moved_layers_keep_every_skip_of_theirs_and_of_others() -> None:
    net = apply_edit(NET, {"do": "move_layers", "first": 3, "last": 3, "by": 2})
    assert (widths(net), ends(net)) == ([1, 2, 4, 5, 3], [(0, 2), (2, 3), (3, 6)])


def test_pasted_layers_count_their_skips_from_one() -> None:
    pasted = {
        "layers": [{"kind": "dense", "width": 8}, {"kind": "dense", "width": 9}],
        "skips": [{"kind": "add", "source": 1, "target": 2}],
    }
    net = apply_edit(NET, {"do": "paste_layers", "at": 2, **pasted})
    assert widths(net) == [1, 8, 9, 2, 3, 4, 5]
    assert ends(net) == [(0, 4), (2, 3), (4, 6), (6, 8)]


@given(networks_with_a_range(), st.integers(-5, 5))
def test_moving_there_and_back_changes_nothing(chosen: tuple[Network, int, int], by: int) -> None:
    net, first, last = chosen
    try:
        there = apply_edit(net, {"do": "move_layers", "first": first, "last": last, "by": by})
    except NetworkError:
        assume(False)
    said = [sum(map(bool, each.wiring)) for each in (net, there)]
    assume(said[0] == said[1])  # a layer that comes to read the one before says so no more
    back = {"do": "move_layers", "first": first + by, "last": last + by, "by": -by}
    assert apply_edit(there, back) == net


@given(networks_with_a_range())
def test_a_duplicate_is_as_long_as_the_range_and_removed_again(
    chosen: tuple[Network, int, int],
) -> None:
    net, first, last = chosen
    assume(not any(net.wiring[first - 1 : last]))  # a sum that goes is handed on to its reader
    length = last - first + 1
    grown = apply_edit(net, {"do": "duplicate_layers", "first": first, "last": last})
    assert grown.depth == net.depth + length
    again = {"do": "remove_layers", "first": last + 1, "last": last + length}
    assert apply_edit(grown, again) == net


@pytest.mark.parametrize(
    "edit",
    [
        {"do": "remove_layers", "first": 1, "last": 5},
        {"do": "remove_layers", "first": 3, "last": 2},
        {"do": "remove_layers", "first": 0, "last": 2},
        {"do": "remove_layers", "first": "1", "last": 2},
        {"do": "duplicate_layers", "first": 1, "last": 10**9},
        {"do": "move_layers", "first": 4, "last": 5, "by": 1},
        {"do": "move_layers", "first": 1, "last": 2, "by": 10**30},
        {"do": "paste_layers", "at": 9, "layers": [{"kind": "identity"}]},
        {"do": "paste_layers", "at": 1, "layers": []},
        {"do": "paste_layers", "at": 1, "layers": "dense"},
        {"do": "paste_layers", "at": 1, "layers": [{"kind": "no such"}]},
        {"do": "paste_layers", "at": 1, "layers": [{"kind": "identity"}] * 1001},
        {
            "do": "paste_layers",
            "at": 1,
            "layers": [{"kind": "identity"}],
            "skips": [{"kind": "add", "source": 0, "target": 1}],
        },
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(edit: dict[str, object]) -> None:
    with pytest.raises(NetworkError):
        apply_edit(NET, edit)


def test_layers_can_move_to_either_end_and_no_further() -> None:
    for first, by, order in ((3, -2, [3, 4, 1, 2, 5]), (1, 3, [3, 4, 5, 1, 2])):
        assert widths(move_layers(NET, first, first + 1, by)) == order
        with pytest.raises(NetworkError, match="cannot move by"):
            move_layers(NET, first, first + 1, by + (1 if by > 0 else -1))


def test_pasting_is_possible_before_the_first_and_behind_the_last_layer() -> None:
    net, new = Network.mlp(2, 4), [{"kind": "dense", "width": 7}]
    for at, grown in ((1, [7, 4, 4]), (2, [4, 7, 4]), (3, [4, 4, 7])):
        assert widths(paste_layers(net, at, new)) == grown
    for at in (0, 4):
        with pytest.raises(NetworkError, match="can go in at 1 to 3"):
            paste_layers(net, at, new)


def test_a_paste_brings_at_least_one_layer_and_at_most_a_thousand() -> None:
    net, identity = Network.mlp(1, 4), {"kind": "identity"}
    assert paste_layers(net, 1, [identity] * MOST).depth == 1001
    for count in (0, MOST + 1):
        with pytest.raises(NetworkError, match="1 to 1000 layers"):
            paste_layers(net, 1, [identity] * count)
