"""What layers read is seen in the drawing, and changed by dragging, by keys, in the inspector."""

import re

from playwright.sync_api import Locator, Page, expect

from skipviz.network import Network
from tests.e2e.helpers import middle, open_network, settled


def opened(page: Page, server: str, network: Network) -> None:
    open_network(page, server, network, steps=20)
    settled(page)


def gated() -> Network:
    """Layers 1 and 2 read the input, 3 is their product; a skip around 4 and 5."""
    network = Network.mlp(depth=5, width=16, activation="tanh", skips=((3, 5),))
    product = {"entries": [1, {"state": 2, "activation": "sigmoid"}], "combine": "multiply"}
    return network.rewire(2, 0).rewire(3, product)


def wires(page: Page) -> list[str]:
    found = page.locator("path.wire[data-wire]")
    return sorted(found.evaluate_all("all => all.map(each => each.dataset.wire)"))


def pull(page: Page, plug: Locator, layer: Locator) -> None:
    """Press on a plug, move to a layer in steps and let go."""
    settled(page)  # what is selected is drawn once more when the server knows it
    start, end = middle(plug), middle(layer.locator(".box"))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(end[0] + 20, end[1] + 40, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_layer_is_plugged_into_another_one_and_back(page: Page, server: str) -> None:
    opened(page, server, gated())
    assert wires(page) == ["0-2", "1-3", "2-3"]
    page.locator('[data-layer="5"]').click()
    plug = page.locator(".plug")
    expect(plug).to_have_count(1)
    pull(page, plug, page.locator('[data-layer="3"]'))
    expect(page.locator('[data-wire="3-5"]')).to_have_count(1)
    page.locator('[data-layer="4"]').click()
    expect(page.locator(".inspector .error")).to_contain_text("Nothing reads layer 4.")
    page.get_by_role("button", name="Let layer 5 read it too").click()
    expect(page.locator('[data-wire="4-5"]')).to_have_count(1)
    expect(page.locator(".inspector .error")).to_have_count(0)
    for _ in range(2):
        page.locator('[data-layer="5"]').press("Control+z")
    expect(page.locator('[data-wire="3-5"]')).to_have_count(0)
    page.screenshot(path="test-results/wiring-light.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path="test-results/wiring-dark.png")


def test_a_plug_follows_the_arrow_keys(page: Page, server: str) -> None:
    opened(page, server, gated())
    page.locator('[data-layer="3"]').click()
    plugs = page.locator(".plug")
    expect(plugs).to_have_count(2)
    expect(plugs.nth(1)).to_have_attribute("aria-label", re.compile("sigmoid of layer 2"))
    plugs.nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator('[data-wire="2-3"]')).to_have_count(0)
    expect(page.locator(".plug").nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-wire="2-3"]')).to_have_count(1)


def test_the_inspector_says_and_sets_what_a_layer_reads(page: Page, server: str) -> None:
    opened(page, server, gated())
    page.locator('[data-layer="3"]').click()
    reads = page.get_by_label("Reads", exact=True)
    expect(reads).to_have_value("1, 2")
    reads.fill("1, 2, 0")
    reads.press("Enter")
    settled(page)
    expect(page.get_by_text("multiplies states of shapes", exact=False).first).to_be_visible()
    reads = page.get_by_label("Reads", exact=True)
    reads.fill("2, 1")
    reads.press("Enter")
    settled(page)
    expect(page.locator(".inspector .error")).to_have_count(0)
    expect(page.get_by_label("Layer 2 through").first).to_be_visible()


def test_on_a_phone_the_lines_and_the_plugs_are_there_too(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, server, gated())
    assert wires(page) == ["0-2", "1-3", "2-3"]
    page.locator('[data-layer="4"]').click()
    expect(page.locator(".plug")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    page.screenshot(path="test-results/wiring-phone.png")
