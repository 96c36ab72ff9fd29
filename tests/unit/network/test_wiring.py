"""What layers read: shapes, problems with fixes, edits that keep references, JSON and links."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skipviz import data, link
from skipviz.data import compatibility_problems
from skipviz.network import Network, NetworkError, Reads, apply_edit
from skipviz.network.unread import unreached
from tests.unit.network.network_strategies import networks, reads_before

WIDTH = 4


def mlp(depth: int) -> Network:
    return Network.mlp(depth=depth, width=WIDTH)


def gated() -> Network:
    """1 and 2 read the input, 3 their product, 4 reads 3."""
    return mlp(4).rewire(2, 0).rewire(3, {"entries": [1, 2], "combine": "multiply"})


def states_read(network: Network) -> list[tuple[int, ...]]:
    return [network.reads_of(k).states for k in range(1, network.depth + 2)]


def test_a_layer_that_reads_the_one_before_says_nothing_of_it() -> None:
    assert mlp(3).rewire(2, 1) == mlp(3)
    assert mlp(3).rewire(2, {"entries": [1], "combine": "multiply"}) == mlp(3)
    assert "reads" not in mlp(3).rewire(4, 3).to_json()


@pytest.mark.parametrize("reads", [0, [0], [{"state": 0}], {"entries": [0]}])
def test_a_number_or_a_list_stands_for_states_as_they_are(reads: object) -> None:
    assert mlp(3).rewire(3, reads).reads_of(3) == Reads.of(0)


def test_old_json_is_what_it_was() -> None:
    text = '{"layers":[{"kind":"dense","width":8},{"kind":"dense","width":8}]}'
    assert Network.mlp(depth=2, width=8).to_json() == text


def test_what_is_read_has_to_be_there_already() -> None:
    with pytest.raises(NetworkError, match="Layer 2 reads state 2, which is not there yet"):
        mlp(3).rewire(2, 2)
    with pytest.raises(NetworkError, match="The readout reads state 4"):
        mlp(3).rewire(4, [1, 4])
    with pytest.raises(NetworkError, match=r"Layer 1 reads state 1.*the input alone"):
        mlp(3).rewire(1, 1)


def shapes(layers: list[dict[str, object]], shape: tuple[int, ...], reads: object) -> object:
    network = Network.of(layers=[*layers, {"kind": "identity", "reads": reads}])
    return network.on(shape, 3).inference.states[-2]


IMAGE = [
    {"kind": "conv2d", "channels": 6},
    {"kind": "global_pool"},
    {"kind": "conv2d", "channels": 1, "reads": 1},
]


@pytest.mark.parametrize(
    ("entries", "combine", "expected"),
    [
        ([1, 2], "multiply", (6, 5, 5)),
        ([2, 1], "add", (6, 5, 5)),
        ([1, 3], "multiply", (6, 5, 5)),
        ([2, 3], "multiply", (6, 5, 5)),
        ([1, 2, 3], "multiply", (6, 5, 5)),
        ([1, 3], "concat", (7, 5, 5)),
        ([1, 1, 3], "concat", (13, 5, 5)),
        ([1, 2], "concat", None),
        ([0, 1], "add", None),
    ],
)
def test_sums_and_products_spread_vectors_and_single_channels(
    entries: list[int], combine: str, expected: object
) -> None:
    found = shapes(IMAGE, (2, 5, 5), {"entries": entries, "combine": combine})
    assert found == expected


def test_what_does_not_fit_says_what_is_wrong_and_offers_ways_that_fit() -> None:
    network = Network.of(
        layers=[{"kind": "dense", "width": 4}, {"kind": "dense", "width": 3, "reads": 0}]
    ).change_readout(reads={"entries": [1, 2], "combine": "add"})
    (problem,) = network.check((5,), 3)
    assert problem.message == (
        "The readout adds states of shapes 4 and 3. Concatenate them, read layer 2 alone or "
        "read layer 1 alone."
    )
    for fix in problem.fixes:
        found = network
        for edit in fix.edits:
            found = apply_edit(found, edit)
        assert found != network
        assert all("adds" not in str(left) for left in found.check((5,), 3))


def test_a_state_that_nobody_reads_is_a_problem_with_fixes() -> None:
    network = mlp(3).rewire(3, 1)
    (problem,) = network.check((4,), 3)
    assert problem.message == (
        "Nothing reads layer 2. Let layer 3 read it too or remove the layer."
    )
    assert problem.layer == 2
    for fix in problem.fixes:
        assert apply_edit(network, fix.edits[0]).check((4,), 3) == []


def test_a_state_that_only_a_skip_reads_is_none() -> None:
    assert mlp(3).rewire(3, 1).add_skip(2, 3).check((4,), 3) == []


def test_layers_that_read_each_other_and_lead_nowhere_are_a_problem() -> None:
    network = mlp(3).rewire(3, 2).rewire(4, 1).set_time_steps(2).add_skip(3, 2)
    (problem,) = network.check((4,), 3)
    assert problem.message.startswith("Nothing leads to the readout from layer 3.")


def test_tokens_are_looked_up_and_nothing_else() -> None:
    layers = [{"kind": "embedding", "vocabulary": 5, "width": 4}, {"kind": "identity", "reads": 0}]
    (problem, _) = Network.of(layers=layers).check((6,), 3)
    assert "reads token numbers, which are no quantities" in problem.message


def test_a_fix_for_the_size_of_the_outputs_gives_the_size_that_is_needed() -> None:
    layers = [
        {"kind": "conv2d", "channels": 4},
        {"kind": "max_pool", "kernel": 3},
        {"kind": "conv_transpose2d", "channels": 4},
    ]
    network = Network.of(layers=layers, readout={"kind": "per_position"})
    info = data.info("digits_denoising")
    (problem,) = compatibility_problems(info.resolve(network), info)
    assert "the readout gives 1×4×4." in problem.message
    assert problem.fixes
    for fix in problem.fixes:
        mended = network
        for edit in fix.edits:
            mended = apply_edit(mended, edit)
        assert compatibility_problems(info.resolve(mended), info) == []


# --- edits ---


def test_what_read_the_state_before_reads_a_new_layer() -> None:
    branches = mlp(4).rewire(3, 1).rewire(4, [2, 3])
    assert states_read(branches.insert_layer(2)) == [(0,), (1,), (2,), (2,), (3, 4), (5,)]
    assert states_read(gated().insert_layer(3)) == [(0,), (0,), (2,), (1, 3), (4,), (5,)]


def test_a_layer_that_says_what_it_reads_goes_before_one_layer_alone() -> None:
    branches = mlp(4).rewire(3, 1).rewire(4, [2, 3])
    new = {"kind": "identity", "reads": 1}
    assert states_read(branches.insert_layer(3, new)) == [(0,), (1,), (1,), (3,), (2, 4), (5,)]


def test_a_layer_may_be_put_before_one_branch_alone() -> None:
    branches = mlp(4).rewire(3, 1).rewire(4, [2, 3])
    found = apply_edit(branches, {"do": "insert_layer", "at": 3, "before": True})
    assert states_read(found) == [(0,), (1,), (1,), (3,), (2, 4), (5,)]
    product = gated().insert_layer(3, {"kind": "identity"}, before=True)
    assert str(product.reads_of(3)) == "1 × 2"
    assert states_read(product) == [(0,), (0,), (1, 2), (3,), (4,), (5,)]


@pytest.mark.parametrize("at", range(1, 5))
def test_in_a_chain_both_ways_to_put_in_a_layer_are_one(at: int) -> None:
    chain = mlp(3).add_skip(1, 3)
    assert chain.insert_layer(at, before=True) == chain.insert_layer(at)


def test_what_read_a_layer_that_goes_reads_what_it_read() -> None:
    assert states_read(gated().remove_layer(3)) == [(0,), (0,), (1, 2), (3,)]
    assert states_read(gated().remove_layer(2)) == [(0,), (1, 0), (2,), (3,)]
    chain = mlp(5).rewire(4, 1).rewire(5, [3, 4])
    assert states_read(chain.remove_layer(3)) == [(0,), (1,), (1,), (2, 3), (4,)]


def test_copies_read_copies() -> None:
    branches = mlp(5).rewire(3, 1).rewire(4, [2, 3])
    found = apply_edit(branches, {"do": "duplicate_layers", "first": 2, "last": 4})
    assert states_read(found) == [(0,), (1,), (1,), (2, 3), (4,), (4,), (5, 6), (7,), (8,)]


def test_encoders_that_all_blocks_read_are_read_by_their_copies_too() -> None:
    network = mlp(4).rewire(2, 0).rewire(3, [1, 2]).rewire(4, {"entries": [3, 1], "combine": "add"})
    found = apply_edit(network, {"do": "duplicate_layers", "first": 4, "last": 4})
    assert states_read(found)[3:] == [(3, 1), (4, 1), (5,)]


def test_reads_follow_the_layers_they_name_when_layers_move() -> None:
    network = mlp(5).rewire(5, [1, 2, 4])
    found = apply_edit(network, {"do": "move_layers", "first": 1, "last": 1, "by": 1})
    assert states_read(found)[4] == (2, 1, 4)
    with pytest.raises(NetworkError, match="would read layer"):
        apply_edit(network, {"do": "move_layers", "first": 5, "last": 5, "by": -2})


def test_pasted_layers_count_what_they_read_from_one() -> None:
    layers = [
        {"kind": "dense", "width": 4},
        {"kind": "dense", "width": 4, "reads": 0},
        {"kind": "identity", "reads": {"entries": [1, 2], "combine": "add"}},
    ]
    found = apply_edit(mlp(2), {"do": "paste_layers", "at": 2, "layers": layers})
    assert states_read(found) == [(0,), (1,), (1,), (2, 3), (4,), (5,)]


def test_refused_reads_of_pasted_layers_are_said() -> None:
    layers = [{"kind": "dense", "width": 4, "reads": {"entries": "many"}}]
    with pytest.raises(NetworkError, match=r"Layer 2, reads\.entries"):
        apply_edit(mlp(2), {"do": "paste_layers", "at": 2, "layers": layers})


Edit = Callable[[Network, st.DataObject], dict[str, object]]


def _range(network: Network, data: st.DataObject) -> dict[str, object]:
    first = data.draw(st.integers(1, network.depth))
    return {"first": first, "last": data.draw(st.integers(first, network.depth))}


EDITS: dict[str, Edit] = {
    "insert_layer": lambda net, data: {"at": data.draw(st.integers(1, net.depth + 1))},
    "remove_layer": lambda net, data: {"layer": data.draw(st.integers(1, net.depth))},
    "remove_layers": _range,
    "duplicate_layers": _range,
    "move_layers": lambda net, data: _range(net, data) | {"by": data.draw(st.integers(-3, 3))},
}


@pytest.mark.parametrize("name", EDITS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_edit_leaves_a_network_whose_references_point_back(
    name: str, data: st.DataObject
) -> None:
    network = wired(data)
    edit = {"do": name, **EDITS[name](network, data)}
    try:
        found = apply_edit(network, edit)
    except NetworkError:
        return  # the last layer stays, and none moves before what it reads
    for k in range(1, found.depth + 2):
        assert all(state < k for state in found.reads_of(k).states)
    if name in ("insert_layer", "remove_layer") and not unreached(network) and not network.skips:
        # what led to the readout still does
        assert not unreached(found)


def wired(data: st.DataObject) -> Network:
    network = mlp(data.draw(st.integers(2, 6)))
    for _ in range(data.draw(st.integers(1, 4))):
        k = data.draw(st.integers(1, network.depth + 1))
        network = network.rewire(k, data.draw(reads_before(k)))
    return network


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_layer_put_in_and_taken_out_again_leaves_the_wiring(data: st.DataObject) -> None:
    network = wired(data)
    at = data.draw(st.integers(1, network.depth + 1))
    again = network.insert_layer(at).remove_layer(at)
    assert states_read(again) == states_read(network)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_moving_there_and_back_leaves_the_wiring(data: st.DataObject) -> None:
    network = wired(data)
    both = _range(network, data)
    by = data.draw(st.integers(-3, 3))
    try:
        there = apply_edit(network, {"do": "move_layers", **both, "by": by})
    except NetworkError:
        assume(False)
    said = [sum(map(bool, each.wiring)) for each in (network, there)]
    assume(said[0] == said[1])  # one that comes to read the layer before it says so no more
    moved = {name: k + by for name, k in both.items()}
    assert apply_edit(there, {"do": "move_layers", **moved, "by": -by}) == network


@settings(max_examples=100, deadline=None)
@given(networks())
def test_whatever_is_read_comes_back_from_json_and_link(network: Network) -> None:
    assert Network.from_json(network.to_json()) == network
    assert link.decode(link.encode(network))[0] == network


def test_a_state_that_a_removed_layer_read_is_not_read_twice() -> None:
    network = mlp(4).rewire(4, {"entries": [1, 2, 3], "combine": "add"}).remove_layer(2)
    assert network.reads_of(3) == Reads.of(1, 2, combine="add")


@pytest.mark.parametrize(
    ("entries", "combine", "text"),
    [([1, 2], "concat", "[1, 2]"), ([1], "concat", "1"), ([1, 2], "multiply", "1 × 2")],
)
def test_what_is_read_is_written_with_brackets_where_it_is_put_together(
    entries: list[int], combine: str, text: str
) -> None:
    assert str(Reads.of(*entries, combine=combine)) == text


@pytest.mark.parametrize("k", [1, 2, 3])
def test_what_nothing_reads_can_be_read_by_the_layer_behind_it(k: int) -> None:
    problems = mlp(5).rewire(k + 1, k - 1).check((4,), 3)
    (fix,) = [fix for fix in problems[0].fixes if "read it too" in fix.label]
    assert f"layer {k + 1} " in fix.label


def test_all_channels_begin_with_the_first() -> None:
    network = Network.of(layers=[{"kind": "slice", "start": 2, "stop": 9}])
    (problem,) = network.check((4,), 3)
    (fix,) = [fix for fix in problem.fixes if fix.label == "Take all channels"]
    mended = apply_edit(network, fix.edits[0])
    assert (mended.layers[0].start, mended.layers[0].stop) == (0, None)
