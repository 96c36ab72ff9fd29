"""The network as data: edits make new networks, errors are refused in words, JSON is exact."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_strategies import LAYERS, SKIP_OPTIONS, networks

from skipviz import presets
from skipviz.network import (
    EDIT_NAMES,
    Conv2d,
    Dense,
    Identity,
    Init,
    Network,
    NetworkError,
    Scale,
    apply_edit,
)
from skipviz.network.whole import change_depth


def attempt(action: Callable[[], Network]) -> Network | str:
    """What comes of it, or the words of its refusal."""
    try:
        return action()
    except NetworkError as error:
        return str(error)


def ends(network: Network) -> list[tuple[int, int]]:
    return [skip.ends for skip in network.skips]


def test_a_change_returns_a_new_network_and_keeps_the_old() -> None:
    net = Network.mlp(8, 4)
    assert ends(net.add_skip(2, 6).add_skip(6, 8, kind="gated")) == [(2, 6), (6, 8)]
    assert net.skips == ()


def test_skips_keep_the_layers_they_connect() -> None:
    net = Network.mlp(6, 4, skips=((0, 2), (2, 5), (4, 7))).add_skip(5, 3)
    assert ends(net.insert_layer(3)) == [(0, 2), (2, 6), (5, 8), (6, 4)]
    assert ends(net.remove_layer(3)) == [(0, 2), (2, 4), (3, 6)]
    assert net.insert_layer(3).remove_layer(3) == net


def test_a_new_layer_hands_on_what_its_neighbour_does() -> None:
    strided = Network.of(layers=[Conv2d(channels=4, stride=2), {"kind": "max_pool"}])
    longer = strided.insert_layer(2).insert_layer(4)
    assert longer.layers[1] == Conv2d(channels=4)
    assert longer.layers[3] == Identity()
    assert Network.mlp(2, 7).insert_layer(3).layers[2] == Dense(width=7)


def test_a_skip_that_changes_its_kind_keeps_what_both_know() -> None:
    net = Network.mlp(4, 8).add_skip(1, 3, join="preactivation", dropout=0.5, branch_scale=0.5)
    gated = net.change_skip(1, 3, kind="gated").skip(1, 3)
    assert gated.kind == "gated"
    assert (gated.join, gated.dropout) == ("preactivation", 0.5)
    again = net.change_skip(1, 3, dropout=0).skip(1, 3)
    assert again == net.skip(1, 3).model_copy(update={"dropout": 0})


def test_a_layer_that_changes_its_kind_keeps_what_both_know() -> None:
    net = Network.of(layers=[Conv2d(channels=4, kernel=5, activation="tanh", padding=1)])
    (pool,) = net.change_layer(1, kind="max_pool").layers
    assert pool.model_dump(exclude_defaults=True) == {
        "kind": "max_pool",
        "kernel": 5,
        "activation": "tanh",
        "padding": 1,
    }


def test_layers_without_weights_take_nothing_from_the_networks_defaults() -> None:
    net = Network.of(
        layers=[Dense(width=4), Identity(), Dense(width=4, activation="identity")],
        defaults={"activation": "tanh", "norm": "batch", "order": "pre", "dropout": 0.5},
    )
    assert [net.style(k).activation for k in (1, 2, 3)] == ["tanh", "identity", "identity"]
    assert [net.style(k).norm for k in (1, 2, 3)] == ["batch", "none", "batch"]
    assert [net.style(k).order for k in (1, 2, 3)] == ["pre", "post", "pre"]
    assert [net.style(k).dropout for k in (1, 2, 3)] == [0.5, 0, 0.5]


def test_a_number_stands_for_a_fixed_scale() -> None:
    net = Network.mlp(3, 4).add_skip(1, 3, shortcut_scale=0.5)
    assert net.skip(1, 3) == Network.mlp(3, 4).add_skip(1, 3, shortcut_scale=Scale(value=0.5)).skip(
        1, 3
    )


def test_a_feedback_skip_joins_inside_the_activation_unless_it_says_otherwise() -> None:
    net = Network.mlp(3, 4).add_skip(3, 1).add_skip(2, 2, join="output").add_skip(1, 3)
    assert [skip.join for skip in net.skips] == ["preactivation", "output", "output"]
    assert Network.from_json(net.to_json()) == net


@pytest.mark.parametrize(
    ("source", "target", "kind", "message"),
    [
        (2, 99, "add", "Skip 2 → 99 ends outside the network, which has layers 0 to 4."),
        (5, 2, "add", "Skip 5 → 2 ends outside the network, which has layers 0 to 4."),
        (1, 2, "add", "There is already a skip 1 → 2."),
        (3, 2, "concat", "Skip 3 → 2 leads back and so cannot concatenate: the state would grow."),
        (1, 0, "add", "A skip cannot end at the input."),
        (-1, 2, "add", "A skip starts at the input, 0, or at a layer, not at -1."),
        (0.5, 2, "add", "A skip starts at the input, 0, or at a layer, not at 0.5."),
    ],
)
def test_skips_that_cannot_be_are_refused(
    source: int, target: int, kind: str, message: str
) -> None:
    with pytest.raises(NetworkError) as refusal:
        Network.mlp(3, 4, skips=((1, 2),)).add_skip(source, target, kind=kind)
    assert str(refusal.value) == message


OF_STATES = "what is read is the state of the input, 0, or of a layer"


def test_every_error_of_a_text_is_told_with_its_place() -> None:
    text = json.dumps(
        {
            "layers": [
                {"kind": "dense", "width": 0, "reads": [-1]},
                {"kind": "conv2d", "channels": 3, "chanels": 3},
            ],
            "skips": [{"kind": "add", "source": -1, "target": 2}],
            "time_steps": 0,
        }
    )
    with pytest.raises(NetworkError) as refusal:
        Network.from_json(text)
    assert [(p.message, p.layer) for p in refusal.value.problems] == [
        (f"Layer 1, reads.entries.0.state: {OF_STATES}, not of -1.", 1),
        ("Layer 1, width: Input should be greater than or equal to 1, not 0.", 1),
        ("Layer 2, chanels: there is no such field. Did you mean channels?", 2),
        ("Skip no. 1: a skip starts at the input, 0, or at a layer, not at -1.", None),
        ("time_steps: Input should be greater than or equal to 1, not 0.", None),
    ]


NOT_RELLU = "not 'rellu'. Did you mean relu?"


@pytest.mark.parametrize(
    ("depth", "width", "style", "start", "end"),
    [
        (0, 4, {}, "A network needs at least one layer.", ""),
        (40, -1, {}, "In layers 1 to 40, width: Input should be greater than or equal to 1", "-1."),
        (1, "a", {}, "Layer 1, width: Input should be a valid integer, not 'a'.", ""),
        (2, 4, {"activation": "rellu"}, "activation: Input should be 'identity', ", NOT_RELLU),
        (2, 4, {"activaton": "relu"}, "activaton: there is no such field. ", "mean activation?"),
        (2, 4, {"init": "hee"}, "init: Input should be 'pytorch', ", "Did you mean he?"),
        (2, 4, {"skips": ((1,),)}, "skips: give pairs (source, target), ", "not ((1,),)."),
        (10**12, 4, {}, "The network has 1,000,000,000,000 layers; at most 1,000 are allowed.", ""),
        (3.5, 4, {}, "depth: give the number of layers, not 3.5.", ""),
    ],
)
def test_an_mlp_that_cannot_be_is_refused_in_one_line(
    depth: Any, width: Any, style: dict[str, Any], start: str, end: str
) -> None:
    with pytest.raises(NetworkError) as refusal:
        Network.mlp(depth, width, **style)
    said = str(refusal.value)
    assert (said.startswith(start), said.endswith(end), said.count("\n")) == (True, True, 0), said


def test_a_kind_or_a_field_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(NetworkError, match=r"^kind: there is no kind 'addd'. Did you mean add\?$"):
        Network.mlp(3, 4).add_skip(1, 3, kind="addd")
    with pytest.raises(NetworkError) as refusal:
        Network.from_json('{"a": 1}')
    assert str(refusal.value).split("\n") == [
        "layers: this field is missing.",
        "a: there is no such field. Fields are layers, skips, readout, defaults, time_steps, time.",
    ]


def test_the_name_of_a_scheme_is_an_init_wherever_one_is_taken() -> None:
    he = Init(scheme="he")
    net = Network.mlp(3, 4, init="he").add_skip(0, 2, kind="projection", init="zero")
    net = net.change_layer(2, init="xavier").change_readout(init="orthogonal")
    assert net.defaults.init == Network.mlp(3, 4, init=he).defaults.init == he
    found = (net.skips[0].init, net.layers[1].init, net.readout.init)
    assert [init.scheme for init in found] == ["zero", "xavier", "orthogonal"]


def test_a_depth_out_of_reach_is_refused_before_layers_are_made() -> None:
    with pytest.raises(NetworkError, match=r"^The network has 1,000,000,000,000 layers; at most"):
        change_depth(Network.mlp(3, 4), 10**12)


@given(networks())
def test_json_gives_back_the_same_network(net: Network) -> None:
    assert Network.from_json(net.to_json()) == net
    assert Network.from_json(net.model_dump_json()) == net


ANY_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
LAYER_LIKE = st.dictionaries(st.sampled_from(["kind", "width", "channels", "shape"]), ANY_DATA)
NETWORK_LIKE = st.fixed_dictionaries(
    {"layers": st.lists(LAYERS | LAYER_LIKE | ANY_DATA, max_size=3) | ANY_DATA},
    optional={
        "skips": st.lists(SKIP_OPTIONS | ANY_DATA, max_size=3) | ANY_DATA,
        "defaults": ANY_DATA,
        "readout": ANY_DATA,
        "time_steps": ANY_DATA,
    },
)


@settings(max_examples=300)
@given(NETWORK_LIKE.map(json.dumps) | ANY_DATA.map(json.dumps) | st.text(max_size=60))
def test_a_text_is_a_network_or_refused_in_words(text: str) -> None:
    net = attempt(lambda: Network.from_json(text))
    if isinstance(net, Network):
        net.check((5,), 3)
        assert Network.from_json(net.to_json()) == net
    assert net


@pytest.mark.parametrize("text", ["[" * 100_000, '{"layers":' * 10_000, "\ud800", "1" * 10_000])
def test_texts_made_to_hurt_are_refused(text: str) -> None:
    with pytest.raises(NetworkError):
        Network.from_json(text)


EDITS = st.fixed_dictionaries(
    {"do": st.sampled_from(EDIT_NAMES) | ANY_DATA},
    optional={
        name: st.integers(-1, 12) | ANY_DATA
        for name in ("source", "target", "at", "layer", "steps", "width", "self", "network")
    }
    | {"kind": st.sampled_from(["add", "concat", "conv2d"]) | ANY_DATA},
)


@settings(max_examples=300)
@given(EDITS | ANY_DATA)
def test_an_edit_is_applied_or_refused_and_the_old_network_stays(edit: Any) -> None:
    net = presets.load("forward_skip")
    before = net.to_json()
    changed = attempt(lambda: apply_edit(net, edit))
    if isinstance(changed, Network):
        assert Network.from_json(changed.to_json()) == changed
    assert changed
    assert net.to_json() == before
