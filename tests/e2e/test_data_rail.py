"""Data chosen by their pictures, with the mouse and from the keyboard."""

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import drawn_on, settled


def test_a_stamp_chooses_its_data_with_a_click_or_a_key(page: Page, server: str) -> None:
    token = link.encode(presets.load("forward_skip"), Settings())
    page.goto(f"{server}/?n={token}")
    stamps = page.get_by_role("group", name="Data sets")
    digits, circles = (stamps.get_by_role("button", name=name) for name in ("digits", "circles"))
    expect(digits).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".samples canvas")).to_have_count(10)
    circles.click()
    expect(page.get_by_text("1,000 points, 2 classes")).to_be_visible()
    expect(circles).to_have_attribute("aria-pressed", "true")
    expect(digits).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("combobox", name="Data", exact=True)).to_have_value("Two circles")
    settled(page)
    assert drawn_on(page)[1].data == "circles"
    expect(circles).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Data", exact=True)).to_have_value("Exclusive or")
    stamps.get_by_role("button", name="yours").click()
    expect(page.get_by_role("application", name="Plane.")).to_be_visible()
