"""Runs that are kept: laid over the charts, opened again, forgotten."""

import re

from playwright.sync_api import Locator, Page, expect

from skipviz import presets
from tests.e2e.helpers import open_network, train

NETWORK = presets.load("forward_skip")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def chart(page: Page) -> Locator:
    return page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]')


def test_kept_runs_are_laid_over_opened_again_and_forgotten(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=10)
    train(page)
    button(page, "Keep").click()
    expect(chart(page)).to_have_attribute("data-traces", re.compile("A skip"))
    page.get_by_test_id("stButtonGroup").get_by_text("A: 10 layers").click()
    expect(chart(page)).not_to_have_attribute("data-traces", re.compile("A skip"))
    page.locator('[data-layer="5"]').focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-layer]")).to_have_count(11)
    button(page, "Kept runs").click()
    expect(
        page.get_by_text(re.compile(r"To the drawing now: .*10 → 9 layers; the same settings"))
    ).to_be_visible()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Open").click()
    expect(page.locator("[data-layer]")).to_have_count(12)
    if not button(page, "Forget").is_visible():
        button(page, "Kept runs").click()
    button(page, "Forget").click()
    expect(button(page, "Kept runs")).to_have_count(0)
