"""What is seen before Streamlit's scripts run, and that the page takes its place unmoved."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from tests.e2e.helpers import box_of, drag, drawn_in, open_app, open_network, wait_until

SCRIPTS = "**/static/js/*"
SMALL = Network.mlp(5, 8, activation="tanh", skips=((1, 3), (2, 5)))
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(params=[(1280, 800), (1920, 1080), (390, 844)], ids="{0[0]}".format)
def tab(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    yield page
    page.close()


def picture(page: Page) -> Locator:
    return page.locator("#first-paint")


def places(parts: Locator) -> list[tuple[float, float, float, float]]:
    boxes = [box_of(part) for part in parts.all() if part.is_visible()]
    return [(b["x"], b["y"], b["width"], b["height"]) for b in boxes]


def test_the_picture_is_there_without_scripts_of_the_server_and_where_the_page_will_be(
    tab: Page, server: str
) -> None:
    open_network(tab, server, SMALL, steps=2)  # from now on the server has measured it
    expect(picture(tab)).to_have_count(0)
    parts = "[data-layer] .box, [data-skip] .line, [data-second], .verdict h1"
    charts = "figure.fills"
    count = tab.locator(parts).count()
    shown = [*places(tab.locator(parts)), *places(tab.locator(charts))[:1]]
    tab.route(SCRIPTS, lambda route: route.abort())
    tab.goto(f"{server}/?n={link.encode(SMALL, Settings(steps=2))}")
    early = picture(tab).locator(parts)
    expect(early).to_have_count(count)
    drawn = [*places(early), *places(picture(tab).locator(charts))[:1]]
    for before, after in zip(drawn, shown, strict=True):
        assert before == pytest.approx(after, abs=2)
    colours = early.locator("xpath=self::*[local-name()='rect']").evaluate_all(
        "all => all.map(each => each.style.fill)"
    )
    assert len(set(colours)) > 3  # measured, not merely drawn


def only_the_picture(page: Page, server: str, network: Network = SMALL) -> Callable[[], None]:
    """Open the picture in the HTML alone; called, what is returned lets the page come."""
    held: list[Route] = []
    page.route(SCRIPTS, lambda route: held.append(route))
    address = f"{server}/?n={link.encode(network, Settings(steps=2))}"
    wait_until(lambda: 'id="first-view"' in page.request.get(address).text())  # it has loaded
    page.goto(address, wait_until="commit")

    def come() -> None:
        for route in held:
            route.continue_()
        page.unroute(SCRIPTS)

    return come


def test_what_is_drawn_before_the_page_is_there_is_kept(tab: Page, server: str) -> None:
    come = only_the_picture(tab, server)
    early = picture(tab)
    drag(tab, early.locator("[data-layer='1']"), early.locator("[data-layer='4']"))
    expect(early.locator("[data-skip='1-4']")).to_be_visible()  # nobody has taken it yet
    early.locator("[data-skip='1-3']").focus()
    tab.keyboard.press("Delete")
    expect(early.locator("[data-skip='1-3']")).to_have_count(0)
    come()
    expect(picture(tab)).to_have_count(0)
    expect(tab.locator("[data-skip='1-4']")).to_be_visible()
    expect(tab.locator("[data-skip='1-3']")).to_have_count(0)
    wanted = Network.mlp(5, 8, activation="tanh", skips=((2, 5), (1, 4)))
    drawn = tab.wait_for_function(
        "before => new URL(location).searchParams.get('n') !== before && location.href",
        arg=link.encode(SMALL, Settings(steps=2)),
    )
    assert drawn_in(drawn.json_value())[0].skips == wanted.skips


def test_a_plug_keeps_the_focus_while_the_page_comes(page: Page, server: str) -> None:
    come = only_the_picture(page, server)
    early = picture(page)
    early.locator("[data-layer='5']").click()
    early.locator(".plug").focus()
    page.keyboard.press("ArrowLeft")
    expect(early.locator("[data-wire='3-5']")).to_be_visible()
    come()
    expect(picture(page)).to_have_count(0)
    expect(page.locator(".plug")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-wire='2-5']")).to_be_visible()


def test_a_button_keeps_the_focus_while_the_page_comes_and_when_it_is_pressed(
    page: Page, server: str
) -> None:
    come = only_the_picture(page, server)
    early = picture(page)
    early.locator("[data-layer='3']").click()
    early.get_by_role("button", name="Insert after").focus()
    come()
    expect(picture(page)).to_have_count(0)
    button = page.get_by_role("button", name="Insert after")
    expect(button).to_be_focused()
    for layers in (6, 7):
        page.keyboard.press("Enter")
        expect(page.locator("[data-layer]")).to_have_count(layers + 2)
        expect(button).to_be_focused()


def test_a_range_and_the_zoom_stay_while_the_page_comes(page: Page, server: str) -> None:
    come = only_the_picture(page, server)
    early = picture(page)
    early.get_by_role("button", name="Zoom in").click()
    early.locator("[data-layer='2']").focus()
    page.keyboard.press("Shift+ArrowRight")
    come()
    expect(picture(page)).to_have_count(0)
    expect(page.locator(".inspector")).to_contain_text("Layers 2 to 3")
    expect(page.get_by_role("button", name="Zoom out")).to_be_enabled()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".inspector")).to_contain_text("Layers 2 to 4")


def test_a_skip_half_placed_by_keys_is_placed(page: Page, server: str) -> None:
    come = only_the_picture(page, server)
    picture(page).locator("[data-layer='1']").focus()
    for key in ("Enter", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    come()
    expect(picture(page)).to_have_count(0)
    expect(page.locator("[data-layer='3'].target")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("[data-skip='1-4']")).to_be_visible()


def test_a_layer_carried_while_the_page_comes_is_put_down_where_it_was_meant(
    page: Page, server: str
) -> None:
    widths = [Network.mlp(1, width).layers[0] for width in (3, 4, 5, 6)]
    come = only_the_picture(page, server, (network := Network(layers=widths)))
    early = picture(page)
    early.locator("[data-layer='1']").click()
    early.locator(".grip").hover()
    page.mouse.down()
    ending = box_of(early.locator("[data-layer='3'] .box"))
    page.mouse.move(ending["x"] + ending["width"], ending["y"] + ending["height"], steps=5)
    come()
    expect(page.locator("#root .st-key-editor [data-layer='1']")).to_have_count(1)
    page.mouse.up()
    expect(picture(page)).to_have_count(0)
    drawn = page.wait_for_function(
        "before => new URL(location).searchParams.get('n') !== before && location.href",
        arg=link.encode(network, Settings(steps=2)),
    )
    assert [layer.width for layer in drawn_in(drawn.json_value())[0].layers] == [4, 5, 3, 6]


def test_a_drag_that_goes_on_while_the_page_comes_ends_as_it_was_meant(
    page: Page, server: str
) -> None:
    come = only_the_picture(page, server)
    early = picture(page)
    early.locator("[data-layer='1'] .box").hover()
    page.mouse.down()
    ending = box_of(early.locator("[data-layer='4'] .box"))
    page.mouse.move(ending["x"] + 5, ending["y"] - 20, steps=5)
    come()
    expect(page.locator("#root .st-key-editor [data-layer='1']")).to_have_count(1)
    page.mouse.up()
    expect(picture(page)).to_have_count(0)
    expect(page.locator("[data-skip='1-4']")).to_be_visible()


def test_the_page_takes_its_place_unmoved(tab: Page, server: str) -> None:
    open_network(tab, server, SMALL, steps=2)
    wait_until(lambda: 'id="first-paint"' in tab.request.get(server).text())  # it has loaded
    tab.add_init_script(SHIFTS)
    open_network(tab, server, SMALL, steps=2)
    expect(picture(tab)).to_have_count(0)
    assert tab.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_the_colours_of_the_page(browser: Browser, server: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "light" else "light")
    page.add_init_script(
        f"""localStorage.setItem("stActiveTheme-/-v2", '"{scheme.capitalize()}"')"""
    )
    page.route(SCRIPTS, lambda route: route.abort())
    page.goto(server)
    look = "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
    early = picture(page).locator(".editor").evaluate(look)
    page.unroute(SCRIPTS)
    open_app(page, server)
    expect(picture(page)).to_have_count(0)
    assert page.locator(".editor").evaluate(look) == early
    page.close()


def test_other_pages_have_none(context: BrowserContext, server: str) -> None:
    page = context.new_page()  # unwatched: Streamlit asks for its own files below such an address
    page.goto(f"{server}/learn")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(picture(page)).to_have_count(0)
    assert 'id="first-paint"' not in page.request.get(f"{server}/learn").text()
    assert 'id="first-paint"' in page.request.get(server).text()
    page.close()


def test_whoever_leaves_before_the_charts_are_drawn_takes_nothing_along(
    page: Page, server: str
) -> None:
    page.route("**/plotly-*", lambda _: None)  # never answered
    page.goto(f"{server}/?n={link.encode(presets.load('default'))}", wait_until="commit")
    expect(page.locator(".st-key-build_bar")).to_be_visible()
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(picture(page)).to_have_count(0)
