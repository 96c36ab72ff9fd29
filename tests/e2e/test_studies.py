"""Studies, by a visitor: open, change a factor, start, watch, take away."""

import re
import tomllib
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.helpers import open_app


def test_a_study_is_changed_started_watched_and_taken_away(page: Page, server: str) -> None:
    open_app(page, server)
    page.get_by_role("link", name="Studies").click()
    measured = page.get_by_test_id("chart-study_map_measured")
    expect(measured).to_have_attribute("data-step", "198")
    expect(page.get_by_test_id("chart-study_map_theory")).to_be_visible()
    expect(page.locator(".study-finding")).to_contain_text("Without any skip")

    page.get_by_text("Depth against gradient", exact=True).first.click()
    curves = page.get_by_test_id("chart-study_curves")
    expect(curves).to_have_attribute("data-step", "51")
    page.wait_for_url(re.compile("s=depth"))

    page.get_by_label("Depth", exact=True).fill("4, 8, 120, 130, 140, 150, 160")
    page.get_by_label("Depth", exact=True).press("Enter")
    expect(page.get_by_text(re.compile(r"^63 runs, about"))).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^[1-9]\d* of 63 runs"))).to_be_visible()
    expect(curves).to_have_attribute("data-traces", re.compile("theory"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"runs · (stopped|finished)$"))).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()

    with page.expect_download() as download:
        page.get_by_role("button", name="Study as TOML").click()
    assert tomllib.loads(Path(download.value.path()).read_text())["depth"][-1] == 160
    with page.expect_download() as download:
        page.get_by_role("button", name="Results as CSV").click()
    assert Path(download.value.path()).read_text().startswith("data,depth,width,")
