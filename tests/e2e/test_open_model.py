"""`skipviz open` in the browser: the page moves, a click on an arc reaches the loop, and back."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.helpers import wait_until
from tools.server import ROOT

MODEL = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8)

    def forward(self, x):
        return x + self.down(torch.relu(self.up(self.norm(x))))


def build():
    model = nn.Sequential(nn.Linear(4, 8), Block(), Block(), Block(), nn.Linear(8, 1))
    batches = [torch.randn(16, 4) for _ in range(4)]
    return model, lambda m, x: (m(x) - x.sum(1, keepdim=True)).square().mean(), batches
"""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of the model, and the address of its page."""
    (tmp_path / "mine.py").write_text(MODEL)
    command = [sys.executable, "-m", "skipviz.cli", "open", f"{tmp_path / 'mine.py'}:build"]
    with subprocess.Popen(
        [*command, "--no-browser"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().rpartition(" ")[2].strip()
        children = psutil.Process(process.pid).children(recursive=True)
        yield process, address
        process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):  # some end with the process
                child.terminate()
        psutil.wait_procs(children)


def step(page: Page) -> int:
    text = page.get_by_text(re.compile(r"step \d[\d,]*$")).first.inner_text()
    return int(text.rpartition(" ")[2].replace(",", ""))


def test_a_model_of_ones_own_live(opened: tuple[subprocess.Popen[str], str], page: Page) -> None:
    process, address = opened
    page.goto(address)
    arcs = page.locator(".drawing .switch")
    expect(arcs).to_have_count(3)
    expect(page.get_by_text("All skips are cut.")).to_be_visible()
    begun = step(page)
    wait_until(lambda: step(page) > begun + 5)

    arcs.nth(1).dispatch_event("click")
    expect(page.get_by_text("2 of 3 skips are cut.")).to_be_visible()
    expect(arcs.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("heading", level=1)).to_contain_text("with 2 of 3 skips cut")
    arcs.nth(0).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 3 skips is cut.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("with 1 of 3 skips cut")

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("^Paused"))).to_be_visible()
    paused = step(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.get_by_text(f"Paused · step {paused + 1:,}")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    wait_until(lambda: step(page) > paused + 5)

    process.kill()
    expect(page.get_by_text("The process of the model has ended.")).to_be_visible()
    expect(page.locator('[data-testid="chart-model_layers"][data-traces]')).to_be_visible()


def test_without_the_word_of_the_address_nothing_is_seen_of_it(
    opened: tuple[subprocess.Popen[str], str], page: Page
) -> None:
    address = opened[1].partition("?")[0]
    for wrong in ("", "?watch=wrong"):
        page.goto(address + wrong)
        expect(page.get_by_text("ResNet18: 8 skips").first).to_be_visible()
        expect(page.get_by_text("Your model, live")).to_have_count(0)
