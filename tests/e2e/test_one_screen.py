"""The Playground on one screen: what is drawn as a whole, and that nothing jumps."""

import pytest
from playwright.sync_api import Locator, Page, expect

from skipviz import presets
from skipviz.network import Network
from skipviz.settings import Settings
from tests.e2e.helpers import (
    box_of,
    counts,
    drag,
    drawn_on,
    open_app,
    open_network,
    pick,
    train,
    wait_until,
)

PARTS = {
    "Train": "[class*=st-key-run_row]",
    "build bar": ".st-key-build_bar",
    "drawing": ".editor",
    "headline": ".verdict h1",
    "gradient": '[data-testid="chart-layers_weight_gradient"]',
    "loss": '[data-testid="chart-training_curves"]',
}


def pattern(page: Page, name: str) -> Locator:
    return page.locator(".st-key-build_bar").get_by_role("radio", name=name, exact=True)


def number(page: Page, name: str) -> Locator:
    return page.locator(".st-key-build_bar").get_by_role("spinbutton", name=name, exact=True)


def drawn(page: Page) -> Network:
    return drawn_on(page)[0]


def tops(page: Page) -> dict[str, float]:
    return {name: box_of(page.locator(each).first)["y"] for name, each in PARTS.items()}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_everything_that_a_run_moves_is_on_the_screen_and_stays_where_it_is(
    page: Page, server: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_app(page, server)
    before = tops(page)
    assert set(before) == set(PARTS)
    for name, part in PARTS.items():
        box = box_of(page.locator(part).first)
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= height, name
    name = page.get_by_role("combobox", name="Start from")
    assert name.input_value()
    assert name.evaluate("input => input.scrollWidth <= input.clientWidth")  # nothing is cut off
    train(page)
    assert tops(page) == pytest.approx(before, abs=2)


def test_depth_and_width_are_numbers_and_the_rule_of_the_skips_is_kept(
    page: Page, server: str
) -> None:
    open_app(page, server)
    number(page, "Layers").fill("10")
    number(page, "Layers").press("Enter")
    expect(counts(page)).to_contain_text("10 layers · 4 skips")
    number(page, "Width").fill("16")
    number(page, "Width").press("Enter")
    expect(page.locator('[data-layer="3"]')).to_have_attribute("aria-label", "Layer 3, dense 16")
    expect(pattern(page, "every 2nd")).to_be_checked()
    expected = Network.mlp(10, 16, skips=((1, 3), (3, 5), (5, 7), (7, 9)))
    expect(page.locator("[data-skip]")).to_have_count(4)
    assert drawn(page) == expected
    page.get_by_role("button", name="Undo").first.click()
    expect(number(page, "Width")).to_have_value("64")


def test_a_rule_is_one_click_and_a_skip_of_ones_own_is_told_from_it(
    page: Page, server: str
) -> None:
    open_network(page, server, Network.mlp(6, 8), steps=2)
    expect(pattern(page, "none")).to_be_checked()
    for name, ends in {
        "every 3rd": {"1-4"},
        "all": {"1-2", "2-3", "3-4", "4-5", "5-6"},
        "input": {"0-2", "0-3", "0-4", "0-5", "0-6"},
    }.items():
        pattern(page, name).click()
        for each in ends:
            expect(page.locator(f'[data-skip="{each}"]')).to_have_count(1)
        expect(page.locator("[data-skip]")).to_have_count(len(ends))
    pattern(page, "none").click()
    expect(page.locator("[data-skip]")).to_have_count(0)
    drag(page, page.locator('[data-layer="2"]'), page.locator('[data-layer="5"]'))
    expect(pattern(page, "own")).to_be_checked()


def test_all_skips_change_their_kind_and_all_layers_their_activation(
    page: Page, server: str
) -> None:
    open_network(page, server, Network.mlp(6, 8, skips=((1, 3), (3, 5))), steps=2)
    bar = page.locator(".st-key-build_bar")
    pick(page, "Kind", "gated", bar)
    expect(page.locator("[data-skip].gated")).to_have_count(2)
    pick(page, "Activation", "tanh", bar)
    wait_until(lambda: drawn(page).defaults.activation == "tanh")


def test_both_arms_have_a_row_and_a_third_one_takes_the_place_of_the_second(
    page: Page, server: str
) -> None:
    arms = ("skip", "plain", "gradient_only")
    open_network(page, server, presets.load("default"), steps=2, arms=arms)
    names = page.locator(".arm-name")
    expect(names).to_have_text(["with skips", "without"])
    colours = page.locator("[data-second]").evaluate_all("all => all.map(e => e.style.fill)")
    with_skips = page.locator("[data-layer] .box").evaluate_all("all => all.map(e => e.style.fill)")
    assert len(colours) == len(with_skips) == 42
    assert colours[1] != with_skips[1]
    page.get_by_role("radio", name="gradient only").click()
    expect(names).to_have_text(["with skips", "gradient only"])


def test_the_sheet_can_be_blank(page: Page, server: str) -> None:
    open_app(page, server)
    pick(page, "Start from", "blank, 5 layers")
    expect(counts(page)).to_contain_text("5 layers · 0 skips")
    assert drawn(page) == presets.load("blank")
    assert drawn_on(page)[1].data == Settings().data
