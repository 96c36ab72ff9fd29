"""What axe-core finds on every page, in both themes; keys keep the focus; motion can be reduced."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from skipviz import presets
from skipviz.ui.shell.navigation import PAGES
from tests.e2e.helpers import open_network, settled, train

GRAVE = ("serious", "critical")
RULES = {"rules": {"label-content-name-mismatch": {"enabled": True}}}  # off unless asked for
SHOWN = {
    "experiments": ".st-key-card_g1",
    "learn": ".measured-verdict",
    "paths": '[data-testid="chart-path_lengths"][data-traces]',
    "landscape": '[data-testid^="chart-"][data-traces]',
    "studies": '[data-testid^="chart-"][data-traces]',
    "model": '[data-testid="chart-model_layers"][data-traces]',
}
"""What is to be seen on a page before it is looked at."""


@pytest.fixture(params=["light", "dark"])
def tab(page: Page, request: pytest.FixtureRequest) -> Page:
    """Of a visitor who asks for less motion, so that no colour is half faded."""
    page.emulate_media(reduced_motion="reduce", color_scheme=request.param)
    return page


def barriers(page: Page) -> list[str]:
    """What axe holds to be serious or critical, on a page that has one heading of level 1."""
    expect(page.locator("h1:visible")).to_have_count(1)
    settled(page)
    return [
        f"{violation['id']}: {each['failureSummary']} {each['html'][:200]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
        if violation["impact"] in GRAVE
        for each in violation["nodes"]
    ]


def test_the_playground_has_no_barriers_before_and_after_a_run(tab: Page, server: str) -> None:
    open_network(tab, server, presets.load("default"), steps=5)
    assert barriers(tab) == []
    train(tab)
    assert barriers(tab) == []


@pytest.mark.parametrize("name", PAGES[1:])
def test_a_page_has_no_barriers(tab: Page, server: str, name: str) -> None:
    tab.goto(f"{server}/{name}")
    expect(tab.locator(SHOWN[name]).first).to_be_visible()
    assert barriers(tab) == []


MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const { transitionDuration, animationDuration } = getComputedStyle(element);
  const seconds = `${transitionDuration},${animationDuration}`.split(",").map(parseFloat);
  return Math.max(...seconds) > 0.01;
}).length"""


def test_who_asks_for_less_motion_gets_none_but_live_charts(page: Page, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_network(page, server, presets.load("default"), steps=20_000)
    assert page.evaluate(MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Train", exact=True).click()
    chart = page.get_by_test_id("chart-layers_weight_gradient")
    expect(chart).not_to_have_attribute("data-step", "0")
    first = chart.get_attribute("data-step")
    expect(chart).not_to_have_attribute("data-step", first or "")
    page.get_by_role("button", name="Stop").click()
