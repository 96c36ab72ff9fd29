"""What a person does on the page, and what can be seen of the server from outside."""

import time
from collections.abc import Callable

import psutil
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)


def open_app(page: Page, address: str) -> None:
    """Open an address and wait until the drawing and the first picture are there."""
    page.goto(address)
    expect(page.locator("[data-layer]").first).to_be_visible()
    expect(
        page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]')
    ).to_be_visible()


def drag(page: Page, start: Locator, end: Locator) -> None:
    """Press on one element, move to the other in steps as a hand does, and let go."""
    start.scroll_into_view_if_needed()
    first, last = _middle(start), _middle(end)
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move((first[0] + last[0]) / 2, first[1] - 40, steps=5)
    page.mouse.move(*last, steps=5)
    page.mouse.up()


def click_arc(page: Page, arc: Locator) -> None:
    """Click an arc where it is highest; its box is larger than what is drawn of it."""
    top = arc.locator(".line").evaluate(
        "line => { const top = line.getPointAtLength(line.getTotalLength() / 2)"
        ".matrixTransform(line.getScreenCTM()); return [top.x, top.y]; }"
    )
    page.mouse.click(*top)


def _middle(element: Locator) -> tuple[float, float]:
    box = element.locator(".box").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def workers(server: int) -> list[int]:
    """Process ids of the training workers: the grandchildren that the fork server has made."""
    children = psutil.Process(server).children()
    return [worker.pid for child in children for worker in child.children()]


def wait_until(condition: Callable[[], bool], patience: float = 60) -> None:
    """Look again and again until something outside the browser is so."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)
