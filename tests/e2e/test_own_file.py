"""A file of one's own in a real browser: it is read, changed in place, and trained on."""

from pathlib import Path

from playwright.sync_api import Page, expect

from skipviz.network import Network
from tests.e2e.helpers import open_network, pick, settled, train

ROWS = tuple(
    f"{'abc'[k % 3]},{'' if k % 10 == 0 else k % 3 + k / 100},{k % 7},{'fm'[k % 2]}"
    for k in range(60)
)
TABLE = "\n".join(("kind,length,petals,sex", *ROWS)).encode()
PICTURES = Path("test-results")


def bring(page: Page, name: str, content: bytes) -> None:
    field = page.get_by_test_id("stFileUploader").filter(has_text="A table (CSV)")
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    field.locator("input[type=file]").set_input_files(files=[file])


def test_a_table_with_its_label_first_is_understood_changed_and_trained_on(
    page: Page, server: str
) -> None:
    open_network(page, server, Network.mlp(4, 16, skips=((1, 3),)), steps=20)
    page.locator("summary").filter(has_text="Your own data").click()
    bring(page, "flowers.csv", TABLE)
    understood = page.get_by_text(
        "54 rows, 3 features ('sex' as 2 categories), 3 classes of 'kind'; "
        "6 rows with gaps dropped."
    )
    expect(understood).to_be_visible()
    expect(page.get_by_text("length · petals · sex = f · sex = m")).to_be_visible()
    understood.scroll_into_view_if_needed()
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "own_file_1280.png")

    pick(page, "Target", "length")
    expect(page.get_by_text("Classes are of one column")).to_have_count(0)
    page.keyboard.press("Escape")
    box = page.get_by_test_id("stMultiSelect").filter(has_text="Target")
    box.get_by_role("button", name="Remove kind").click()
    expect(page.get_by_text("'length' to predict; 6 rows with gaps dropped.")).to_be_visible()
    settled(page)
    train(page)
    expect(page.get_by_text("R² on the test data")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_text("'length' to predict").scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "own_file_390.png")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= 390
