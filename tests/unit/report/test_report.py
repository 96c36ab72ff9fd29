"""The report of a run: whole, self-contained, and safe to open."""

import base64
import hashlib
import random
import re
from html.parser import HTMLParser

import numpy as np
import plotly.offline
import pytest

from skipviz import link, presets
from skipviz.arms import Arm, Gain
from skipviz.network import Network
from skipviz.network.drawing import drawing
from skipviz.report import report
from skipviz.report.tables import (
    arms_table,
    gradient_text,
    gradients_table,
    settings_table,
    time_text,
)
from skipviz.runs.painted import painted
from skipviz.runs.run import Run
from skipviz.runs.verdict import verdict
from skipviz.runs.zeros import size_text
from skipviz.settings import Settings
from skipviz.text import number_text
from skipviz.training import train

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
    page = parsed(report(run, offline=True))
    for message in verdict(run).messages:
        assert str(message) in page.text
    assert f"{run.gradient_norms('plain')[-1, 0]:.3g}" in page.text
    assert run.network.to_json() in page.text
    assert "class Network" in page.text
    assert page.addresses == []


def test_a_report_is_small_and_names_its_chart_library_with_a_hash(run):
    text = report(run)
    assert len(text.encode()) < 1_500_000
    (library,) = parsed(text).addresses
    assert re.fullmatch(r"https://cdn\.plot\.ly/plotly-[\d.]+\.min\.js", library)
    (told,) = re.findall(r'integrity="sha256-([^"]+)"', text)
    bundle = plotly.offline.get_plotlyjs()
    assert told == base64.b64encode(hashlib.sha256(bundle.encode()).digest()).decode()
    assert len(report(run, offline=True)) > len(bundle)


def test_a_sentence_stands_by_for_every_chart(run):
    """It is shown where plotly.js did not come, and where no scripts run."""
    for offline, why in ((False, "plotly.js from the internet"), (True, "scripts do not run here")):
        text = report(run, offline=offline)
        assert text.count('class="plotly-graph-div"') == 3
        for place in ('<p class="undrawn" hidden>', "<noscript><p>"):
            assert text.count(f"{place}This chart could not be drawn: ") == 3
            assert why in text.split(place)[1].split("</p>")[0]


def test_the_table_of_arms_says_what_is_not_known_yet_and_no_time_of_one_arm(run):
    table = arms_table(run)
    assert "too early to say" in table
    assert ">early<" not in table
    assert "ms" not in table
    share = next(iter(run.summary()["arms"].values()))["seconds_per_step"]
    assert number_text(1000 * share * len(run.arms)) in time_text(run)


def test_the_link_of_a_report_gives_the_same_network_and_settings(run):
    (address,) = parsed(report(run, "http://localhost:8501/", offline=True)).addresses
    token = address.removeprefix("http://localhost:8501/?n=")
    assert link.decode(token) == (run.network, run.settings)


def test_a_network_too_large_for_a_link_gets_none():
    pairs = [(p, q) for p in range(1, 100) for q in range(p + 1, 101)]
    network = Network.mlp(100, 4, skips=tuple(random.Random(0).sample(pairs, 2000)))
    page = parsed(
        report(train(network, steps=0, arms=("skip",)), "http://localhost:8501/", offline=True)
    )
    assert page.addresses == []
    assert "Open it in skipviz" not in page.text


def test_the_batch_is_not_said_to_be_larger_than_the_train_split():
    run = train(Network.mlp(1, 4), data="wine", steps=0, arms=("skip",), batch_size=4096)
    said = "the mean loss over a batch: 4096 samples, or all of the train split where it has fewer."
    assert said in parsed(report(run)).text


def test_the_gains_of_own_arms_are_among_the_settings():
    single = Gain(source=1, target=2, forward=2, backward=0)
    half = Arm(name="half", forward=0.6173, backward=0.3791, exceptions=(single,))
    run = train(Network.mlp(2, 4, skips=((1, 2),)), steps=0, arms=("skip", half))
    text = parsed(report(run)).text
    assert "gains of halfforward 0.6173, backward 0.3791; 1 → 2: forward 2.0, backward 0.0" in text


def test_the_gains_of_an_arm_that_did_not_run_are_left_out():
    settings = Settings(arms=("skip",), own_arms=(Arm(name="half", forward=0.5),))
    assert "gains of" not in settings_table(Run(Network.mlp(1, 4), settings))


def test_a_report_of_leave_one_out_before_an_arm_draws_that_arm():
    network = Network.mlp(3, 8, skips=((1, 3),))
    page = report(train(network, steps=0, arms=("leave_one_out", "skip")))
    assert "each layer&#x27;s weights, with skips." in page


def test_names_are_text_never_html():
    arm = Arm(name='half & "half"', forward=0.5)
    page = parsed(report(train(Network.mlp(2, 4, skips=((1, 2),)), steps=1, arms=("skip", arm))))
    assert 'half & "half"' in page.text


@pytest.mark.parametrize("name", ["default", "feedback", "same_layer", "resnet8_digits", "plain"])
def test_every_layer_and_skip_is_drawn(name):
    network = presets.load(name)
    data = "digits_images" if name == "resnet8_digits" else "digits"
    run = train(network, data=data, steps=0, arms=("skip",))
    svg = drawing(network, painted(run).boxes("skip"))
    assert svg.count("<rect") == network.depth + 2
    assert svg.count('class="skip"') == len(network.skips)
    assert not re.search(r"nan|inf", svg.replace("aria-label", ""))


def test_settings_are_printed():
    run = train(Network.mlp(1, 4), steps=0, arms=("skip",), seed=11)
    assert ">11<" in report(run)
    assert Settings().data in report(run)


def test_layers_without_a_gradient_are_struck_through_and_read_exactly_0():
    """Between two layers of zero weights nothing passes, and each hides the other's gradient."""
    layers = [{"kind": "dense", "width": 8, "init": {"scheme": "zero" if k in (2, 3) else "he"}}
              for k in range(1, 5)]  # fmt: skip
    skips = [{"kind": "add", "source": 1, "target": 3}]
    dead = train(Network.model_validate({"layers": layers, "skips": skips}), steps=1)
    drawn = drawing(dead.network, painted(dead).boxes("skip"))
    assert drawn.count('class="zero"') == 2
    assert "<title>2: |∂L/∂W| exactly 0</title>" in drawn
    rows = re.findall(r"<tr><th scope=.row.>(\d)</th>(.*?)</tr>", gradients_table(dead))
    exact = {k: re.findall(r"<td>(.*?)</td>", cells).count("exactly 0") for k, cells in rows}
    assert exact == {"1": 2, "2": 4, "3": 4, "4": 2}
    assert "Struck through: exactly 0." in report(dead)


def test_gradients_of_several_seeds_are_their_medians_in_table_and_drawing() -> None:
    run = train(Network.mlp(2, 4), steps=2, seeds=3, arms=("skip",), probes="minimal")
    ends = np.median([run.gradient_norms("skip", seed=s)[[0, -1]] for s in range(3)], axis=0)
    cells = re.findall(r"<td>(.*?)</td>", gradients_table(run))
    assert cells == [f"{norm:.3g}" for norm in ends.T.ravel()]
    assert [paint.gradient for paint in painted(run).arms["skip"]][:2] == [
        size_text(float(norm)) for norm in ends[-1]
    ]
    page = report(run)
    assert ">Gradient of every layer, medians over seeds 0 to 2<" in page
    assert "<figcaption>The network; colour: log gradient of each layer&#x27;s weights.<" in page
    assert gradient_text(np.nan) == "NaN"


def test_a_model_of_ones_own_has_a_report() -> None:
    import torch

    import skipviz as sv
    from tests.unit.own_model.zoo.convolutional import resnet_basic

    run = sv.compare(
        resnet_basic(), lambda net, x: net(x).square().mean(), [torch.randn(2, 3, 8, 8)], steps=2
    )
    page = _Balanced()
    text = report(run, offline=True)
    page.feed(text)
    assert page.open == []
    assert page.addresses == []
    assert text.count("<section>") == 4
    for said in ("3 skips (2 add, 1 projection)", "1 (stem)", "zoo/convolutional.py", "batch loss"):
        assert said in page.text, said
    assert "<h2>Loss</h2>" in text
