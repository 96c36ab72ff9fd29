"""The difference of two drawings."""

from hypothesis import given

from skipviz import presets
from skipviz.network.difference import difference
from tests.unit.network.network_strategies import networks

BEFORE = presets.load("default")


def test_a_network_does_not_differ_from_itself() -> None:
    assert str(difference(BEFORE, BEFORE)) == "the same network"


def test_skips_and_layers_that_changed_are_named() -> None:
    after = BEFORE.add_skip(2, 30).remove_skip(1, 3).remove_skip(3, 5).add_skip(3, 5, kind="gated")
    after = after.change_layer(40, activation="tanh")
    found = difference(BEFORE, after)
    assert (found.added, found.removed, found.changed) == (((2, 30),), ((1, 3),), ((3, 5),))
    assert found.layers == (40,)
    assert str(found) == "1 skip added, 1 skip removed, 1 skip changed, 1 layer changed"


def test_other_depths_and_styles_are_said() -> None:
    after = BEFORE.remove_layer(40).change_defaults(activation="tanh")
    assert str(difference(BEFORE, after)) == "40 → 39 layers, another style of all layers"


@given(networks(), networks())
def test_the_way_back_is_the_reverse(one, other) -> None:
    there, back = difference(one, other), difference(other, one)
    assert set(there.added) == set(back.removed)
    assert set(there.changed) == set(back.changed)
    assert (there.layers, there.style) == (back.layers, back.style)
    assert ("the same network" in str(there)) == (one == other)
