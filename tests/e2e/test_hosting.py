"""What a visitor sees when something behind the page dies, and when the server is restarted."""

import os
import re
import signal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.helpers import address_of, counts, drag, open_app, wait_until, workers
from tools.server import free_port, running_app

LONG = link.encode(presets.load("default"), Settings(steps=4_000))  # half a minute and more


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def ends_in(address: str) -> list[tuple[int, int]]:
    """The skips of the network that an address holds."""
    network, _ = link.decode(parse_qs(urlsplit(address).query)["n"][0])
    return [skip.ends for skip in network.skips]


def idle(page: Page):
    """There once while the page has nothing to draw."""
    return page.locator('[data-test-script-state="notRunning"]')


def train(page: Page, server: str, process: int) -> int:
    """Start a long run in this tab; the process id of its worker."""
    open_app(page, f"{server}/?n={LONG}")
    before = set(workers(process))
    button(page, "Train").click()
    expect(page.get_by_text(re.compile(r"Step [1-9]\d* of 4000"))).to_be_visible()
    new = set(workers(process)) - before
    assert len(new) == 1
    return new.pop()


def test_a_killed_worker_is_told_and_disturbs_nobody_else(
    page: Page, context: BrowserContext, app: tuple[str, int]
) -> None:
    server, process = app
    other = context.new_page()
    unharmed = train(other, server, process)
    button(other, "Pause").click()
    expect(button(other, "Resume")).to_be_visible()
    killed = train(page, server, process)
    os.kill(killed, signal.SIGKILL)
    expect(page.get_by_text("The worker process ended unexpectedly")).to_be_visible()
    expect(button(other, "Resume")).to_be_visible()
    assert unharmed in workers(process)
    button(page, "Train").click()
    expect(page.get_by_text("The worker process ended unexpectedly")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"Step [1-9]\d* of 4000"))).to_be_visible()
    button(page, "Stop").click()
    button(other, "Resume").click()
    expect(button(other, "Pause")).to_be_visible()
    other.close()


def test_the_run_of_a_closed_tab_gives_way_to_who_waits(browser: Browser, tmp_path: Path) -> None:
    with running_app(tmp_path / "app.log", SKIPVIZ_MAX_JOBS="1") as (server, process):
        waiting = browser.new_page(viewport={"width": 1280, "height": 900})
        open_app(waiting, f"{server}/?n={LONG}")
        closed = browser.new_page(viewport={"width": 1280, "height": 900})
        train(closed, server, process)
        button(waiting, "Train").click()
        expect(waiting.get_by_text("Waiting for a free core")).to_be_visible()
        closed.close()
        expect(waiting.get_by_text(re.compile(r"Step [1-9]\d* of 4000"))).to_be_visible()
        waiting.close()


def test_the_page_comes_back_by_itself_when_its_server_was_restarted(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    with running_app(tmp_path / "first.log", port) as (server, _):
        open_app(tab, f"{server}/?n={LONG}")
        drag(tab, tab.locator('[data-layer="2"]'), tab.locator('[data-layer="10"]'))
        expect(tab.locator('[data-skip="2-10"]')).to_have_count(1)
        tab.wait_for_url(lambda url: (2, 10) in ends_in(url))
        expect(idle(tab)).to_have_count(1)
    with running_app(tmp_path / "second.log", port) as (_, process):
        wait_until(lambda: bool(workers(process)))  # the page has run, and measures its start
        expect(idle(tab)).to_have_count(1)
        button(tab, "Train").click()
        expect(tab.get_by_text(re.compile(r"Step [1-9]\d* of 4000"))).to_be_visible(timeout=60_000)
        expect(tab.locator('[data-skip="2-10"]')).to_have_count(1)
        expect(counts(tab)).to_contain_text("20 skips")
        assert (2, 10) in ends_in(address_of(tab))
    tab.close()
