"""The inspector offers every option of the network language, within its bounds."""

from typing import get_args

import pytest
from pydantic import BaseModel

from skipviz import presets
from skipviz.network import Init, Network, Readout, Scale, Style, apply_edit
from skipviz.network.layers import LAYER_CLASSES, AnyLayer
from skipviz.network.skips import AnySkip
from skipviz.ui.playground.inspector.fields import HIDDEN, options_of, why_unused
from skipviz.ui.playground.inspector.widgets import unset_text

MODELS = (*get_args(AnyLayer), *get_args(AnySkip), Style, Readout, Init, Scale)
NOT_FREE = {name: {"activation"} for name in ("Attention", "Rnn", "Lstm", "Gru")}  # one value


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_offered(model: type[BaseModel]) -> None:
    offered = {option.name for option in options_of(model)}
    assert offered == set(model.model_fields) - HIDDEN - NOT_FREE.get(model.__name__, set())


def test_the_activation_of_all_layers_says_where_it_changes_nothing() -> None:
    network = Network.mlp(2, 4)
    assert why_unused(network) is None
    own = network.change_layer(1, activation="tanh")
    assert why_unused(own) is None  # layer 2 takes it still
    assert "sets its own" in str(why_unused(own.change_layer(2, activation="relu")))
    none = Network.of(layers=[{"kind": "attention", "heads": 1}, {"kind": "max_pool"}])
    assert "No layer" in str(why_unused(none))


def test_what_a_layer_leaves_alone_is_as_all_or_as_its_kind_is() -> None:
    assert unset_text("activation", "tanh", of_all=True) == "as all (tanh)"
    assert unset_text("norm", "layer", of_all=True) == "as all (layer norm)"
    assert unset_text("bias", True, of_all=True) == "as all (yes)"
    assert unset_text("activation", "identity", of_all=False) == "identity"


def test_bounds_and_choices_are_those_of_the_language() -> None:
    options = {option.name: option for option in options_of(LAYER_CLASSES["dense"])}
    assert (options["width"].low, options["width"].whole) == (1, True)
    assert options["width"].optional is False
    assert 0.99 < options["dropout"].high < 1
    assert options["norm"].choices == ("none", "batch", "layer", "group", "rms", "weight")
    assert options["activation"].choices[:2] == ("identity", "relu")
    assert options["bias"].kind == "flag"
    assert options["bias"].optional


def test_the_bounds_can_be_reached() -> None:
    for name, kind in LAYER_CLASSES.items():
        start = {"kind": name, **kind.starts}
        kind.model_validate(start)
        for option in options_of(kind):
            if option.kind == "number":
                for value in (option.low, min(option.high, 1000)):
                    number = int(value) if option.whole else value
                    kind.model_validate(start | {option.name: number})


def test_a_layer_can_become_any_kind_from_what_the_inspector_knows() -> None:
    network = presets.load("plain")
    for kind, layer in LAYER_CLASSES.items():
        needed = {
            name: value for name, value in layer.starts.items() if name != "width"
        } or layer.starts
        edit = {"do": "change_layer", "layer": 2, "kind": kind, **needed}
        assert apply_edit(network, edit).layers[1].kind == kind
