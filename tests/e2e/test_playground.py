"""The main way through the product, with a real browser, mouse and keyboard."""

import re
from urllib.parse import urlsplit, urlunsplit

from playwright.sync_api import Browser, Page, expect

from skipviz import presets
from tests.e2e.helpers import (
    address_of,
    box_of,
    click_arc,
    counts,
    drag,
    open_app,
    open_network,
    settled,
)


def arc(page: Page, source: int, target: int):
    return page.locator(f'[data-skip="{source}-{target}"]')


def layer(page: Page, k: int):
    return page.locator(f'[data-layer="{k}"]')


def chart(page: Page, name: str):
    return page.get_by_test_id(f"chart-{name}")


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def add_by_drag(page: Page, source: int, target: int) -> None:
    drag(page, layer(page, source), layer(page, target))
    expect(arc(page, source, target)).to_have_count(1)


def test_draw_train_stop_and_open_the_link_again(page: Page, server: str) -> None:
    open_network(page, server, presets.load("default"), steps=5000)  # nobody stops 200 in time
    expect(layer(page, 40)).to_be_visible()
    expect(page.locator("[data-skip]")).to_have_count(19)
    expect(page.locator(".verdict h1")).to_contain_text("layers are starved")

    add_by_drag(page, 2, 10)
    expect(counts(page)).to_contain_text("20 skips")

    button(page, "Train").click()
    expect(chart(page, "layers_weight_gradient")).to_have_attribute(
        "data-traces", re.compile("^skip,plain")
    )
    expect(button(page, "Pause")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Step [1-9]\d* of 5000"))).to_be_visible()
    button(page, "Stop").click()
    expect(button(page, "Train")).to_be_visible()

    address = address_of(page)
    assert "n=" in address
    open_app(page, address)
    expect(arc(page, 2, 10)).to_have_count(1)
    expect(page.locator("[data-skip]")).to_have_count(20)


def test_a_whole_run_ends_with_the_verdict_of_the_default_network(page: Page, server: str) -> None:
    open_app(page, server)
    button(page, "Train").click()
    expect(page.get_by_text("Step 200 of 200 · finished")).to_be_visible(timeout=60_000)
    scores = re.fullmatch(
        r"With the skips (\d+)\s% of the test digits are right, without them (\d+)\s% "
        r"\(chance 10\s%\)\.",
        page.locator(".verdict h1").inner_text(),
    )
    assert scores is not None
    assert int(scores[1]) > 90
    assert int(scores[2]) < 20
    further = page.locator(".verdict .further")
    expect(further).to_contain_text(re.compile(r"Without the skips, \d+ of 40 layers are starved"))
    expect(further.locator(".arm-plain").last).to_contain_text("× 10⁻")
    button(page, "Reset").click()
    expect(page.get_by_text("Not trained yet")).to_be_visible()


def test_pause_holds_the_run_and_resume_goes_on(page: Page, server: str) -> None:
    open_app(page, server)
    drawing = page.locator(".editor")
    before = box_of(drawing)
    button(page, "Train").click()
    button(page, "Pause").click()
    paused = page.get_by_text(re.compile(r"Step \d+ of 200 · paused"))
    expect(paused).to_be_visible()
    step = re.search(r"Step (\d+)", paused.inner_text())
    assert step is not None
    assert box_of(drawing) == before  # there are more buttons now, and nothing moves
    button(page, "Step").click()
    expect(page.get_by_text(f"Step {int(step[1]) + 1} of 200 · paused")).to_be_visible()
    button(page, "Resume").click()
    expect(page.get_by_text("Step 200 of 200 · finished")).to_be_visible(timeout=60_000)


def test_select_and_delete_undo_and_redo(page: Page, server: str) -> None:
    open_app(page, server)
    click_arc(page, arc(page, 1, 3))
    page.keyboard.press("Delete")
    expect(arc(page, 1, 3)).to_have_count(0)
    expect(counts(page)).to_contain_text("18 skips")
    button(page, "Undo").click()
    expect(arc(page, 1, 3)).to_have_count(1)
    button(page, "Redo").click()
    expect(arc(page, 1, 3)).to_have_count(0)
    page.get_by_role("group", name="Network").click(position={"x": 5, "y": 5})  # empty ground
    page.keyboard.press("Control+z")
    expect(arc(page, 1, 3)).to_have_count(1)


def test_the_keyboard_alone_places_a_skip_and_changes_layers(page: Page, server: str) -> None:
    open_app(page, server)
    layer(page, 1).focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(arc(page, 1, 5)).to_have_count(1)
    expect(counts(page)).to_contain_text("20 skips")
    layer(page, 1).focus()
    page.keyboard.press("+")
    expect(counts(page)).to_contain_text("41 layers")
    page.keyboard.press("-")
    expect(counts(page)).to_contain_text("40 layers")


def test_an_edit_while_training_is_taken_and_the_run_goes_on(page: Page, server: str) -> None:
    open_network(page, server, presets.load("default"), steps=1000)  # edited while it trains
    button(page, "Train").click()
    expect(button(page, "Pause")).to_be_visible()
    add_by_drag(page, 4, 12)
    expect(counts(page)).to_contain_text("20 skips")
    expect(page.get_by_text("the run of before, which goes on")).to_be_visible()
    expect(page.get_by_text("Step 1000 of 1000 · finished")).to_be_visible(timeout=60_000)


def test_a_damaged_link_is_explained_and_opens_the_default(page: Page, server: str) -> None:
    parts = urlsplit(server)
    page.goto(urlunsplit(parts._replace(path="/", query="n=this-is-no-link")))
    expect(page.get_by_text("The link is damaged")).to_be_visible()
    expect(page.locator("[data-skip]")).to_have_count(19)
    settled(page)
    expect(page).to_have_url(re.compile("n=this-is-no-link$"))


def test_a_skip_that_does_not_fit_is_explained_and_fixed(page: Page, server: str) -> None:
    open_app(page, server)
    add_by_drag(page, 38, 41)
    expect(button(page, "Train")).to_be_disabled()
    click_arc(page, arc(page, 38, 41))
    button(page, "Make it a projection").click()
    expect(button(page, "Train")).to_be_enabled()


def test_a_preset_is_loaded_and_its_source_downloaded(page: Page, server: str) -> None:
    open_app(page, server)
    picker = page.get_by_role("combobox", name="Start from")
    picker.fill("highw")  # a long list shows only what fits
    picker.press("Enter")
    expect(counts(page)).to_contain_text("40 skips")
    button(page, "Export").click()
    with page.expect_download() as download:
        button(page, "PyTorch source").click()
    source = download.value.path().read_text()
    assert "class " in source
    assert "import torch" in source
    compile(source, "network.py", "exec")


def test_the_inspector_changes_a_skip_and_inserts_a_layer(page: Page, server: str) -> None:
    open_app(page, server)
    click_arc(page, arc(page, 5, 7))
    page.get_by_label("Kind of the skip").select_option("gated")
    expect(page.locator('[data-skip="5-7"].gated')).to_have_count(1)
    layer(page, 6).click()
    button(page, "Insert after").click()
    expect(counts(page)).to_contain_text("41 layers · ")
    expect(arc(page, 5, 8)).to_have_count(1)
    layer(page, 6).focus()
    page.keyboard.press("Control+z")
    expect(counts(page)).to_contain_text("40 layers · ")
    page.keyboard.press("Control+Shift+Z")
    expect(counts(page)).to_contain_text("41 layers · ")


def test_the_page_works_on_a_phone_in_the_dark(browser: Browser, server: str) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    tab = phone.new_page()
    open_app(tab, server)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    layer(tab, 2).tap()  # of those that are not folded away
    expect(button(tab, "Insert after")).to_be_visible()
    tab.screenshot(path="test-results/phone_dark.png", full_page=True)
    phone.close()


def test_another_probe_is_drawn_on_request(page: Page, server: str) -> None:
    open_app(page, server)
    page.get_by_role("radio", name="Activations").click()
    sizes = chart(page, "layers_state_rms")
    expect(sizes.get_by_text("Size of the states, per layer")).to_be_visible()
    expect(sizes).to_have_attribute("data-traces", "skip,plain")
