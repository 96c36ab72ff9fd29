"""Layers that share weights: what counts once, what does not fit, edits that keep the sharing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import link
from skipviz.network import Network, NetworkError, apply_edit

LM = {
    "layers": [{"kind": "embedding", "vocabulary": 20, "width": 8}, {"kind": "attention"}],
    "readout": {"kind": "per_position", "tied_to": 1, "bias": False},
}


def tied(*owners: int | None, width: int = 4) -> Network:
    """Dense layers; each is tied to the layer named, or has weights of its own."""
    return Network.of(layers=[{"kind": "dense", "width": width, "tied_to": j} for j in owners])


def test_shared_weights_are_one_parameter_and_macs_count_per_use() -> None:
    network = tied(None, 1, 1)
    assert network.count_parameters((4,), 3) == (4 + 1) * 4 + (4 + 1) * 3
    assert network.count_macs((4,), 3) == 3 * 16 + 12
    resolved = network.on((4,), 3)
    assert [resolved.counts_by_module[f"layer{k}"].parameters for k in (1, 2, 3)] == [20, 0, 0]
    assert resolved.weighted_layers == [1, 2, 3]


def test_a_readout_tied_to_the_table_adds_no_weight_and_its_macs() -> None:
    network = Network.of(**LM)
    attention = 4 * (8 * 8 + 8)
    assert network.count_parameters((6,), 20) == 20 * 8 + attention
    assert network.count_macs((6,), 20) == 6 * (4 * 64 + 20 * 8)
    assert network.change_readout(bias=True).count_parameters((6,), 20) == 180 + attention


def test_norms_are_its_own_unless_they_are_tied_too() -> None:
    normed = [
        {"kind": "dense", "width": 4, "norm": "layer"},
        {"kind": "dense", "width": 4, "norm": "layer", "tied_to": 1},
    ]
    network = Network.of(layers=normed)
    assert network.count_parameters((4,), 3) == 20 + 8 + 8 + 15
    assert network.change_layer(2, tied_norms=True).count_parameters((4,), 3) == 20 + 8 + 15
    other = network.change_layer(2, tied_norms=True, norm="none")
    (problem,) = other.check((4,), 3)
    assert problem.message.startswith("Layer 2 (dense) has a norm bias of none and cannot have")


def test_a_tie_to_a_tied_layer_names_the_one_that_has_the_weights() -> None:
    assert tied(None, 1, 2).ties == {2: 1, 3: 1}
    assert tied(None, 1, 2) == tied(None, 1, 1)
    assert "tied" not in tied(None, None).to_json()


@pytest.mark.parametrize("owners", [(1, None), (None, 3, None), (None, 5)])
def test_the_owner_comes_before(owners: Sequence[int | None]) -> None:
    with pytest.raises(NetworkError, match=r"tied to layer \d, which is not before it"):
        tied(*owners)


def test_shapes_and_kinds_that_differ_are_problems_whose_fix_gives_own_weights() -> None:
    network = tied(None, 1)
    (shape,) = network.check((5,), 3)
    assert shape.message.startswith(
        "Layer 2 (dense) has a weight of 4×4 and cannot have that of layer 1, 4×5."
    )
    (kind,) = network.change_layer(1, kind="feed_forward", width=4).check((4,), 3)
    assert "cannot have the weights of layer 1, which is feed_forward" in kind.message
    for problem in (shape, kind):
        assert problem.layer == 2
        mended = apply_edit(network, problem.fixes[0].edits[0])
        assert mended.ties == {}
        assert mended.check((5,), 3) == []


def test_a_readout_takes_the_table_of_an_embedding_of_its_shape_alone() -> None:
    network = Network.of(**LM)
    for outputs, wrong in ((7, network), (20, network.change_readout(kind="dense"))):
        (problem,) = wrong.check((6,), outputs)
        assert problem.layer == 3
        assert apply_edit(wrong, problem.fixes[0].edits[0]).check((6,), outputs) == []
    (other,) = network.change_readout(tied_to=2).check((6,), 20)
    assert "can only have the weights of an embedding; layer 2 is attention" in other.message


# --- edits keep who shares with whom ---


def groups(network: Network) -> set[frozenset[int]]:
    """Who shares, each layer by its width."""
    shared: dict[int, set[int]] = {}
    for k, layer in enumerate(network.layers, start=1):
        owner = network.ties.get(k, k)
        assert network.ties.get(owner) is None
        shared.setdefault(owner, set()).add(layer.width)
    return {frozenset(group) for group in shared.values()}


@st.composite
def drawn(draw: st.DrawFn) -> Network:
    """Layer k has width 10 k; their shapes are nothing that edits look at."""
    depth = draw(st.integers(2, 7))
    layers = []
    for k in range(1, depth + 1):
        owner = draw(st.none() | st.integers(1, k - 1)) if k > 1 else None
        layers.append({"kind": "dense", "width": 10 * k, "tied_to": owner})
    return Network.of(layers=layers)


def left(found: set[frozenset[int]], gone: set[int]) -> set[frozenset[int]]:
    return {group - gone for group in found if group - gone}


@given(drawn(), st.data())
def test_a_layer_that_goes_leaves_its_weights_to_the_next(
    net: Network, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, net.depth))
    last = data.draw(st.integers(first, net.depth))
    if last - first + 1 == net.depth:
        return
    gone = {10 * k for k in range(first, last + 1)}
    found = apply_edit(net, {"do": "remove_layers", "first": first, "last": last})
    assert groups(found) == left(groups(net), gone)
    if first == last:
        assert net.remove_layer(first) == found


@given(drawn(), st.data())
def test_layers_go_in_and_move_with_those_they_share_with(
    net: Network, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, net.depth + 1))
    new = {"kind": "dense", "width": 5}
    for more in (net.insert_layer(at, new), net.insert_layer(at, new, before=True)):
        assert groups(more) == groups(net) | {frozenset({5})}
    first = data.draw(st.integers(1, net.depth))
    last = data.draw(st.integers(first, net.depth))
    by = data.draw(st.integers(1 - first, net.depth - last))
    moved = apply_edit(net, {"do": "move_layers", "first": first, "last": last, "by": by})
    assert groups(moved) == groups(net)


@given(drawn(), st.data())
def test_copies_share_with_copies(net: Network, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, net.depth))
    last = data.draw(st.integers(first, net.depth))
    copied = apply_edit(net, {"do": "duplicate_layers", "first": first, "last": last})
    count = last - first + 1
    for k in range(first, last + 1):
        owner = net.ties.get(k)
        inside = owner is not None and owner >= first
        assert copied.ties.get(k + count) == (owner + count if inside else owner)  # type: ignore[operator]


def test_an_insert_is_like_its_neighbour_with_weights_of_its_own() -> None:
    assert tied(None, 1).insert_layer(3).ties == {2: 1}


def test_without_its_embedding_a_readout_has_weights_of_its_own() -> None:
    assert Network.of(**LM).remove_layer(1).readout.tied_to is None


def test_pasted_layers_share_among_themselves() -> None:
    layers = [{"kind": "dense", "width": 4}, {"kind": "dense", "width": 4, "tied_to": 1}]
    found = apply_edit(tied(None, 1), {"do": "paste_layers", "at": 2, "layers": layers})
    assert found.ties == {3: 2, 4: 1}


def test_json_and_link_keep_it() -> None:
    network = Network.of(**LM)
    assert Network.from_json(network.to_json()) == network
    assert link.decode(link.encode(network))[0] == network


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_a_tie_to_what_is_not_before_says_who_and_what_it_can_be(k: int) -> None:
    who = "The readout" if k == 5 else f"Layer {k}"
    there = "no layer is" if k == 1 else f"it can be tied to 1 to {k - 1}"
    network = Network.mlp(4, 8)
    with pytest.raises(NetworkError) as refused:
        network.change_readout(tied_to=k) if k == 5 else network.change_layer(k, tied_to=k)
    said = f"{who} is tied to layer {k}, which is not before it: {there}."
    assert said in str(refused.value)


@pytest.mark.parametrize("kinds", [("rnn", "gru"), ("gru", "rnn")])
def test_weights_are_shared_by_layers_of_one_kind_alone(kinds: tuple[str, str]) -> None:
    first, second = kinds
    layers = [{"kind": first, "width": 4}, {"kind": second, "width": 4, "tied_to": 1}]
    (problem,) = Network.of(layers=layers).check((5, 4), 3)
    assert f"cannot have the weights of layer 1, which is {first}" in problem.message
