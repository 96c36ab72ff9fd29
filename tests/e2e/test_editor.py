"""Several layers at once, zoom, and what the drawing says."""

import re

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import box_of, open_app

NETWORK = presets.load("forward_skip")


def opened(page: Page, server: str, preset: str = "forward_skip") -> None:
    open_app(page, f"{server}/?n={link.encode(presets.load(preset), Settings(steps=20))}")


def test_a_range_of_layers_is_duplicated_moved_copied_pasted_and_removed(
    page: Page, server: str
) -> None:
    opened(page, server)
    layers = page.locator("[data-layer]")
    page.locator('[data-layer="3"]').click()
    page.locator('[data-layer="7"]').click(modifiers=["Shift"])
    expect(page.locator(".layer.selected")).to_have_count(5)
    page.keyboard.press("Control+d")
    expect(layers).to_have_count(17)
    expect(page.locator('[data-skip="8-12"]')).to_have_count(1)
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator('[data-skip="4-8"]')).to_have_count(1)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(layers).to_have_count(22)
    page.keyboard.press("Delete")
    expect(layers).to_have_count(17)
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(layers).to_have_count(12)
    expect(page.locator('[data-skip="3-7"]')).to_have_count(1)


def test_a_deep_network_is_zoomed_and_panned_and_the_help_opens(page: Page, server: str) -> None:
    opened(page, server, "default")
    canvas = page.locator("svg.canvas")
    narrow = box_of(canvas)
    page.get_by_role("button", name="Zoom in").click()
    wide = box_of(canvas)
    assert wide["width"] > 1.2 * narrow["width"]
    page.mouse.move(narrow["x"] + 500, narrow["y"] + 12)
    page.mouse.down()
    page.mouse.move(narrow["x"] + 300, narrow["y"] + 12, steps=5)
    page.mouse.up()
    panned = box_of(canvas)
    assert panned["x"] < wide["x"] - 100
    page.get_by_role("button", name="Fit the whole network").click()
    page.locator(".help summary").click()
    told = page.get_by_text("place a skip", exact=True)
    told.click()  # the press must not close what it hits: that has crashed Chromium
    expect(told).to_be_visible()
    page.locator(".hint").click()
    expect(told).to_be_hidden()


def test_on_a_phone_the_help_is_in_sight(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, server)
    page.locator(".help summary").click()
    place = box_of(page.locator(".help dl"))
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390


def test_a_run_shows_what_a_skip_carries_and_a_kept_run_how_drawings_differ(
    page: Page, server: str
) -> None:
    opened(page, server)
    expect(page.locator(".legend.shown")).to_be_visible()
    expect(page.locator('[data-layer="4"]').get_by_text("32", exact=True)).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("· finished")).to_be_visible()
    expect(page.locator('[data-skip="3-7"] desc')).to_have_text(re.compile(r"\d+ %"))
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator('[data-layer="5"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator('[data-skip="5-7"]')).to_have_count(1)
    page.get_by_role("button", name="Kept runs").click()
    page.get_by_role("button", name="Show the difference").click()
    expect(page.locator(".arc.added")).to_have_count(1)
