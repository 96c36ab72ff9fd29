"""Every control beside the drawing: the inspector of layers, skips and readout, and the form."""

import math
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from skipviz import presets
from skipviz.network import Network
from tests.e2e.helpers import (
    click_arc,
    counts,
    drag,
    drawn_in,
    drawn_on,
    fill,
    open_network,
    pick,
    rail,
    settled,
    wait_until,
)

NETWORK = presets.load("forward_skip")  # ten dense layers of 32 units, tanh, a skip 3 -> 7


def opened(page: Page, server: str, part: str) -> None:
    """The example network with one of the parts below the drawing unfolded."""
    open_network(page, server, NETWORK, steps=20)
    page.get_by_text(part, exact=True).click()


def arrives(page: Page, holds: Callable[[Network], bool]) -> None:
    """Wait until the network in the address is so."""
    page.wait_for_url(lambda address: holds(drawn_in(address)[0]))


def ends(network: Network) -> list[tuple[int, int]]:
    return [skip.ends for skip in network.skips]


def arc(page: Page, ends: str) -> Locator:
    return page.locator(f'[data-skip="{ends}"]')


def layer(page: Page, k: int) -> Locator:
    return page.locator(f'[data-layer="{k}"]')


def box(page: Page, name: str) -> Locator:
    return rail(page).get_by_role("combobox", name=name, exact=True)


def _top(drawn: Locator) -> float:
    """Where it begins; nowhere while it is drawn anew."""
    place = drawn.bounding_box()
    return math.nan if place is None else place["y"]


def press(page: Page, name: str) -> None:
    settled(page)
    page.get_by_role("button", name=name, exact=True).click()


def test_a_layer_selected_in_the_drawing_gets_another_kind_and_other_options(
    page: Page, server: str
) -> None:
    opened(page, server, "Inspect and change")
    layer(page, 4).click()
    expect(box(page, "Inspect")).to_have_value("Layer 4: dense")
    fill(page, "Width", "16", rail(page))
    expect(layer(page, 4).get_by_text("16", exact=True)).to_be_visible()
    expect(box(page, "Activation")).to_have_value("as all (tanh)")
    pick(page, "Activation", "relu", rail(page))
    expect(layer(page, 4).locator("desc")).to_have_text("Layer 4: dense 16, relu")
    pick(page, "Kind", "feed forward", rail(page))
    expect(layer(page, 4).locator(".mark")).to_have_text("M")
    arrives(page, lambda network: network.layers[3].kind == "feed_forward")
    changed = drawn_on(page)[0].layers[3]
    assert (changed.width, changed.activation) == (16, "relu")
    press(page, "Undo")
    expect(box(page, "Kind")).to_have_value("dense")


def test_a_skip_gets_each_of_its_kinds(page: Page, server: str) -> None:
    opened(page, server, "Inspect and change")
    click_arc(page, arc(page, "3-7"))
    expect(box(page, "Inspect")).to_have_value("Skip 3 → 7: add")
    for kind in ("projection", "pad", "gated", "shortcut_gate", "concat", "add"):
        pick(page, "Kind", kind.replace("_", " "), rail(page))
        expect(arc(page, "3-7")).to_have_accessible_name(f"Skip 3 to 7, {kind}")
        expect(arc(page, "3-7").locator("desc")).to_have_text(re.compile(f"^{kind} 3 → 7"))
        expect(layer(page, 7).locator(".shape")).to_have_text("64" if kind == "concat" else "32")
        arrives(page, lambda network, kind=kind: network.skip(3, 7).kind == kind)
    pick(page, "Kind", "gated", rail(page))
    fill(page, "Gate bias", "-4", rail(page))
    arrives(page, lambda network: network.skip(3, 7).gate_bias == -4)


def test_the_readout_and_what_all_layers_share_are_changed(page: Page, server: str) -> None:
    opened(page, server, "Inspect and change")
    layer(page, 11).click()
    expect(box(page, "Inspect")).to_have_value("Readout")
    pick(page, "Bias", "no", rail(page))
    arrives(page, lambda network: not network.readout.bias)
    pick(page, "Inspect", "All layers", rail(page))
    pick(page, "Activation", "sigmoid", rail(page))
    expect(layer(page, 2).locator("desc")).to_have_text("Layer 2: dense 32, sigmoid")
    arrives(page, lambda network: network.defaults.activation == "sigmoid")


def test_with_time_steps_a_skip_is_drawn_backwards(page: Page, server: str) -> None:
    opened(page, server, "Inspect and change")
    fill(page, "Time steps", "3", rail(page))
    arrives(page, lambda network: network.time_steps == 3)
    settled(page)
    drag(page, layer(page, 8), layer(page, 5))
    expect(arc(page, "8-5").locator(".delay")).to_have_text("z⁻¹")
    arrives(page, lambda network: (8, 5) in ends(network))
    settled(page)
    chain, below = layer(page, 5).locator(".box"), arc(page, "8-5").locator(".line")
    wait_until(lambda: _top(below) > _top(chain))
    layer(page, 8).click()
    expect(box(page, "Inspect")).to_have_value("Layer 8: dense")
    pick(page, "Inspect", "Skip 8 → 5: add", rail(page))
    expect(box(page, "Join")).to_have_value("preactivation")


def test_along_a_sequence_a_skip_may_lead_back_and_steps_are_not_asked_for(
    page: Page, server: str
) -> None:
    opened(page, server, "Inspect and change")
    pick(page, "A time step reads", "one position of it", rail(page))
    arrives(page, lambda network: network.time == "positions")
    expect(rail(page).get_by_label("Time steps")).to_have_count(0)
    settled(page)
    drag(page, layer(page, 8), layer(page, 5))
    arrives(page, lambda network: (8, 5) in ends(network))


def test_the_form_adds_changes_and_removes_a_skip(page: Page, server: str) -> None:
    opened(page, server, "Edit without dragging")
    pick(page, "Skip from", "layer 2", rail(page))
    pick(page, "Skip to", "readout", rail(page))
    pick(page, "Kind", "projection", rail(page))
    press(page, "Add skip")
    expect(arc(page, "2-11")).to_have_class("arc projection")
    pick(page, "Skip", "3 → 7", rail(page))
    press(page, "Remove skip")
    expect(arc(page, "3-7")).to_have_count(0)
    arrives(page, lambda network: ends(network) == [(2, 11)])
    assert drawn_on(page)[0].skip(2, 11).kind == "projection"


def test_the_form_changes_a_range_of_layers(page: Page, server: str) -> None:
    opened(page, server, "Edit without dragging")
    fill(page, "From layer", "3", rail(page))
    fill(page, "To layer", "7", rail(page))
    press(page, "Duplicate layers")
    expect(arc(page, "8-12")).to_have_count(1)
    press(page, "Move layers towards the readout")
    expect(arc(page, "4-8")).to_have_count(1)
    press(page, "Move layers towards the readout")
    expect(arc(page, "5-9")).to_have_count(1)
    for moved in ("4-8", "3-7"):
        press(page, "Move layers towards the input")
        expect(arc(page, moved)).to_have_count(1)
    press(page, "Copy layers")
    press(page, "Paste layers after")
    expect(counts(page)).to_contain_text("20 layers · 3 skips")
    press(page, "Insert a layer after")
    expect(counts(page)).to_contain_text("21 layers · 3 skips")
    press(page, "Remove layers")
    expect(counts(page)).to_contain_text("16 layers · 2 skips")
    arrives(page, lambda network: network.depth == 16)
