"""What a person does on the page, and what can be seen of the server from outside."""

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import psutil
from playwright.sync_api import FloatRect, Locator, Page, TimeoutError, expect

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from tests.bounded import wait_until

expect.set_options(timeout=60_000)


def open_app(page: Page, address: str) -> None:
    """Open an address and wait until the drawing and the first picture are there."""
    page.goto(address)
    expect(page.locator("[data-layer]").first).to_be_visible()
    expect(
        page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]')
    ).to_be_visible()


def counts(page: Page) -> Locator:
    """The line above the drawing that counts its layers, skips and weights.

    The headline counts layers too, in sentences of its own.
    """
    return page.get_by_text(re.compile(r"^\d+ layers? · "))


def drag(page: Page, start: Locator, end: Locator) -> None:
    """Press on one element, move to the other in steps as a hand does, and let go."""
    start.locator(".box").hover()  # scrolls to it and waits until it has come to rest
    first, last = middle(start.locator(".box")), middle(end.locator(".box"))
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move((first[0] + last[0]) / 2, first[1] - 40, steps=5)
    page.mouse.move(*last, steps=5)
    page.mouse.up()


def click_arc(page: Page, arc: Locator) -> None:
    """Click an arc where it is highest; its box is larger than what is drawn of it."""
    page.mouse.click(*top_of(arc))


def top_of(arc: Locator) -> tuple[float, float]:
    """Where an arc is highest, in the window; the page is scrolled to it."""
    arc.evaluate("arc => arc.scrollIntoView({ block: 'center' })")
    x, y = arc.locator(".line").evaluate(
        "line => { const top = line.getPointAtLength(line.getTotalLength() / 2)"
        ".matrixTransform(line.getScreenCTM()); return [top.x, top.y]; }"
    )
    return x, y


def box_of(element: Locator) -> FloatRect:
    """Where an element has come to rest in the window; it may be drawn anew as it is looked at."""
    seen: list[FloatRect | None] = [None]

    def rests() -> bool:
        seen.append(element.bounding_box())
        return seen[-1] is not None and seen[-1] == seen[-2]

    wait_until(rests)
    found = seen[-1]
    assert found is not None
    return found


def middle(element: Locator) -> tuple[float, float]:
    """The point in the middle of an element."""
    box = box_of(element)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def settled(page: Page) -> None:
    """Wait until the server has nothing more to say of what was done."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def workers(server: int) -> list[int]:
    """Process ids of the training workers: the grandchildren that the fork server has made."""
    children = psutil.Process(server).children()
    return [worker.pid for child in children for worker in child.children()]


def open_network(page: Page, server: str, network: Network, **settings: object) -> None:
    """Open the link of a network with these settings."""
    token = link.encode(network, Settings.model_validate(settings))
    open_app(page, f"{server}/?n={token}")


def address_of(page: Page) -> str:
    """What the page itself says; the driver's own `page.url` stands still while a test waits."""
    address: str = page.evaluate("location.href")
    return address


def drawn_on(page: Page) -> tuple[Network, Settings]:
    """The network and the settings that the address of a page holds."""
    return drawn_in(address_of(page))


def drawn_in(address: str) -> tuple[Network, Settings]:
    """The network and the settings that an address holds."""
    return link.decode(parse_qs(urlsplit(address).query)["n"][0])


def rail(page: Page) -> Locator:
    """What stands beside the charts: data, arms, the form and the inspector."""
    return page.locator(".st-key-rail")


def inspector(page: Page) -> Locator:
    """The form beside the charts that changes what is selected in the drawing."""
    return page.locator(".st-key-part_layers")


def pick(page: Page, box: str, option: str, within: Locator | None = None) -> None:
    """Choose an option of a select box by their names; scrolling would close its list.

    So does news from the server while it is open: then it is opened again.
    """
    field = (within or page).get_by_role("combobox", name=box, exact=True)
    for _ in range(3):
        settled(page)
        field.evaluate("box => box.scrollIntoView({ block: 'center' })")
        field.click()
        with contextlib.suppress(TimeoutError):
            return page.get_by_role("option", name=option, exact=True).click(timeout=5_000)
    raise AssertionError(f"The list of {box} was closed three times.")


def fill(page: Page, box: str, value: str, within: Locator | None = None) -> None:
    """Type a number and finish with Enter."""
    field = (within or page).get_by_role("spinbutton", name=box, exact=True)
    field.fill(value)
    field.press("Enter")


def train(page: Page) -> None:
    """Press Train and wait for the end of the run."""
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("· finished")).to_be_visible(timeout=60_000)
