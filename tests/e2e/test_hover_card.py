"""The card beside what the mouse points at."""

from playwright.sync_api import Page, expect

from skipviz.network import Network
from tests.e2e.helpers import box_of, open_app, open_network, top_of


def test_a_card_says_what_a_layer_and_a_skip_are_and_measure(page: Page, server: str) -> None:
    open_app(page, server)
    expect(page.locator(".legend.shown")).to_be_visible()
    card = page.locator(".card")
    page.locator('[data-layer="5"]').hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Layer 5: dense64 → 64relu, pytorch init4,160 weights, 4,096 MACs")
    expect(card).to_contain_text("|∂L/∂W|")
    layer, below = box_of(page.locator('[data-layer="5"] .box')), box_of(card)
    assert below["y"] > layer["y"] + layer["height"]

    page.mouse.move(*top_of(page.locator('[data-skip="3-5"]')))
    expect(card).to_contain_text("Skip 3 → 5: addjoins the outputno weightscarries")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_a_card_says_what_a_skip_has_learned_and_by_which_gradient(page: Page, server: str) -> None:
    scale = {"value": 0.5, "learned": "scalar"}
    open_network(page, server, Network.mlp(6, 16).add_skip(2, 4, branch_scale=scale), steps=5)
    expect(page.locator(".legend.shown")).to_be_visible()
    page.mouse.move(*top_of(page.locator('[data-skip="2-4"]')))
    card = page.locator(".card")
    expect(card).to_contain_text("with skipsbranch scale 0.5, |∂L/∂scale|")
    page.mouse.click(*top_of(page.locator('[data-skip="2-4"]')))
    expect(page.locator(".inspector")).to_contain_text("branch scale 0.5")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
