"""Every guided experiment in the real browser: opened, it measures itself and says the outcome."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from skipviz import experiments
from skipviz.experiments import Experiment
from tests.e2e.helpers import counts

PATIENCE = 90_000  # milliseconds for a short version, which takes some seconds on a free core


@pytest.fixture(scope="module")
def tab(context: BrowserContext, server: str) -> Iterator[Page]:
    """One tab for all experiments, which start from the gallery; no script may fail in it."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(server)
    opened.set_default_timeout(PATIENCE)
    opened.get_by_role("link", name="Experiments", exact=True).click()
    yield opened
    opened.close()
    assert errors == []


@pytest.mark.parametrize("experiment", experiments.all_experiments(), ids=experiments.names())
def test_an_experiment_measures_itself_and_lands_where_expected(
    tab: Page, experiment: Experiment
) -> None:
    card = tab.locator(f".st-key-card_{experiment.id}")
    card.get_by_role("link").wait_for()
    card.click()  # anywhere on it
    expect(tab.locator("h1", has_text=experiment.title)).to_be_visible(timeout=PATIENCE)
    expect(tab.locator(f'[data-of="{experiment.id}"][data-verdict="inside"]')).to_be_visible(
        timeout=PATIENCE
    )
    expect(tab.locator(".experiment-table td.inside").first).to_be_visible(timeout=PATIENCE)
    expect(tab.locator(".experiment-table td.outside")).to_have_count(0)
    expect(tab.locator('[data-testid^="chart-"][data-traces]').first).to_be_visible(
        timeout=PATIENCE
    )
    tab.wait_for_url(re.compile(f"e={experiment.id}"))
    tab.get_by_role("link", name="All experiments").click()
    expect(tab.get_by_text("Guided experiments")).to_be_visible(timeout=PATIENCE)


def test_another_setting_is_measured_and_its_network_opens_in_the_playground(
    tab: Page, server: str
) -> None:
    tab.goto(f"{server}/experiments?e=g7")
    expect(tab.locator('[data-of="g7"][data-verdict="inside"]')).to_be_visible(timeout=PATIENCE)
    tab.get_by_role("slider").press("ArrowLeft")
    expect(tab.locator('[data-of="g7"][data-verdict="open"]')).to_be_visible(timeout=PATIENCE)
    expect(tab.get_by_text("1,048,576").first).to_be_visible(timeout=PATIENCE)
    tab.get_by_role("link", name="20 blocks").click()
    expect(counts(tab)).to_contain_text("20 layers · 20 skips", timeout=PATIENCE)
