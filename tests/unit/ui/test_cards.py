"""What is said of the layer or skip pointed at, against counts and shapes from elsewhere."""

import re

import pytest

from skipviz import data, presets
from skipviz.network import Network
from skipviz.ui.playground.available_presets import networks
from skipviz.ui.playground.cards import Cards
from skipviz.ui.playground.drawing_view import network_view


def test_a_dense_layer_says_shapes_options_weights_and_macs() -> None:
    network = Network.mlp(2, 32, activation="tanh", norm="layer").change_layer(2, dropout=0.5)
    cards = Cards(network.on((64,), 10))
    assert cards.layer(2) == [
        "Layer 2: dense",
        "32 → 32",
        "tanh, layer norm (post-activation), dropout 0.5, pytorch init",
        "1,120 weights, 1,024 MACs",
    ]


def test_a_skip_says_where_it_joins_and_what_it_costs() -> None:
    network = Network.mlp(4, 8).add_skip(1, 3).add_skip(0, 4, kind="projection")
    cards = Cards(network.on((64,), 10))
    assert cards.skip(network.skip(1, 3)) == ["Skip 1 → 3: add", "joins the output", "no weights"]
    assert cards.skip(network.skip(0, 4))[-1] == "512 weights, 512 MACs"


def test_what_a_layer_or_a_skip_has_beyond_that_is_said() -> None:
    network = Network.mlp(1, 8, activation="sine", omega=30, norm="weight")
    assert Cards(network.on((4,), 2)).layer(1)[2] == "sine ω 30, weight norm, pytorch init"
    layers = [{"kind": "conv1d", "channels": 4, "padding": padding} for padding in (1, 0)]
    cropped = Network.of(layers=layers).add_skip(1, 2, resize="crop_end")
    assert "resized: crop end" in Cards(cropped.on((8, 4), 2)).skip(cropped.skip(1, 2))


def test_the_drawing_names_whose_weights_a_layer_and_the_readout_have() -> None:
    table = {"kind": "embedding", "vocabulary": 5, "width": 4}
    dense = {"kind": "dense", "width": 8}
    net = Network.of(layers=[table, dense, dense, dense], defaults={"activation": "tanh"})
    about = data.info("digits")
    tied = net.change_layer(4, tied_to=3).change_readout(tied_to=1)
    view = network_view(about.resolve(tied), about, [])
    assert [layer["owner"] for layer in view["layers"]] == [None, None, None, 3]
    assert view["readout"]["owner"] == 1
    assert network_view(about.resolve(net), about, [])["readout"]["owner"] is None


def test_the_title_of_attention_says_what_it_attends_to_and_no_activation() -> None:
    about = data.info("digits_rows")
    net = Network.of(layers=[{"kind": "attention", "heads": 2, "memory": 0}])
    (layer,) = network_view(about.resolve(net), about, [])["layers"]
    assert layer["detail"] == "attention 8×8, attends to the input"


def test_a_feedback_skip_says_that_it_is_late() -> None:
    network = presets.load("feedback")
    lines = Cards(network.on((64,), 10)).skip(network.skips[0])
    assert lines[1:3] == ["joins inside the activation", "the state of the time step before"]


def test_where_nothing_fits_no_size_is_said() -> None:
    network = Network.mlp(3, 8).change_layer(2, width=16).add_skip(1, 2)
    cards = Cards(network.on((64,), 10))
    assert cards.layer(3) == ["Layer 3: dense", "16 → 8", "relu, pytorch init"]
    assert cards.skip(network.skips[0]) == ["Skip 1 → 2: add", "joins the output"]


@pytest.mark.parametrize("name", networks())
def test_the_weights_on_all_cards_and_of_the_readout_are_those_of_the_network(name: str) -> None:
    network, about = networks()[name], data.info(data.default_for(name) or "digits")
    resolved = about.resolve(network)
    if resolved.problems:
        assert name in ("dense_64_skip", "dense_784_skip")
        return
    cards = Cards(resolved)
    lines = [cards.layer(k)[-1] for k in range(1, network.depth + 1)]
    lines += [cards.skip(skip)[-1] for skip in network.skips]
    told = sum(int(m[1].replace(",", "")) for line in lines if (m := re.match(r"([\d,]+) w", line)))
    whole = network.count_parameters(about.input_shape, about.outputs)
    readout = about.outputs * (network.shapes(about.input_shape, about.outputs)[-2][0] + 1)
    assert told <= whole
    if len(network.shapes(about.input_shape, about.outputs)[-2]) == 1:
        assert told + readout == whole
