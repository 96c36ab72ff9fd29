"""A visitor's work outlives a reload."""

import re

from playwright.sync_api import Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import drawn_on, open_app, wait_until


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
    expect(page.get_by_role("button", name=re.compile("^A: "))).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^A: "))).to_be_visible()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[data-layer]")).to_have_count(12)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Train")).to_be_visible()


SMALL = link.encode(presets.load("forward_skip"), Settings())


def remove_layer(page: Page, left: int) -> None:
    page.locator("[data-layer='2']").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-layer]")).to_have_count(left)


def test_a_duplicated_tab_has_a_copy_and_no_edit_of_either_is_lost(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={SMALL}")
    remove_layer(page, 11)
    wait_until(lambda: drawn_on(page)[0].depth == 9)  # what the twin is opened with
    with page.expect_popup() as opened:
        page.evaluate("window.open(location.href)")
    twin = opened.value
    expect(twin.locator("[data-layer]")).to_have_count(11)
    expect(twin.get_by_role("button", name="Undo").first).to_be_enabled()  # its history came too
    remove_layer(twin, 10)
    remove_layer(page, 10)
    remove_layer(page, 9)
    expect(twin.locator("[data-layer]")).to_have_count(10)
    for tab, layers in ((twin, 10), (page, 9)):
        tab.reload()
        expect(tab.locator("[data-layer]")).to_have_count(layers)


def test_a_drawing_survives_other_pages_opened_by_their_addresses(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={SMALL}")
    remove_layer(page, 11)
    for address in ("studies", "glossary", "paths"):
        page.goto(f"{server}/{address}", wait_until="commit")
    open_app(page, server)
    expect(page.locator("[data-layer]")).to_have_count(11)
    page.go_back()
    page.go_forward()
    expect(page.locator("[data-layer]")).to_have_count(11)


def test_the_back_button_leads_to_the_drawing_before(page: Page, server: str) -> None:
    open_app(page, f"{server}/?n={SMALL}")
    remove_layer(page, 11)
    expect(page).not_to_have_url(re.compile(re.escape(SMALL)))  # written into the address
    page.go_back()
    expect(page.locator("[data-layer]")).to_have_count(12)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[data-layer]")).to_have_count(11)
