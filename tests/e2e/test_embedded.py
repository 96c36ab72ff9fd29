"""The app as a part of another page, and in windows as narrow as such a part."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from skipviz import presets
from tests.e2e.helpers import address_of, open_app, open_network

PAGES = "stTopNav"


@pytest.fixture
def narrow(page: Page) -> Page:
    page.set_viewport_size({"width": 800, "height": 600})
    return page


def test_an_embedded_page_stays_in_its_frame_and_copies_a_link_that_does_not(
    narrow: Page, context: BrowserContext, server: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    narrow.goto(f"{server}/paths?embed=true")
    narrow.get_by_role("link", name="Change it").click()
    expect(narrow.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(narrow.locator("[data-layer]").first).to_be_visible()
    narrow.wait_for_url(re.compile(r"/\?.*embed=true"))
    expect(narrow.get_by_test_id(PAGES)).to_have_count(0)
    narrow.get_by_role("button", name="Copy link", exact=True).click()
    expect(narrow.get_by_role("button", name="Link copied")).to_be_visible()
    copied = narrow.evaluate("navigator.clipboard.readText()")
    assert "embed" in address_of(narrow)
    assert "embed" not in copied
    narrow.screenshot(path="test-results/embedded.png")


def test_a_lesson_inside_another_site_fits_into_800_by_600(narrow: Page, server: str) -> None:
    lesson = "title=One+skip&task=Which+skip+is+enough%3F&hide=presets,more,export&embed=true"
    narrow.goto(f"{server}/?{lesson}")
    expect(narrow.locator("[data-layer]").first).to_be_visible()
    expect(narrow.get_by_test_id(PAGES)).to_have_count(0)
    for part in (".st-key-lesson", "[data-layer='1']", ".st-key-run_buttons"):
        box = narrow.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 800
        assert box["y"] + box["height"] <= 600
    narrow.screenshot(path="test-results/embedded_lesson.png")


def test_in_a_narrow_window_the_pages_fold_up_beside_the_buttons(narrow: Page, server: str) -> None:
    open_network(narrow, server, presets.load("forward_skip"))
    expect(narrow.get_by_test_id(PAGES).get_by_text(re.compile(r"\d more"))).to_be_visible()
    pages = narrow.get_by_test_id(PAGES).bounding_box()
    tools = narrow.locator(".st-key-header_tools").bounding_box()
    assert pages is not None
    assert tools is not None
    assert pages["x"] + pages["width"] <= tools["x"]
    narrow.set_viewport_size({"width": 1280, "height": 800})
    open_app(narrow, server)
    expect(narrow.get_by_role("link", name="Your model")).to_be_visible()
