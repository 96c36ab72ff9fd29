"""The charts of a run, as a person looks through them."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from skipviz import link, presets
from skipviz.network import Network
from skipviz.settings import Settings
from tests.e2e.helpers import inspector, open_app

NETWORK = presets.load("forward_skip").add_skip(1, 9)
DRAWN = "[data-traces]"


def opened(page: Page, server: str, network: Network, **settings: object) -> None:
    token = link.encode(network, Settings.model_validate(settings))
    open_app(page, f"{server}/?n={token}")


def chart(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="chart-{name}"]{DRAWN}')


def train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("· finished")).to_be_visible()


def menu(found: Locator, item: str) -> None:
    found.locator("summary").click()
    found.get_by_role("button", name=item, exact=True).click()


def test_words_and_curves_have_the_colours_of_a_theme_that_changes(page: Page, server: str) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, server, NETWORK, steps=2)
    line = chart(page, "layers_weight_gradient").locator(".scatterlayer path.js-line").first
    word = page.locator(".verdict .arm-skip").first
    for theme, colour in (("dark", "rgb(86, 180, 233)"), ("light", "rgb(0, 114, 178)")):
        page.emulate_media(color_scheme=theme)
        expect(word).to_have_css("color", colour)
        expect(line).to_have_css("stroke", colour)


def test_every_view_opens_while_a_run_goes_on_and_shows_its_charts(page: Page, server: str) -> None:
    opened(page, server, NETWORK, steps=100_000, probes="full")
    page.get_by_role("button", name="Train", exact=True).click()
    for view, name in (
        ("Gradient of states", "layers_state_gradient"),
        ("Gradient share per skip", "shares_skip"),
        ("Activations", "layers_saturated"),
        ("Update ratio", "layers_update_ratio"),
        ("Gradient signal-to-noise", "histogram_skip"),
        ("Gradient of weights", "heatmap_weight_gradient"),
    ):
        page.get_by_role("radio", name=view).click()
        expect(chart(page, name)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?(?!.*view=)"))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("· stopped")).to_be_visible()


def test_an_earlier_step_numbers_and_pictures_of_a_finished_run(page: Page, server: str) -> None:
    opened(page, server, NETWORK, steps=30)
    train(page)
    curves = chart(page, "layers_weight_gradient")
    expect(curves).to_have_attribute("data-step", "30")
    page.get_by_role("slider", name="Step shown").press("Home")
    expect(curves).to_have_attribute("data-step", "0")
    expect(page.locator(".verdict")).to_contain_text("Initial weights (pytorch init), seed 0")

    with page.expect_download() as taken:
        menu(curves, "CSV")
    rows = list(csv.reader(Path(taken.value.path()).read_text(encoding="utf-8").splitlines()))
    assert rows[0][:3] == ["layer (1 = next to the input)", "with skips", "without"]
    assert [row[0] for row in rows[1:]] == [str(k) for k in range(1, 11)]
    for picture in ("PNG", "SVG"):
        with page.expect_download() as taken:
            menu(curves, picture)
        assert taken.value.suggested_filename == f"layers_weight_gradient.{picture.lower()}"
    menu(curves, "Table")
    expect(curves.get_by_role("row")).to_have_count(11)
    expect(curves.get_by_role("columnheader", name="without", exact=True)).to_be_visible()

    page.get_by_role("button", name="Keep", exact=True).click()
    expect(curves).to_have_attribute("data-traces", re.compile("A skip,A plain"))


def test_what_each_skip_learns_is_drawn_and_can_be_downloaded(page: Page, server: str) -> None:
    scale = {"value": 0, "learned": "scalar"}
    learning = NETWORK.change_skip(3, 7, branch_scale=scale).add_skip(4, 6, kind="gated")
    opened(page, server, learning, steps=20)
    train(page)
    page.get_by_role("radio", name="What the skips learn").click()
    scales = chart(page, "learned_branch_scale_skip")
    expect(scales).to_have_attribute("data-step", "20")
    expect(scales).to_have_attribute("data-traces", "skip 3 → 7")
    with page.expect_download() as taken:
        menu(scales, "CSV")
    rows = list(csv.reader(Path(taken.value.path()).read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["step", "skip 3 → 7"]
    assert rows[1] == ["0", "0"]
    assert [row[0] for row in rows[1:]] == [str(step) for step in range(21)]
    page.get_by_role("radio", name="Gate", exact=True).click()
    gradients = chart(page, "learned_gate_gradient_skip")
    # it lies in the branch that is 0 at first, so its first gradient is
    expect(gradients).to_have_attribute("data-traces", "skip 4 → 6,skip 4 → 6 zeros")
    menu(gradients, "Table")
    expect(gradients.get_by_role("row")).to_have_count(22)


def test_skips_are_ranked_and_a_plane_has_a_boundary(page: Page, server: str) -> None:
    plane = Network.mlp(4, 8, skips=((1, 3), (2, 4)))
    opened(page, server, plane, steps=20, data="xor")
    train(page)
    page.get_by_role("radio", name="Decision boundary").click()
    expect(chart(page, "boundary_plain")).to_be_visible()
    page.get_by_role("radio", name="Skip ablation").click()
    page.get_by_role("button", name="Rank the skips").click()
    expect(chart(page, "ablation")).to_be_visible()
    expect(page.get_by_text("· finished")).to_be_visible()


def test_what_is_selected_in_the_drawing_is_changed_in_the_inspector(
    page: Page, server: str
) -> None:
    opened(page, server, NETWORK, steps=5)
    page.locator('[data-layer="4"]').click()
    width = inspector(page).get_by_role("spinbutton", name="Width")
    expect(width).to_have_value("32")
    width.fill("16")
    width.press("Enter")
    expect(page.locator('[data-layer="4"]')).to_have_attribute("aria-label", re.compile("dense 16"))
    page.get_by_role("button", name="Undo").first.click()
    expect(width).to_have_value("32")


def test_layers_without_a_gradient_are_marked_in_every_picture(page: Page, server: str) -> None:
    """Two layers of zero weights, passed by a skip: exactly 0 with it, and all layers without."""
    layers = [
        {"kind": "dense", "width": 8, "init": {"scheme": "zero" if k in (2, 3) else "he"}}
        for k in range(1, 5)
    ]
    skips = [{"kind": "add", "source": 1, "target": 3}]
    opened(page, server, Network.model_validate({"layers": layers, "skips": skips}), steps=5)
    curves = chart(page, "layers_weight_gradient")
    marks = curves.locator(".xy2 .point")
    expect(marks).to_have_count(6)
    places = marks.evaluate_all(
        "marks => marks.map((m) => m.getBoundingClientRect()).map((r) => `${r.x} ${r.y}`)"
    )
    assert len(set(places)) == 6
    struck = page.locator(".layer.zero")
    expect(struck).to_have_count(2)
    expect(struck.first).to_have_attribute("aria-label", re.compile("weights exactly 0$"))
    of_all = page.locator(".second .slash.shown")
    expect(of_all).to_have_count(5)  # the readout as well, which sees nothing but zeros
    menu(curves, "Table")
    cells = curves.locator("tbody tr", has=page.get_by_role("rowheader", name="2", exact=True))
    expect(cells.locator("td").nth(0)).to_have_text("exactly 0")
    expect(cells.locator("td").nth(1)).to_have_text("exactly 0")
    heat = chart(page, "heatmap_weight_gradient")
    expect(heat.locator(".cbaxis")).to_contain_text("exactly 0")
