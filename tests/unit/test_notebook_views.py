"""What a notebook shows of a network, a run and an attribution: true, bounded, and only text."""

import re
from dataclasses import replace
from html import escape
from xml.dom import minidom

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skipviz as sv
from skipviz.engine.attribution.api import Attribution
from skipviz.network.drawing import AT_EACH_END, MOST_ARCS, MOST_BOXES, UNKNOWN, drawing
from skipviz.report.tables import arms_table
from skipviz.runs.brief import cells
from skipviz.runs.verdict import finding, verdict
from skipviz.training import Run

SMALL = sv.Network.mlp(4, 8, skips=((1, 3),))
DEEP = sv.Network.mlp(1000, 4, skips=tuple((k, k + 2) for k in range(1, 999)))


@pytest.fixture(scope="module")
def run() -> Run:
    return sv.train(SMALL, steps=3)


def titles(svg: str) -> list[str]:
    """Of boxes and arcs, parsed as XML: a drawing is a whole SVG file."""
    nodes = minidom.parseString(svg).getElementsByTagName("title")
    return [node.firstChild.data for node in nodes]


def test_a_network_says_its_layers_and_skips() -> None:
    network = SMALL.add_skip(0, 2, kind="projection")
    said = "4 layers: 4 × dense 8 relu; 2 skips: add 1 → 3, projection 0 → 2"
    assert repr(network) == f"{network}" == f"Network({said})"
    assert escape(said) in network._repr_html_()


def test_feedback_and_other_kinds_of_layers_are_said() -> None:
    feedback = sv.Network.mlp(2, 8).set_time_steps(3).add_skip(2, 1)
    assert repr(feedback).endswith("1 skip: add 2 → 1; 3 time steps)")
    assert "conv2d 16 relu" in repr(sv.presets.load("resnet20"))


@given(depth=st.integers(1, 2 * MOST_BOXES), data=st.data())
def test_a_drawing_shows_every_layer_and_skip_or_says_what_it_leaves_out(depth, data) -> None:
    ends = st.tuples(st.integers(0, depth), st.integers(1, depth + 1))
    pairs = data.draw(st.sets(ends.filter(lambda e: e[0] < e[1]), max_size=20))
    svg = drawing(sv.Network.mlp(depth, 4, skips=tuple(pairs)))
    names = ["x", *map(str, range(1, depth + 1)), "out"]
    arcs = {f"add {p} → {q}" for p, q in pairs}
    shown = set(titles(svg))
    if depth + 2 <= MOST_BOXES:
        assert shown == {*names} | arcs
        assert "Not drawn" not in svg
        return
    kept = {*range(AT_EACH_END), *range(depth + 2 - AT_EACH_END, depth + 2)}
    drawn = {f"add {p} → {q}" for p, q in pairs if {p, q} <= kept}
    assert shown == {names[k] for k in kept} | drawn
    left_out = len(arcs) - len(drawn)
    rest = f" and {left_out} skip{'s' * (left_out > 1)}" if left_out else ""
    assert f"Not drawn: layers {AT_EACH_END} to {depth + 1 - AT_EACH_END}{rest}." in svg


def test_boxes_do_not_overlap_in_a_deep_network() -> None:
    boxes = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing(DEEP))
    starts = np.array(boxes, dtype=float)
    assert (np.diff(starts[:, 0]) > starts[0, 1]).all()
    assert starts[0, 1] > 3


def test_many_skips_are_cut_with_a_word() -> None:
    pairs = [(p, q) for p in range(1, 50) for q in range(p + 1, 51)][:600]
    svg = drawing(sv.Network.mlp(50, 4, skips=tuple(pairs)))
    assert svg.count('class="skip"') == MOST_ARCS
    assert "Not drawn: 100 skips." in svg


def test_what_a_notebook_gets_is_bounded() -> None:
    assert len(repr(DEEP)) < 300
    assert len(DEEP._repr_html_()) < 100_000
    zigzag = sv.Network.of(layers=[{"kind": "dense", "width": 1 + k % 2} for k in range(999)])
    assert len(repr(zigzag)) < 300
    assert "and 993 more" in repr(zigzag)


def test_without_a_run_no_box_has_the_colour_of_a_gradient(run: Run) -> None:
    fills = re.findall(r'<rect[^>]* fill="([^"]+)"', SMALL._repr_html_())
    assert fills == [UNKNOWN] * 6
    painted = re.findall(r'<rect[^>]* fill="([^"]+)"', run._repr_html_())
    assert painted[0] == UNKNOWN
    assert UNKNOWN not in painted[1:]


def test_a_run_says_what_every_arm_reached(run: Run) -> None:
    first, *arms, last = repr(run).splitlines()
    assert first == "Run(Digits 8×8, seed 0, 3 of 3 steps)"
    for line, arm in zip(arms, run.arms, strict=True):
        found = finding(run, arm)
        assert found.outcome in line
        assert f"test accuracy: {run.accuracy(arm, 'test')[-1]:.2g} |" in line
        assert f"starved layers: {len(found.starved)} |" in line
        assert line.endswith(f"layers at exactly 0: {len(found.zero)}")
    assert last.strip() == str(verdict(run))
    assert escape(str(verdict(run))) in run._repr_html_()


def test_layers_without_any_gradient_are_not_passed_over() -> None:
    """A rate far too large switches every unit off: no layer is starved, all get exactly 0."""
    dead = repr(sv.train(SMALL, steps=20, learning_rate=100.0))
    assert "outcome: worse than at the start" in dead
    assert "layers at exactly 0: 4" in dead


@pytest.mark.parametrize("probes", ["minimal", "standard"])
def test_a_run_whose_arms_failed_says_so(probes: str) -> None:
    linear = SMALL.change_defaults(activation="identity")
    failed = sv.train(linear, steps=20, learning_rate=100.0, probes=probes, seeds=2)
    assert failed.failures
    assert repr(failed).count("outcome: failed") == 2
    assert failed._repr_html_().count("<td>failed</td>") == 2
    said = "test accuracy: — | starved layers: — | layers at exactly 0: —"
    assert repr(failed).count(said) == 2, "what was measured at the start is not of the end"
    row = re.sub(r"(</?t[dhr][^>]*>)+", "|", arms_table(failed))
    assert row.count("|failed|failed|—|—|—|NaN|—|") == 2
    reached = failed.summary()["arms"]["skip"]  # type: ignore[index]
    assert (reached["starved"], reached["zero"]) == (None, None)
    assert np.isnan(reached["test_accuracy"])


def test_a_score_that_was_measured_and_is_no_number_is_not_called_unmeasured(run: Run) -> None:
    found = replace(finding(run, "skip"), test_accuracy=np.nan)
    assert cells(run, found).score == "NaN"


def test_a_regression_is_scored_by_r2() -> None:
    regression = sv.train(SMALL, data="sine", steps=1)
    assert "test R²: " in repr(regression)
    assert '<th scope="col">test R²</th>' in regression._repr_html_()


def test_words_and_lines_take_the_colour_of_the_theme() -> None:
    svg = drawing(DEEP)
    assert set(re.findall(r'<text[^>]* fill="([^"]+)"', svg)) == {"currentColor"}
    assert set(re.findall(r'<line[^>]* stroke="([^"]+)"', svg)) == {"currentColor"}


def test_a_run_without_frames_says_so() -> None:
    empty = Run(SMALL, sv.Settings())
    assert repr(empty) == "Run(Digits 8×8, seed 0, no frames yet)"
    assert empty._repr_html_().count("<rect") == 6


def test_a_run_of_very_many_arms_stays_short() -> None:
    many = sv.train(sv.presets.load("default"), steps=0, arms=("leave_one_out",))
    assert len(repr(many).splitlines()) < 12
    assert "Not listed: 15 more arms." in repr(many)
    assert "Not listed: 15 more arms." in many._repr_html_()


def test_names_of_arms_are_text_never_html() -> None:
    arm = sv.Arm(name='half & "half"', forward=0.5)
    shown = sv.train(SMALL, steps=0, arms=("skip", arm))._repr_html_()
    assert "half &amp; &quot;half&quot;" in shown
    assert 'half & "' not in shown


def test_an_attribution_says_its_shapes_and_shares() -> None:
    found = sv.attribution.by_skips_taken(SMALL)
    first, *states = repr(found).splitlines()
    assert first == "Attribution(dL/ds_k by skips taken)"
    assert len(states) == 5
    for k, line in enumerate(states):
        assert f"s_{k}: {found.gradients[k].shape}" in line
        said = [float(share) for share in re.findall(r"\d: (-?[\d.]+) %", line)]
        assert said == [round(100 * share, 1) for share in found.shares[k]]
    assert found._repr_html_().count("<tr>") == 6


def test_an_attribution_of_very_many_parts_stays_short() -> None:
    random = np.random.default_rng(0)
    many = Attribution("path length", [random.normal(size=(300, 2, 3)) for _ in range(500)])
    assert len(repr(many)) < 1500
    assert "and 296 more" in repr(many)


def test_a_state_without_a_gradient_says_so() -> None:
    assert "no gradient" in repr(Attribution("skips taken", [np.full((1, 2, 3), np.nan)]))
