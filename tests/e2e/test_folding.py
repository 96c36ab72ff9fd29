"""A network of a hundred layers, read as a block and its repetitions."""

from playwright.sync_api import Page, expect

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from tests.e2e.helpers import counts, drag, open_app

NETWORK = Network.mlp(100, 8, skips=tuple((k, k + 2) for k in range(1, 98, 2)))


def test_repeated_blocks_are_folded_and_edited_and_unfolded(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={link.encode(NETWORK, Settings())}")
    layers, fold = page.locator("[data-layer]"), page.locator(".fold")
    expect(fold).to_have_text("2 layers, 49 times: layers 1 to 98. Unfold× 49")
    expect(layers).to_have_count(6)  # input, 1, 2, 99, 100, readout
    expect(page.locator("[data-cell]")).to_have_count(96)
    expect(page.locator('[data-cell="50"][style*="fill"]')).to_have_count(1)

    page.locator('[data-layer="2"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-layer="99"]')).to_be_focused()

    drag(page, page.locator('[data-layer="0"]'), page.locator('[data-layer="100"]'))
    expect(page.locator('[data-skip="0-100"]')).to_have_count(1)
    expect(counts(page)).to_contain_text("100 layers · 50 skips")
    expect(layers).to_have_count(6)

    fold.get_by_text("× 49").click()
    expect(layers).to_have_count(102)
    expect(fold).to_have_count(0)
    page.locator('[data-layer="1"]').focus()
    page.keyboard.press("f")
    expect(layers).to_have_count(6)
    page.get_by_role("button", name="Fold or unfold").click()
    expect(layers).to_have_count(102)
