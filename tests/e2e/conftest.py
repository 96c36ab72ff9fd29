"""One server and one browser for all tests of the page; a fresh tab for each."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    sync_playwright,
)

from tools.browser import complains, find_browser, launch_arguments
from tools.server import running_app

PATIENCE = 60_000  # milliseconds, for a busy machine
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything beside this file drives the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Address and process id of the running app."""
    with running_app(tmp_path_factory.mktemp("app") / "app.log") as running:
        yield running


@pytest.fixture(scope="session")
def server(app: tuple[str, int]) -> str:
    """The address of the running app."""
    return app[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """Starts browsers; none to be had fails every test with what to install."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """For profiles of a test's own."""
    launched = chromium.launch(executable_path=find_browser(), args=launch_arguments())
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def context(
    chromium: BrowserType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One profile for all tabs; sessions are per tab anyway.

    It lies on the disk: without one Chromium compiles every script anew, 7 s a page, not 3.
    """
    profile = chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=find_browser(),
        args=launch_arguments(),
        viewport={"width": 1280, "height": 900},
    )
    profile.set_default_timeout(PATIENCE)
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh tab; an error on its console or an apology on the page fails the test."""
    yield from watched(context, request.node)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test has failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def watched(profile: BrowserContext, test: pytest.Item) -> Iterator[Page]:
    """A tab that must have had nothing to complain; a picture is taken where its test failed."""
    tab = profile.new_page()
    errors: list[str] = []
    tab.on("console", lambda message: _collect(errors, message))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    if test.stash.get(FAILED, False):
        pictures = Path("test-results")
        pictures.mkdir(exist_ok=True)
        tab.screenshot(path=pictures / f"{test.name}.png", full_page=True)
    apologies = tab.get_by_text("Something in skipviz itself").count()
    tab.close()
    assert (errors, apologies) == ([], 0)


def _collect(errors: list[str], message: ConsoleMessage) -> None:
    if complains(message):
        errors.append(message.text)
