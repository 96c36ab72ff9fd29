"""A visitor's work outlives a reload."""

import re

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import open_app


def test_a_reload_gives_back_the_run_in_progress_the_tray_and_the_history(
    page: Page, server: str
) -> None:
    token = link.encode(presets.load("forward_skip"), Settings(steps=100_000))
    open_app(page, f"{server}/?n={token}")
    page.locator("[data-layer='2']").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-layer]")).to_have_count(11)
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_text(re.compile(r"Step [1-9]\d* of"))).to_be_visible()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name="A", exact=True)).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="A", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[data-layer]")).to_have_count(12)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Train")).to_be_visible()
