"""Shared weights and memory: lines of the drawing to drag, and choices of the inspector."""

from playwright.sync_api import Page, expect

from skipviz import presets
from skipviz.network import Network
from tests.e2e.helpers import open_network, pick, settled
from tests.e2e.test_wiring import pull, wires

COVERED = """editor => {
  const rects = (of) =>
    [...editor.querySelectorAll(of)].map((each) => each.getBoundingClientRect());
  const words = rects(".layer.selected text"), plugs = rects(".plug circle");
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return !words.length || words.some((word) => plugs.some((plug) => meet(word, plug)));
}"""
"""Whether a plug lies on what is written of its layer."""


def opened(page: Page, server: str, network: Network) -> None:
    open_network(page, server, network, data="digits", steps=20)
    settled(page)


def attending() -> Network:
    """Rows of a digit; 4 attends to 2 with the values 3, and has no weights that others have."""
    row = {"kind": "conv1d", "channels": 8, "kernel": 1, "activation": "tanh"}
    rows = [
        {"kind": "reshape", "shape": (8, 8)},
        row,
        row,
        {"kind": "attention", "memory": 2, "values": 3},
    ]
    return Network.of(layers=[*rows, row]).add_skip(3, 4)


def test_what_a_layer_attends_to_is_dragged(page: Page, server: str) -> None:
    opened(page, server, attending())
    assert wires(page) == ["2-4", "3-4"]
    page.locator('[data-layer="4"]').click()
    plugs = page.locator(".plug")
    expect(plugs).to_have_count(3)
    assert not page.locator(".editor").evaluate(COVERED)
    said = "Layer 4 attends to layer 2: drag to another layer, or left and right arrow"
    expect(plugs.nth(1)).to_have_attribute("aria-label", said)
    pull(page, plugs.nth(1), page.locator('[data-layer="1"]'))
    expect(page.locator('[data-wire="1-4"]')).to_have_count(1)
    page.locator('[data-layer="4"]').press("Control+z")
    expect(page.locator('[data-wire="2-4"]')).to_have_count(1)
    said = "Layer 4 takes its values from layer 3: drag to another layer, or left and right arrow"
    expect(plugs.nth(2)).to_have_attribute("aria-label", said)
    plugs.nth(2).press("ArrowLeft")
    expect(plugs.nth(2)).to_have_attribute("aria-label", said.replace("layer 3", "layer 2"))
    pick(page, "Values from", "its own map")
    expect(plugs).to_have_count(2)


def test_the_inspector_shares_weights_and_says_whose(page: Page, server: str) -> None:
    opened(page, server, attending())
    page.locator('[data-layer="3"]').click()
    pick(page, "Weights", "those of layer 2")
    settled(page)
    expect(page.get_by_text("weights of layer 2", exact=False).first).to_be_visible()
    expect(page.get_by_text("Shares the norms too")).to_be_visible()


def test_a_decoder_is_drawn_and_trains(page: Page, server: str) -> None:
    open_network(page, server, presets.load("encoder_decoder"), data="digits_rows", steps=3)
    settled(page)
    assert wires(page) == ["0-7", "6-11", "6-14"]
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("3 of 3", exact=False).first).to_be_visible()
