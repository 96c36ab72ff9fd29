"""The landscape, by a visitor: compute a slice and read its verdict."""

import re

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import open_app

BRIEF = link.encode(presets.load("default"), Settings(steps=100))


def test_a_slice_is_computed_row_by_row(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={BRIEF}")
    page.get_by_role("link", name="Landscape").click()
    expect(page.get_by_text("Training first, then the loss")).to_be_visible()
    page.get_by_label("Grid").click()
    page.get_by_role("option", name="9 × 9", exact=True).click()
    page.get_by_role("button", name="Compute", exact=True).click()
    expect(page.get_by_text("Training first, then the loss")).to_be_visible()
    chart = page.get_by_test_id("chart-slice_skip")
    expect(chart).to_have_attribute("data-step", re.compile(r"^[1-9]"), timeout=60_000)
    expect(chart).to_have_attribute("data-step", "9", timeout=90_000)
    expect(page.get_by_test_id("chart-slice_plain")).to_be_visible()
    expect(page.get_by_test_id("chart-section")).to_be_visible()
    verdict = page.locator(".verdict h1")
    expect(verdict).to_contain_text("Within R = 0.5, the loss stays below 0.5 on")
    shares = [int(share) for share in re.findall(r"(\d+)\s%", verdict.inner_text())]
    assert shares[0] > 10 > shares[1], "without its skips this network does not train"
