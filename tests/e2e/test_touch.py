"""The drawing under a finger, on a phone in the dark; zoom and pan with the mouse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from skipviz import presets
from tests.e2e.conftest import watched
from tests.e2e.helpers import box_of, drawn_in, middle, open_network, settled

NETWORK = presets.load("forward_skip")  # ten dense layers of 32 units, tanh, a skip 3 -> 7
Point = tuple[float, float]


@pytest.fixture
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of a phone with a dark theme; an error on its console fails the test."""
    profile = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    yield from watched(profile, request.node)
    profile.close()


def layer(page: Page, k: int) -> Locator:
    return page.locator(f'[data-layer="{k}"]')


def arc(page: Page, ends: str) -> Locator:
    return page.locator(f'[data-skip="{ends}"]')


def opened(page: Page, server: str) -> None:
    """The example network, in the middle of the window."""
    open_network(page, server, NETWORK, steps=20)
    settled(page)
    page.locator("svg.canvas").evaluate("drawing => drawing.scrollIntoView({ block: 'center' })")


def swipe(page: Page, start: Point, end: Point) -> None:
    """Put a finger down, draw it to another place in steps, and lift it."""
    touch = page.context.new_cdp_session(page)
    steps = [
        (start[0] + (end[0] - start[0]) * i / 6, start[1] + (end[1] - start[1]) * i / 6)
        for i in range(7)
    ]
    for i, (x, y) in enumerate(steps):
        kind = "touchMove" if i else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


def test_a_finger_selects_a_layer_places_a_skip_and_moves_a_layer(phone: Page, server: str) -> None:
    opened(phone, server)
    layer(phone, 3).tap()
    expect(layer(phone, 3)).to_have_class(re.compile("selected"))
    expect(phone.get_by_text(re.compile("^Layer 3 · dense 32, tanh"))).to_be_visible()
    swipe(phone, middle(layer(phone, 1).locator(".box")), middle(layer(phone, 5).locator(".box")))
    expect(arc(phone, "1-5")).to_have_count(1)
    layer(phone, 3).tap()
    grip = middle(phone.locator(".grip"))
    swipe(phone, grip, (middle(layer(phone, 6).locator(".box"))[0], grip[1]))
    expect(arc(phone, "6-7")).to_have_count(1)
    expect(layer(phone, 6)).to_have_class(re.compile("selected"))
    phone.wait_for_url(
        lambda address: {(1, 4), (6, 7)} == {skip.ends for skip in drawn_in(address)[0].skips}
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_wheel_zooms_the_ground_pans_and_fit_resets(page: Page, server: str) -> None:
    opened(page, server)
    canvas, window = page.locator("svg.canvas"), page.locator(".scroll")
    narrow = box_of(canvas)
    ground = narrow["x"] + narrow["width"] / 2, narrow["y"] + narrow["height"] - 4
    page.mouse.move(*ground)  # below both rows, where no arc is
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(canvas).to_have_attribute("width", re.compile(rf"^{int(narrow['width'] * 1.4**3)}"))
    before = window.evaluate("window => window.scrollLeft")
    page.mouse.move(*ground)
    page.mouse.down()
    page.mouse.move(ground[0] - 100, ground[1], steps=5)
    page.mouse.up()
    assert window.evaluate("window => window.scrollLeft") == pytest.approx(before + 100, abs=2)
    page.get_by_role("button", name="Fit the whole network").click()
    expect(canvas).to_have_attribute("width", re.compile(rf"^{narrow['width']:.0f}"))
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()
