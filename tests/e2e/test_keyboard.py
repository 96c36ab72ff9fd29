"""A whole session without the mouse, what a screen reader says, and the grip that moves layers."""

import re

from playwright.sync_api import Locator, Page, expect

from skipviz import presets
from tests.e2e.helpers import drawn_in, middle, open_network, settled

NETWORK = presets.load("forward_skip")  # ten dense layers of 32 units, tanh, a skip 3 -> 7
MANY = 80  # elements that Tab may pass before it reaches one


def opened(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=20)
    settled(page)


def layer(page: Page, k: int) -> Locator:
    return page.locator(f'[data-layer="{k}"]')


def arc(page: Page, ends: str) -> Locator:
    return page.locator(f'[data-skip="{ends}"]')


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page: Page, element: Locator) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        if element.evaluate("element => element === element.getRootNode().activeElement"):
            return
    raise AssertionError("Tab does not lead there")


def test_a_network_is_edited_and_trained_without_the_mouse(page: Page, server: str) -> None:
    opened(page, server)
    tab_to(page, layer(page, 0))
    keys(page, "ArrowRight", "ArrowRight", "Enter", *["ArrowRight"] * 3, "Enter")
    expect(arc(page, "2-5")).to_have_count(1)
    expect(layer(page, 2)).to_be_focused()
    keys(page, "ArrowUp", "k")
    expect(arc(page, "2-5")).to_have_accessible_name("Skip 2 to 5, projection")
    expect(arc(page, "2-5")).to_be_focused()
    keys(page, "ArrowRight")
    expect(arc(page, "3-7")).to_be_focused()
    keys(page, "ArrowLeft", "Delete")
    expect(arc(page, "2-5")).to_have_count(0)
    expect(layer(page, 2)).to_be_focused()
    keys(page, "+")
    expect(arc(page, "4-8")).to_have_count(1)
    keys(page, "-")
    expect(arc(page, "3-7")).to_have_count(1)
    keys(page, "Control+z")
    expect(arc(page, "4-8")).to_have_count(1)
    keys(page, "Control+Shift+Z")
    expect(arc(page, "3-7")).to_have_count(1)
    tab_to(page, page.get_by_role("button", name="Train", exact=True))
    keys(page, "Enter")
    expect(page.get_by_text("· finished")).to_be_visible()
    carried = re.compile(r"carries ([<>] )?−?[\d.]+ % of the gradient at layer 3")
    expect(arc(page, "3-7").locator("desc")).to_have_text(carried)


def test_the_focus_stays_where_train_was_and_train_comes_before_the_settings(
    page: Page, server: str
) -> None:
    open_network(page, server, NETWORK, steps=20_000)
    settled(page)
    button = {
        name: page.get_by_role("button", name=name, exact=True)
        for name in ("Train", "Pause", "Resume", "Stop")
    }
    page.evaluate("""() => {
      window.passed = [];
      addEventListener("focusin", ({ target }) => passed.push(target.innerText.split("\\n").at(-1)
        || target.getAttribute("aria-label")));
    }""")
    tab_to(page, page.get_by_role("combobox", name="Learning rate"))
    passed = page.evaluate("passed")
    assert "Train" in passed, passed
    button["Train"].focus()
    for now in ("Pause", "Resume", "Pause"):
        keys(page, "Enter")
        expect(button[now]).to_be_focused()
        settled(page)
    tab_to(page, button["Stop"])
    keys(page, "Enter")
    expect(button["Train"]).to_be_focused()
    keys(page, "Tab")
    expect(button["Train"]).not_to_be_focused()


def test_several_layers_are_duplicated_copied_and_moved_by_keys(page: Page, server: str) -> None:
    opened(page, server)
    layers = page.locator("[data-layer]")
    tab_to(page, layer(page, 0))
    keys(page, *["ArrowRight"] * 3, *["Shift+ArrowRight"] * 4)
    expect(page.locator(".layer.selected")).to_have_count(5)
    keys(page, "Control+d")
    expect(layers).to_have_count(17)
    expect(arc(page, "8-12")).to_have_count(1)
    keys(page, "Alt+ArrowRight")
    expect(arc(page, "4-8")).to_have_count(1)
    keys(page, "Control+c", "Control+v")
    expect(layers).to_have_count(22)
    keys(page, *["Control+z"] * 3)
    expect(layers).to_have_count(12)
    expect(arc(page, "3-7")).to_have_count(1)


def test_layers_and_skips_have_names(page: Page, server: str) -> None:
    opened(page, server)
    expect(page.get_by_role("group", name="Network", exact=True)).to_be_visible()
    expect(layer(page, 0)).to_have_accessible_name(re.compile("^input, "))
    expect(layer(page, 4)).to_have_accessible_name("Layer 4, dense 32")
    expect(layer(page, 11)).to_have_accessible_name("readout, dense 10")
    expect(arc(page, "3-7")).to_have_accessible_name("Skip 3 to 7, add")


def test_a_layer_is_moved_by_its_grip(page: Page, server: str) -> None:
    opened(page, server)
    grip = page.locator(".grip")
    layer(page, 3).click()
    expect(grip).to_have_accessible_name("Move this layer: drag, or left and right arrow")
    here, there = middle(grip), middle(layer(page, 6).locator(".box"))
    for finish in ("Escape", "up"):
        page.mouse.move(*here)
        page.mouse.down()
        page.mouse.move(there[0], here[1], steps=8)
        expect(page.locator(".insertion.shown")).to_have_count(1)
        if finish == "Escape":
            keys(page, "Escape")
        page.mouse.up()
        expect(page.locator(".insertion.shown")).to_have_count(0)
        expect(arc(page, "6-7")).to_have_count(0 if finish == "Escape" else 1)
    expect(layer(page, 6)).to_have_class(re.compile("selected"))
    grip.focus()
    keys(page, "ArrowLeft")
    expect(arc(page, "5-7")).to_have_count(1)
    page.wait_for_url(lambda address: drawn_in(address)[0].skips[0].ends == (5, 7))
