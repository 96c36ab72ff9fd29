"""Curves and colours move between the refreshes of the page, which goes on without that as well.

The lines of a chart are written over those that Plotly has drawn. That leans on names of Plotly
that are private: `_fullData`, `_fullLayout`, `.scatterlayer .trace<uid>`, `.js-line`, `.js-fill`
and `.points > .point`. The last test here holds them.
"""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.components import live
from tests.e2e.helpers import open_network

NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3),))
SEVERAL = {"arms": ("skip", "plain", "gradient_only"), "seeds": 2}
CHARTS = ("layers_weight_gradient", "training_curves")
COUNT = """(names) => {
  const chart = (name) => document.querySelector(`[data-testid="chart-${name}"]`);
  window.seen = Object.fromEntries(names.map((name) => [name, { moved: 0, drawn: 0 }]));
  window.colours = 0;
  const { react } = Plotly;
  Plotly.react = (plot, ...rest) => {
    const name = names.find((each) => chart(each).contains(plot));
    if (name) window.seen[name].drawn += 1;
    return react(plot, ...rest);
  };
  const last = {};
  const look = () => {
    for (const name of names) {
      const line = chart(name)?.querySelector(".js-line")?.getAttribute("d");
      if (line && line !== last[name]) window.seen[name].moved += 1;
      last[name] = line;
    }
    requestAnimationFrame(look);
  };
  look();
  window.addEventListener("skipviz:paint", () => (window.colours += 1));
}"""
MOVED = """([names, more]) => window.colours > more
  && names.every((name) => window.seen[name].moved > window.seen[name].drawn + more)"""


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def trained(page: Page, server: str) -> None:
    """A long run of three arms and two seeds, and an eye on what is drawn of it."""
    open_network(page, server, NETWORK, steps=20_000, **SEVERAL)
    page.evaluate(COUNT, list(CHARTS))
    button(page, "Train").click()
    expect(button(page, "Pause")).to_be_visible()


def moved(page: Page, more: int) -> None:
    """Every chart has shown so many more steps than Plotly has drawn."""
    page.wait_for_function(MOVED, arg=[list(CHARTS), more])


def step_of(page: Page, name: str) -> int:
    return int(page.get_by_test_id(f"chart-{name}").get_attribute("data-step") or -1)


def test_curves_and_colours_move_between_the_refreshes_and_end_where_the_page_does(
    page: Page, server: str
) -> None:
    trained(page, server)
    moved(page, 15)
    button(page, "Pause").click()
    paused = page.get_by_text(re.compile(r"Step \d+ of 20000 · paused"))
    expect(paused).to_be_visible()
    step = re.search(r"Step (\d+)", paused.inner_text())
    assert step is not None
    for name in CHARTS:
        expect(page.get_by_test_id(f"chart-{name}")).to_have_attribute("data-step", step[1])
    button(page, "Stop").click()
    expect(button(page, "Train")).to_be_visible()


STILL = "{ const now = performance.now(); performance.now = () => now; }"


def test_the_library_draws_only_what_cannot_be_moved(page: Page, server: str) -> None:
    """While its clock stands it is never time for another drawing; only a new axis asks for one."""
    trained(page, server)
    moved(page, 3)
    page.evaluate(f"() => {STILL}")
    page.evaluate(COUNT, list(CHARTS))
    moved(page, 150)
    assert max(page.evaluate("name => window.seen[name].drawn", name) for name in CHARTS) < 8
    button(page, "Stop").click()


def test_a_lost_connection_is_taken_up_again(page: Page, server: str) -> None:
    tried: list[str] = []

    def meet(socket: WebSocketRoute) -> None:
        tried.append(socket.url)
        if len(tried) == 1:
            socket.close(code=4000)
        else:
            socket.connect_to_server()

    page.route_web_socket(re.compile(r"/live$"), meet)
    trained(page, server)
    moved(page, 3)
    assert len(tried) == 2
    button(page, "Stop").click()


def test_without_a_second_websocket_the_page_refreshes_as_ever(page: Page, server: str) -> None:
    page.route_web_socket(re.compile(r"/live$"), lambda socket: socket.close(code=1008))
    trained(page, server)
    first = step_of(page, CHARTS[0])
    for _ in range(3):
        expect(page.get_by_test_id(f"chart-{CHARTS[0]}")).not_to_have_attribute(
            "data-step", str(first)
        )
        first = step_of(page, CHARTS[0])
    assert page.evaluate("window.colours") == 0
    button(page, "Stop").click()


SKETCHED = '[data-testid="chart-layers_weight_gradient"][data-sketch]'
LINE = ".sketch path:not(.grid)"
OTHER = """([chart, line, before]) =>
  document.querySelector(chart)?.querySelector(line)?.getAttribute("d") !== before"""


def sketched_line(page: Page) -> str | None:
    return page.locator(SKETCHED).locator(LINE).first.get_attribute("d")


def test_curves_move_before_the_chart_library_is_read(page: Page, server: str) -> None:
    held: list[Route] = []
    page.route("**/plotly-*", lambda route: held.append(route))
    address = f"{server}/?n={link.encode(NETWORK, Settings(steps=20_000))}"
    page.goto(address, wait_until="commit")
    expect(page.locator(SKETCHED)).to_be_visible()
    button(page, "Train").click()
    for _ in range(5):
        page.wait_for_function(OTHER, arg=[SKETCHED, LINE, sketched_line(page)])
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    for route in held:
        route.continue_()
    drawn = re.compile("^skip,plain")
    expect(page.get_by_test_id(f"chart-{CHARTS[0]}")).to_have_attribute("data-traces", drawn)
    expect(page.locator(".sketch")).to_have_count(0)
    button(page, "Stop").click()


def test_where_the_chart_library_cannot_be_had_the_curves_stay(page: Page, server: str) -> None:
    tab = page.context.new_page()  # unwatched: the browser notes the file that did not come
    tab.route("**/plotly-*", lambda route: route.abort())
    tab.goto(f"{server}/?n={link.encode(NETWORK, Settings(steps=2))}")
    expect(tab.get_by_text("The chart library could not be loaded").first).to_be_visible()
    expect(tab.locator(SKETCHED)).to_be_visible()
    tab.close()


WRITE = """(source) => {
  const write = new Function(`${source}; return writeTraces;`)();
  const drawn = (plot) => [...plot.querySelectorAll(
    ".scatterlayer .js-line, .scatterlayer .js-fill, .scatterlayer .points > .point",
  )].map((each) => each.getAttribute("transform") ?? each.getAttribute("d"));
  return [...document.querySelectorAll(".skipviz-charts .plot")]
    .filter((plot) => plot._fullData.every(({ type }) => type === "scatter"))
    .map((plot) => {
      const before = drawn(plot);
      const whole = write(plot, plot._fullData);
      return { whole, before, after: drawn(plot) };
    });
}"""


def test_what_is_written_is_what_plotly_draws(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 1100})  # Plotly leaves points out of low bands
    open_network(page, server, NETWORK, steps=3, **SEVERAL)
    button(page, "Train").click()
    expect(page.get_by_text("Step 3 of 3 · finished")).to_be_visible()
    for name in CHARTS:
        expect(page.get_by_test_id(f"chart-{name}")).to_have_attribute("data-step", "3")
    source = (Path(live.__file__).parent / "paths.js").read_text()
    charts = page.evaluate(WRITE, re.sub(r"^export ", "", source, flags=re.MULTILINE))
    assert len(charts) == 2
    for chart in charts:
        assert chart["whole"]
        assert len(chart["before"]) > 9  # lines, bands and marks of three arms
        assert chart["after"] == chart["before"]
