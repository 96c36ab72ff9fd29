"""The report of a run: whole, self-contained, and safe to open."""

import re
from html.parser import HTMLParser

import pytest

from skipviz import link, presets
from skipviz.arms import Arm
from skipviz.network import Network
from skipviz.report import report
from skipviz.report.drawing import drawing
from skipviz.settings import Settings
from skipviz.training import train
from skipviz.training.run import Run
from skipviz.training.verdict import sentence

VOID = {"meta", "br", "line", "rect", "path"}


class _Balanced(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def run() -> Run:
    return train(presets.load("forward_skip"), steps=3)


def parsed(text: str) -> _Balanced:
    page = _Balanced()
    page.feed(text)
    assert page.open == []
    return page


def test_a_report_holds_verdict_numbers_and_sources_and_needs_no_other_file(run):
    page = parsed(report(run))
    assert "".join(text for text, _ in sentence(run)) in page.text
    assert f"{run.gradient_norms('plain')[-1, 0]:.3g}" in page.text
    assert run.network.to_json() in page.text
    assert "class Network" in page.text
    assert page.addresses == []


def test_the_link_of_a_report_gives_the_same_network_and_settings(run):
    (address,) = parsed(report(run, "http://localhost:8501/")).addresses
    token = address.removeprefix("http://localhost:8501/?n=")
    assert link.decode(token) == (run.network, run.settings)


def test_names_are_text_never_html():
    arm = Arm(name='half & "half"', forward=0.5)
    page = parsed(report(train(Network.mlp(2, 4, skips=((1, 2),)), steps=1, arms=("skip", arm))))
    assert 'half & "half"' in page.text


@pytest.mark.parametrize("name", ["default", "feedback", "same_layer", "resnet8_digits", "plain"])
def test_every_layer_and_skip_is_drawn(name):
    network = presets.load(name)
    data = "digits_images" if name == "resnet8_digits" else "digits"
    svg = drawing(train(network, data=data, steps=0, arms=("skip",)), "skip")
    assert svg.count("<rect") == network.depth + 2
    assert svg.count('class="skip"') == len(network.skips)
    assert not re.search(r"nan|inf", svg.replace("aria-label", ""))


def test_settings_are_printed():
    run = train(Network.mlp(1, 4), steps=0, arms=("skip",), seed=11)
    assert ">11<" in report(run)
    assert Settings().data in report(run)
