"""Paths, by a visitor: count, measure, click something away, study lesions."""

import re

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import open_app

BRIEF = link.encode(presets.load("default"), Settings(steps=100))


def test_paths_are_counted_measured_and_cut(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={BRIEF}")
    page.get_by_role("link", name="Paths").click()
    expect(page.get_by_text("524,288 paths lead from the input")).to_be_visible()
    expect(page.get_by_test_id("chart-path_lengths")).to_have_attribute(
        "data-traces", re.compile("paths")
    )
    expect(page.get_by_test_id("chart-gradient_by_length")).to_have_attribute(
        "data-traces", re.compile("count × mean single norm"), timeout=60_000
    )
    expect(page.get_by_text("of the gradient sits in paths of")).to_be_visible()

    page.locator('[data-id="5"]').click()
    expect(page.get_by_text("262,144 of 524,288")).to_be_visible()
    skip = page.locator('[data-id="9-11"]')
    expect(skip).to_have_count(1)  # drawn anew, the old one may still stand beside it
    skip.focus()
    skip.press("Enter")
    expect(skip).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("131,072 of 524,288")).to_be_visible()

    page.get_by_role("button", name="Train and delete", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Training, step \d+ of 100"))).to_be_visible()
    expect(page.get_by_test_id("chart-lesion_layers")).to_have_attribute(
        "data-traces", "with skips,without", timeout=90_000
    )
    expect(
        page.get_by_text(re.compile("With skips: test accuracy 0.* instead of 0.[89]"))
    ).to_be_visible()
    page.get_by_role("button", name="Put all back", exact=True).click()
    expect(page.get_by_text("Click layers and skips away")).to_be_visible()
    expect(skip).to_have_attribute("aria-checked", "false")
