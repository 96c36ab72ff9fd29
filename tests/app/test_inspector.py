"""The inspector: what is selected can be changed in every respect."""

from typing import get_args

from skipviz import link, presets
from skipviz.network.styles import Norm
from skipviz.settings import Settings
from skipviz.ui.playground.inspector import select
from tests.app.helpers import opened, ran, session

START = presets.load("forward_skip")


def page_with(selected):
    page = opened(link.encode(START, Settings(steps=2)))
    select(session(page), selected)
    return ran(page)


def widget(elements, label):
    """In the inspector, which comes after the bar that changes all layers at once."""
    return [each for each in elements if each.label == label][-1]


def test_the_preset_in_the_drawing_says_what_it_is_and_where_it_comes_from() -> None:
    page = opened(link.encode(presets.load("rezero"), Settings(steps=1)))
    assert any("Bachlechner" in each.value and "0 at first" in each.value for each in page.caption)
    session(page).draw(presets.load("rezero").add_skip(1, 9))
    ran(page)
    assert not any("Bachlechner" in each.value for each in page.caption)


def test_a_layer_selected_in_the_drawing_is_inspected_and_changed() -> None:
    page = page_with({"layer": 4})
    assert widget(page.selectbox, "Inspect").value == ("layer", 4)
    widget(page.number_input, "Width").set_value(48)
    ran(page)
    assert session(page).network.layers[3].width == 48
    widget(page.selectbox, "Activation").set_value("gelu")
    ran(page)
    assert session(page).network.layers[3].activation == "gelu"
    kind = next(s for s in page.selectbox if s.label == "Kind" and "identity" in s.options)
    kind.set_value("identity")
    ran(page)
    assert session(page).network.layers[3].kind == "identity"
    page.button(key="undo").click()
    ran(page)
    assert session(page).network.layers[3].width == 48


def test_layers_selected_together_are_changed_as_one_and_it_says_so() -> None:
    page = page_with({"layers": [4, 6]})
    assert widget(page.selectbox, "Inspect").value == ("layers", 4, 6)
    widget(page.number_input, "Width").set_value(48)
    ran(page)
    widths = [layer.width for layer in session(page).network.layers]
    assert widths == [32, 32, 32, 48, 48, 48, 32, 32, 32, 32]
    assert any("3 layers, changed as one." in each.value for each in page.caption)

    session(page).draw(session(page).network.change_layer(5, activation="gelu", width=16))
    ran(page)
    said = next(each.value for each in page.caption if "changed as one" in each.value)
    assert said == "3 layers, changed as one. Width, activation differ: shown is layer 4."
    next(each for each in page.button if each.label == "Make all like layer 4").click()
    ran(page)
    assert len({layer.model_dump_json() for layer in session(page).network.layers[3:6]}) == 1
    page.button(key="undo").click()
    ran(page)
    assert session(page).network.layers[4].activation == "gelu"


def test_a_skip_selected_in_the_drawing_is_inspected_and_changed() -> None:
    page = page_with({"skip": [3, 7]})
    widget(page.number_input, "Shortcut scale").set_value(0.5)
    ran(page)
    assert session(page).network.skips[0].shortcut_scale.value == 0.5
    widget(page.number_input, "Survival").set_value(0.8)
    ran(page)
    assert session(page).network.skips[0].survival == 0.8
    next(s for s in page.selectbox if s.label == "Kind" and s.value == "add").set_value("gated")
    ran(page)
    assert session(page).network.skips[0].kind == "gated"
    assert session(page).network.skips[0].survival == 0.8
    widget(page.number_input, "Gate bias").set_value(-4.0)
    ran(page)
    assert session(page).network.skips[0].gate_bias == -4.0


def test_all_layers_the_readout_and_the_time_steps() -> None:
    page = page_with(None)
    norm = widget(page.selectbox, "Norm")
    assert norm.options == ["none", *(f"{name} norm" for name in get_args(Norm)[1:])]
    norm.set_value("batch")
    ran(page)
    assert session(page).network.defaults.norm == "batch"
    widget(page.number_input, "Time steps").set_value(3)
    ran(page)
    assert session(page).network.time_steps == 3
    widget(page.selectbox, "A time step reads").set_value("positions")
    ran(page)
    assert session(page).network.time == "positions"
    assert session(page).network.time_steps == 1
    assert not [each for each in page.number_input if each.label == "Time steps"]
    select(session(page), {"layer": START.depth + 1})
    ran(page)
    next(s for s in page.selectbox if s.label == "Bias").set_value("no")
    ran(page)
    assert session(page).network.readout.bias is False


def test_what_does_not_exist_selects_all_layers() -> None:
    page = opened()
    for sent in ({"layer": -3}, {"layer": "x"}, {"skip": [1]}, {"skip": [1, 99]}, [1], 7):
        select(session(page), sent)
        assert session(page).editing.selected in {("style",), ("readout",)}
