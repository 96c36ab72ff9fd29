"""Takes the pictures of README from the real page: `make screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tools.browser import opened_browser
from tools.server import ROOT, running_app

PICTURES = (
    ("playground-light", 1280, 1180, "light"),
    ("playground-dark", 1280, 1180, "dark"),
    ("playground-phone", 390, 1500, "light"),
)
PATIENCE = 90_000  # milliseconds


def main() -> None:
    """Train the default network once per picture and photograph the page when it has ended."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, _),
        opened_browser() as browser,
    ):
        for name, width, height, scheme in PICTURES:
            _take(browser, address, name, width, height, scheme)


def _take(browser: Browser, address: str, name: str, width: int, height: int, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]').wait_for()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("· finished").wait_for()
    page.locator('[data-testid="chart-training_curves"][data-step="200"]').wait_for()
    page.mouse.move(2, 2)
    page.screenshot(path=ROOT / "assets" / f"{name}.png", animations="disabled")
    page.close()


if __name__ == "__main__":
    main()
