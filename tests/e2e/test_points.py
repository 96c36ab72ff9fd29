"""Data drawn by hand, with the mouse and from the keyboard."""

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import box_of, open_app, settled


def test_points_are_sprayed_placed_erased_and_trained_on(page: Page, server: str) -> None:
    token = link.encode(presets.load("forward_skip"), Settings(steps=5))
    open_app(page, f"{server}/?n={token}")
    page.get_by_text("Your own data").click()
    plane = page.get_by_role("application", name="Plane.")
    too_few = page.get_by_text("At least 8 points of two classes")
    expect(too_few).to_be_visible()
    expect(page.get_by_role("button", name="Use 0 points")).to_be_disabled()
    for kind, side in (("A", 0.25), ("B", 0.75)):
        page.get_by_role("radio", name=kind, exact=True).click()
        settled(page)
        plane.hover()
        box = box_of(plane)
        page.mouse.move(box["x"] + side * box["width"], box["y"] + 0.15 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + side * box["width"], box["y"] + 0.85 * box["height"], steps=20)
        page.mouse.up()
    drawn = plane.locator(".mark").count()
    assert drawn > 20
    expect(too_few).to_have_count(0)
    plane.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(plane.locator(".mark")).to_have_count(drawn + 1)
    page.get_by_role("radio", name="Erase").click()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    left = plane.locator(".mark").count()
    assert left < drawn + 1
    page.get_by_role("button", name=f"Use {left} points").click()
    expect(page.get_by_text("Own points", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_text("Step 5 of 5 · finished")).to_be_visible()
