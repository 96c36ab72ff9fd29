"""The inspector offers every option of the network language, within its bounds."""

from typing import get_args

import pytest
from pydantic import BaseModel

from skipviz import presets
from skipviz.network import Init, Readout, Scale, Style, apply_edit
from skipviz.network.layers import LAYER_CLASSES, AnyLayer
from skipviz.network.skips import AnySkip
from skipviz.ui.playground.inspector.fields import HIDDEN, options_of

MODELS = (*get_args(AnyLayer), *get_args(AnySkip), Style, Readout, Init, Scale)
NOT_FREE = {name: {"activation"} for name in ("Attention", "Rnn", "Lstm", "Gru")}  # one value


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_offered(model: type[BaseModel]) -> None:
    offered = {option.name for option in options_of(model)}
    assert offered == set(model.model_fields) - HIDDEN - NOT_FREE.get(model.__name__, set())


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
