"""What the first visitor of a server sees."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tools.server import running_app


def test_a_page_opened_first_of_all_by_its_own_address_has_its_navigation_and_its_clicks(
    browser: Browser, tmp_path: Path
) -> None:
    with running_app(tmp_path / "app.log") as (address, _):
        tab = browser.new_page()
        tab.goto(f"{address}/model")
        tab.get_by_role("radio", name="U-Net").click()
        expect(tab.locator(".verdict")).to_contain_text("UNet: 3 skips")  # no click is lost
        expect(tab.get_by_text("Page not found")).to_have_count(0)
        tab.get_by_role("link", name="Studies").click()
        expect(tab.get_by_role("heading", level=1).first).to_be_visible()
        tab.wait_for_url("**/studies**")
        tab.close()
