"""Every control of what a run is trained with, moved once by hand."""

import re

from playwright.sync_api import Locator, Page, expect

from skipviz import presets
from skipviz.network import Network
from skipviz.settings import UNTIL_STOPPED
from tests.e2e.helpers import drawn_in, fill, open_network, pick, settled, train

CLIP = "Clip the gradient's norm at (0: never)"
NETWORK = presets.load("forward_skip")
CHART = '[data-testid="chart-layers_weight_gradient"]'


def holds(page: Page, **fields: object) -> None:
    """Wait until the address holds these settings."""
    page.wait_for_url(
        lambda url: fields.items() <= drawn_in(url)[1].model_dump(include=set(fields)).items()
    )


def more(page: Page) -> None:
    """Open or close what is seldom set."""
    settled(page)
    page.get_by_role("button", name="More", exact=True).click()


def test_every_setting_of_the_training_reaches_the_address_and_the_run(
    page: Page, server: str
) -> None:
    open_network(page, server, NETWORK, steps=40)
    pick(page, "Learning rate", "0.03")
    holds(page, learning_rate=0.03)
    pick(page, "Learning rate", "0.02")
    holds(page, learning_rate=0.02)
    pick(page, "Optimizer", "AdamW")
    holds(page, optimizer="adamw")
    fill(page, "Steps", "12")
    holds(page, steps=12)
    fill(page, "Seed", "5")
    holds(page, seed=5)
    more(page)
    fill(page, "Batch size", "16")
    holds(page, batch_size=16)
    fill(page, "Seeds", "2")
    holds(page, seeds=2)
    more(page)
    train(page)
    expect(page.get_by_text("Step 12 of 12 · finished")).to_be_visible()
    expect(page.locator(CHART)).to_have_attribute("data-step", "12")


def test_every_setting_under_more_of_the_training_reaches_the_address_and_the_run(
    page: Page, server: str
) -> None:
    open_network(page, server, NETWORK, steps=12)
    more(page)
    fill(page, "Momentum", "0.5")
    holds(page, momentum=0.5)
    fill(page, CLIP, "2")
    holds(page, clip=2.0)
    fill(page, "Weight decay (L2)", "0.001")
    holds(page, weight_decay=0.001)
    fill(page, "L1", "0.0001")
    holds(page, l1=0.0001)
    fill(page, "Warm-up steps", "3")
    holds(page, warmup_steps=3)
    pick(page, "Schedule of the learning rate", "cosine to 0")
    holds(page, schedule="cosine")
    pick(page, "Probes", "full (costs most)")
    holds(page, probes="full")
    fill(page, "Steps between snapshots", "4")
    holds(page, snapshot_every=4)
    fill(page, "Steps between evaluations", "3")
    holds(page, evaluate_every=3)
    pick(page, "Device", "CPU")
    holds(page, device="cpu")
    more(page)
    train(page)
    expect(page.get_by_text("Step 12 of 12 · finished")).to_be_visible()
    expect(page.get_by_role("radio", name="Gradient signal-to-noise")).to_be_visible()

    more(page)
    fill(page, CLIP, "0")
    holds(page, clip=None)
    more(page)
    expect(page.get_by_text("changed since this run")).to_be_visible()
    pick(page, "Optimizer", "Adam")
    more(page)
    expect(page.get_by_role("spinbutton", name="Batch size")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Momentum")).to_have_count(0)
    more(page)
    pick(page, "Optimizer", "SGD, momentum")
    more(page)
    expect(page.get_by_role("spinbutton", name="Momentum")).to_have_value("0.5")


def test_a_number_out_of_bounds_changes_nothing(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=12)
    fill(page, "Seed", "1e3")
    more(page)
    fill(page, "Seeds", "11")
    settled(page)
    holds(page, seed=1000, seeds=1)
    expect(page.get_by_role("spinbutton", name="Seeds", exact=True)).to_have_value("11")
    said = page.get_by_role("alert").filter(has_text="allowed range")
    shown = said.evaluate("note => getComputedStyle(note, '::after').content")
    assert "the value before stays in use" in shown


def test_every_arm_can_be_chosen_and_the_last_one_stays(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=12)
    for arm in ("gradient only", "forward only"):
        page.get_by_role("button", name=arm, exact=True).click()
    holds(page, arms=("skip", "plain", "gradient_only", "forward_only"))
    train(page)
    expect(page.locator(CHART)).to_have_attribute(
        "data-traces", re.compile("^skip,plain,gradient_only,forward_only")
    )


def test_a_run_goes_on_until_it_is_stopped(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=7)
    more(page)
    page.get_by_text("Until stopped", exact=True).click()
    holds(page, steps=UNTIL_STOPPED)
    more(page)
    expect(page.get_by_label("Steps", exact=True)).to_have_value("until stopped")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"Step [1-9]\d* · until stopped · "))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Step \d\d+, seed 0"))).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("· stopped")).to_be_visible()
    more(page)
    page.get_by_text("Until stopped", exact=True).click()
    holds(page, steps=200)


def test_noise_and_the_share_for_the_test_reach_the_address_and_the_samples(
    page: Page, server: str
) -> None:
    open_network(page, server, Network.mlp(4, 8, skips=((1, 3),)), steps=10, data="circles")
    more(page)
    fill(page, "Noise", "0.5")
    holds(page, noise=0.5)
    fill(page, "Test share", "0.5")
    holds(page, test_share=0.5)
    expect(page.get_by_text("500 to train on, 500 to test")).to_be_visible()
    more(page)
    pick(page, "Data", "Wine")
    more(page)
    expect(page.get_by_label("Test share", exact=True)).to_be_visible()
    expect(page.get_by_label("Noise", exact=True)).to_have_count(0)


def test_data_of_the_catalogue_are_trained_on(page: Page, server: str) -> None:
    open_network(page, server, Network.mlp(4, 8, skips=((1, 3),)), steps=10)
    pick(page, "Data", "Exclusive or")
    holds(page, data="xor")
    train(page)


def test_the_learning_rate_is_moved_while_the_run_goes_on(page: Page, server: str) -> None:
    open_network(page, server, NETWORK, steps=100_000)
    page.get_by_role("button", name="Train", exact=True).click()
    going = page.get_by_text(re.compile(r"Step [1-9]\d* of 100000 ·"))
    expect(going).to_be_visible()
    before = _step(going)
    pick(page, "Learning rate", "0.03")
    page.wait_for_url(lambda url: len(drawn_in(url)[1].rate_changes) == 1)
    said = page.get_by_text(re.compile(r"learning rate 0\.03 from step [\d,]+ on, L the mean loss"))
    expect(said).to_be_visible()
    expect(page.get_by_text("changed since this run")).not_to_be_visible()
    holds(page, learning_rate=0.02)
    expect(going).not_to_contain_text(f"Step {before} ")
    assert _step(going) > before
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("· stopped")).to_be_visible()


def _step(progress: Locator) -> int:
    found = re.search(r"Step (\d+)", progress.inner_text())
    assert found is not None
    return int(found[1])
