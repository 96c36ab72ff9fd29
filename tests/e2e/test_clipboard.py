"""Layers copied in one tab and pasted in another."""

from playwright.sync_api import BrowserContext, Page, expect

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from tests.e2e.helpers import drawn_on, open_app, wait_until


def test_layers_are_pasted_in_another_tab_with_their_skips_and_options(
    page: Page, context: BrowserContext, server: str
) -> None:
    network = presets.load("forward_skip").change_layer(4, activation="sigmoid")
    open_app(page, f"{server}/?n={link.encode(network, Settings())}")
    page.locator('[data-layer="3"]').click()
    page.locator('[data-layer="7"]').click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.get_by_text("Copied layers 3 to 7")).to_be_attached()

    tab = context.new_page()
    open_app(tab, f"{server}/?n={link.encode(Network.mlp(2, 32), Settings())}")
    tab.locator('[data-layer="1"]').click()
    tab.keyboard.press("Control+v")
    expect(tab.locator("[data-layer]")).to_have_count(9)
    expect(tab.locator('[data-skip="2-6"]')).to_have_count(1)
    wait_until(lambda: drawn_on(tab)[0].depth == 7)
    pasted, _ = drawn_on(tab)
    assert pasted.layers[1:6] == network.layers[2:7]
    assert pasted.skips[0].ends == (2, 6)

    tab.keyboard.press("Control+x")
    expect(tab.locator("[data-layer]")).to_have_count(8)
    tab.keyboard.press("Control+v")
    expect(tab.locator("[data-layer]")).to_have_count(9)
    tab.close()


def test_a_text_that_is_no_network_is_refused_with_a_reason(
    page: Page, context: BrowserContext, server: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    open_app(page, f"{server}/?n={link.encode(Network.mlp(3, 8), Settings())}")
    rubbish = '{"skipviz": "layers", "layers": [{"kind": "dense", "width": "<b>wide</b>"}]}'
    page.evaluate("text => navigator.clipboard.writeText(text)", rubbish)
    page.locator('[data-layer="1"]').click()
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("stToast").first).to_contain_text("width")
    expect(page.locator("[data-layer]")).to_have_count(5)
