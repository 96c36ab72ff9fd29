"""The card beside what the mouse points at."""

from playwright.sync_api import Page, expect

from tests.e2e.helpers import open_app, top_of


def test_a_card_says_what_a_layer_and_a_skip_are_and_measure(page: Page, server: str) -> None:
    open_app(page, server)
    expect(page.locator(".legend.shown")).to_be_visible()
    card = page.locator(".card")
    page.locator('[data-layer="5"]').hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Layer 5: dense64 → 64relu, pytorch init4,160 weights, 4,096 MACs")
    expect(card).to_contain_text("|∂L/∂W|")
    layer = page.locator('[data-layer="5"] .box').bounding_box()
    below = card.bounding_box()
    assert layer is not None
    assert below is not None
    assert below["y"] > layer["y"] + layer["height"]

    page.mouse.move(*top_of(page.locator('[data-skip="3-5"]')))
    expect(card).to_contain_text("Skip 3 → 5: addjoins the outputno weightscarries")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
