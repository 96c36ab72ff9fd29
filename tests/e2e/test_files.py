"""What is taken away from the page and brought to it: files, reports, links."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

import skipviz as sv
from skipviz import presets
from skipviz.network import Network
from skipviz.ui.session.lesson import PARTS
from tests.e2e.helpers import drawn_in, fill, open_network, pick, settled, train

NETWORK = presets.load("forward_skip")
SHOWN = {
    "presets": ("combobox", "Start from"),
    "data": ("combobox", "Data"),
    "training": ("combobox", "Optimizer"),
    "export": ("button", "Export"),
    "tray": ("button", "Keep"),
    "pages": ("link", "Learn"),
    "build": ("combobox", "Activation"),
    "seed": ("button", "New seed"),
    "more": ("button", "More"),
}
FOLDED = {
    "form": "Edit without dragging",
    "own": "Your own data",
    "layers": "Inspect and change",
}


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def part(page: Page, name: str) -> Locator:
    """Something that is on the page just while this part is."""
    if name in FOLDED:
        return page.locator("summary").filter(has_text=FOLDED[name])
    if name == "arms":
        return page.get_by_text("Compare", exact=True)
    role, label = SHOWN[name]
    return page.get_by_role(role, name=label, exact=True)


def downloaded(page: Page, name: str) -> Path:
    with page.expect_download() as taken:
        button(page, name).click()
    return taken.value.path()


def brought(page: Page, name: str, content: bytes) -> None:
    """Upload a file; the one brought before has to go first."""
    field = page.get_by_test_id("stFileUploader").filter(has_text="Open a network")
    gone = field.get_by_role("button", name="Remove")
    if gone.count():
        gone.click()
    file = {"name": name, "mimeType": "application/json", "buffer": content}
    field.locator("input[type=file]").set_input_files(files=[file])


def test_a_network_is_taken_away_as_files_and_brought_back(page: Page, server: str) -> None:
    open_network(page, server, NETWORK)
    button(page, "Export").click()
    compile(downloaded(page, "PyTorch source").read_text(encoding="utf-8"), "network.py", "exec")
    equations = downloaded(page, "Equations (LaTeX)").read_text(encoding="utf-8")
    assert r"\bm{s}_{7} &= \bm{h}_{7} + \bm{h}_{3}" in equations
    saved = downloaded(page, "Network as JSON").read_bytes()
    assert Network.from_json(saved.decode()) == NETWORK

    page.keyboard.press("Escape")
    page.locator('[data-layer="5"]').focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-layer]")).to_have_count(11)
    button(page, "Export").click()
    brought(page, "bad.json", b'{"layers": 3}')
    expect(page.get_by_test_id("stToast").first).to_contain_text("layers: Input should be")
    expect(page.locator("[data-layer]")).to_have_count(11)
    brought(page, "network.json", saved)
    expect(page.locator("[data-layer]")).to_have_count(12)
    expect(page.locator('[data-skip="3-7"]')).to_have_count(1)


def test_the_weights_of_a_run_are_taken_away_and_are_those_that_python_trains(
    page: Page, server: str, tmp_path: Path
) -> None:
    open_network(page, server, NETWORK, steps=10)
    button(page, "Export").click()
    expect(button(page, "Trained weights (safetensors)")).to_be_disabled()
    page.keyboard.press("Escape")
    train(page)
    button(page, "Export").click()
    here, expected = sv.train(NETWORK, steps=10), tmp_path / "expected"
    for label, arm in (("with skips", "skip"), ("without", "plain")):
        pick(page, "Weights of the arm", label)
        sv.export.safetensors(here, expected, arm)
        settled(page)
        assert downloaded(page, "Trained weights (safetensors)").read_bytes() == (
            expected.read_bytes()
        )
    page.screenshot(path="test-results/trained_weights.png")


def test_the_report_of_a_run_opens_as_a_file_without_a_server(
    page: Page, context: BrowserContext, server: str, tmp_path: Path
) -> None:
    open_network(page, server, NETWORK, steps=10)
    button(page, "Export").click()
    expect(button(page, "Report of the run (HTML)")).to_be_visible()
    page.keyboard.press("Escape")
    train(page)
    button(page, "Export").click()
    page.get_by_text("Charts of the report draw without the internet").click()
    report = tmp_path / "report.html"
    report.write_bytes(downloaded(page, "Report of the run (HTML)").read_bytes())

    tab = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(report.as_uri())
    expect(tab.get_by_role("heading", level=1)).to_contain_text("of the test digits are right")
    expect(tab.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    tab.screenshot(path="test-results/report_of_a_run.png", full_page=True)
    assert [url for url in asked if url.startswith("http")] == []
    assert errors == []
    tab.close()


def test_a_copied_link_shows_the_same_and_a_lesson_link_hides_what_was_chosen(
    page: Page, context: BrowserContext, server: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    open_network(page, server, NETWORK, steps=30)
    fill(page, "Seed", "7")
    pick(page, "Optimizer", "Adam")
    page.get_by_role("radio", name="Update ratio").click()
    page.wait_for_url(re.compile("view=updates"))
    button(page, "Copy link").click()
    expect(button(page, "Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    network, settings = drawn_in(copied)
    assert network == NETWORK
    assert (settings.steps, settings.seed, settings.optimizer) == (30, 7, "adam")
    tab = context.new_page()
    tab.goto(copied)
    expect(tab.locator('[data-skip="3-7"]')).to_have_count(1)
    expect(tab.get_by_role("spinbutton", name="Seed", exact=True)).to_have_value("7")
    expect(tab.get_by_test_id("chart-layers_update_ratio")).to_be_visible()
    for name in PARTS:
        expect(part(tab, name)).to_have_count(1)

    button(page, "Export").click()
    button(page, "Make a lesson").click()
    dialog = page.get_by_role("dialog").filter(has_text="Make a lesson of this page")
    for title in PARTS.values():
        pick(page, "Hide these parts", title)
        expect(dialog.get_by_text(title, exact=True)).to_be_visible()
    dialog.get_by_text("Make a lesson of this page").click()
    for name, text in (("Title", "One skip"), ("Task", "Which *single* skip is enough?")):
        dialog.get_by_role("textbox", name=name).fill(text)
        dialog.get_by_role("textbox", name=name).press("Tab")
    lesson = ""
    for _ in range(600):  # until the server has read it; the label comes back by itself
        if "task=" in lesson:
            break
        button(page, "Copy lesson link").click()
        expect(button(page, "Link copied")).to_be_visible()
        lesson = page.evaluate("navigator.clipboard.readText()")
    tab.goto(lesson)
    expect(tab.get_by_test_id("chart-layers_update_ratio")).to_be_visible()
    expect(button(tab, "Train")).to_be_visible()
    for name in PARTS:
        expect(part(tab, name)).to_have_count(0)
    expect(tab.get_by_text("Which *single* skip is enough?")).to_be_visible()
    tab.screenshot(path="test-results/lesson_link.png", full_page=True)
    tab.close()
