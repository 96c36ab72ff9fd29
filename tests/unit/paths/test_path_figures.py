"""Figures of paths and lesions: what is drawn is what was counted and measured."""

from dataclasses import replace

import numpy as np
import pytest

from skipviz import graph, presets
from skipviz.figures.lesion import layers_spec, several_spec, skips_spec
from skipviz.figures.paths import (
    by_skips_spec,
    cancellation_spec,
    gradient_by_length_spec,
    lengths_spec,
    skips_taken_spec,
)
from skipviz.figures.style import arm_style
from skipviz.lesion.results import Several, Singles
from skipviz.network import Network
from skipviz.paths import PathGradients, spread
from skipviz.ui.paths.along import sentence as gradient_sentence
from skipviz.ui.paths.counting import detail
from skipviz.ui.paths.counting import sentence as paths_sentence

THEMES = ("light", "dark")


def gradients(sampled: bool = True) -> PathGradients:
    single = np.array([0.5, 0.25]) if sampled else np.full(2, np.nan)
    return PathGradients(
        trained=0,
        batch=32,
        lengths=(2, 4),
        counts=(1, 3),
        norms=np.array([3.0, 1.0]),
        shares=np.array([1.2, -0.2]),
        norm=2.0,
        single=single,
        samples=20,
        by_skips=np.array([[1.0, np.nan], [0.5, 0.0]]),
        skip_shares=np.array([[1.0, np.nan], [1.0, 0.0]]),
    )


def singles(arm: str, skips: tuple[tuple[int, int], ...] = ()) -> Singles:
    return Singles(
        arm, 0.1, 0.9, (2, 3), np.array([0.2, 0.3]), np.array([0.8, 0.4]),
        skips, np.full(len(skips), 0.5), np.full(len(skips), 0.7),
    )  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
def test_bars_are_the_shares_of_all_paths(theme: str) -> None:
    counts = graph.path_lengths(presets.load("default"))
    spec = lengths_spec(counts, spread(counts), theme)
    bars, dots = spec["data"]
    assert sum(bars["y"]) == pytest.approx(1)
    assert bars["x"] == sorted(counts)
    assert "C(19, i)" in dots["name"]
    taken = skips_taken_spec(graph.skips_taken(presets.load("default")), theme)["data"][0]
    assert sum(taken["y"]) == pytest.approx(1)


def test_only_binomial_counts_get_the_reference() -> None:
    counts = graph.path_lengths(presets.load("unet_digits"))
    assert len(lengths_spec(counts, spread(counts))["data"]) == 1


def test_counts_of_any_size_can_be_drawn() -> None:
    counts = graph.path_lengths(
        Network.mlp(1000, 2, skips=tuple((k - 1, k) for k in range(1, 1001)))
    )
    bars = lengths_spec(counts, spread(counts))["data"][0]
    assert sum(bars["y"]) == pytest.approx(1)
    assert bars["customdata"][0] == "1 path"
    assert "× 10^" in bars["customdata"][600]
    assert bars["hovertext"][0] == "< 0.1 %"  # one path of 2^1000 is not none


def test_all_of_the_gradient_is_inside_where_all_lengths_are() -> None:
    found = replace(gradients(), lengths=tuple(range(10)), counts=(1,) * 10)
    assert found.inside(np.full(10, 0.1), 0, 9) == 1
    assert found.inside(np.full(10, 0.1), 0, 8) == pytest.approx(0.9)


@pytest.mark.parametrize("theme", THEMES)
def test_both_estimators_are_drawn_by_name_once_they_are_known(theme: str) -> None:
    spec = gradient_by_length_spec(gradients(), theme)
    names = [trace["name"] for trace in spec["data"]]
    assert names[1:] == ["norm of the sum (exact)", "count × mean single norm (sampled)"]
    np.testing.assert_allclose(spec["data"][1]["y"], [0.75, 0.25])
    np.testing.assert_allclose(spec["data"][2]["y"], [0.4, 0.6])  # 1 × 0.5 and 3 × 0.25
    assert len(gradient_by_length_spec(gradients(sampled=False), theme)["data"]) == 2


@pytest.mark.parametrize("theme", THEMES)
def test_negative_shares_have_a_colour_of_their_own(theme: str) -> None:
    colours = cancellation_spec(gradients(), theme)["data"][0]["marker"]["color"]
    assert colours[0] == arm_style("skip").colour(theme)
    assert colours[1] != colours[0]


def test_states_and_skips_taken_are_a_map_with_gaps_where_no_path_leads() -> None:
    heat = by_skips_spec(gradients())["data"][0]
    assert heat["z"].shape == (2, 2)
    assert np.isnan(heat["z"][1, 0]), "no path"
    assert heat["z"][1, 1] < heat["meta"]["zeros_below"], "a part that is exactly 0"
    assert heat["customdata"][0][0] == "norm 1, share 100.0%"
    assert heat["customdata"][1][0] == "none"


@pytest.mark.parametrize("theme", THEMES)
def test_single_deletions_are_bars_per_arm_and_the_cut_is_outlined(theme: str) -> None:
    spec = layers_spec([singles("skip"), singles("plain")], "accuracy", 0.1, frozenset({3}), theme)
    assert [trace["name"] for trace in spec["data"]] == ["with skips", "without"]
    assert spec["data"][0]["marker"]["line"]["width"] == [0, 2.5]
    skips = skips_spec(singles("skip", ((1, 3),)), "accuracy", 0.1, frozenset({(1, 3)}), theme)
    assert skips["data"][0]["x"] == ["1 → 3"]


def test_several_deletions_start_from_the_whole_network() -> None:
    found = Several(
        "skip", (1, 2, 4), np.ones((3, 2)), np.array([[0.8, 0.6], [0.5, 0.3], [0.2, 0.2]])
    )
    low, high, mean = several_spec({"skip": found}, {"skip": 0.9}, "accuracy", 0.1)["data"]
    np.testing.assert_allclose(mean["y"], [0.9, 0.7, 0.4, 0.2])
    np.testing.assert_allclose(low["y"], [0.9, 0.6, 0.3, 0.2])
    np.testing.assert_allclose(high["y"], [0.9, 0.8, 0.5, 0.2])
    assert mean["x"] == [0, 1, 2, 3]


def test_scores_below_zero_have_room() -> None:
    bad = Singles(
        "plain", 1.0, 0.5, (1,), np.array([9.0]), np.array([-4.0]), (), np.empty(0), np.empty(0)
    )
    assert layers_spec([bad], "R²", 0.0, frozenset())["layout"]["yaxis"]["range"][0] == -1


def test_an_axis_of_a_small_network_counts_from_0_in_whole_numbers() -> None:
    """Three paths through two layers at most: no path passes −2 layers, none passes one half."""
    small = presets.load("two_branch")
    counts = graph.path_lengths(small)
    found = replace(gradients(), lengths=(0, 1), counts=(1, 1))
    specs = [
        lengths_spec(counts, spread(counts)),
        skips_taken_spec(graph.skips_taken(small)),
        gradient_by_length_spec(found),
        cancellation_spec(found),
    ]
    for along in (spec["layout"]["xaxis"] for spec in specs):
        low, high = along["range"]
        assert (low, along["dtick"]) == (-0.6, 1)
        assert {spec["data"][0]["width"] for spec in specs} == {0.8}  # none reaches below 0
        assert high >= max(counts) + 0.5


def test_of_a_small_network_the_paths_are_told_by_their_ends() -> None:
    """A share of all of them, and lengths below 0, tell nothing."""
    small = presets.load("two_branch")
    found = spread(graph.path_lengths(small))
    said = f"{paths_sentence(found, small.depth)} {detail(small, found, 1)}"
    assert said.startswith("2 paths lead from the input to the readout; the shortest passes 0 ")
    assert "each passes 3 layers" in paths_sentence(spread({3: 2}), 3)
    assert "100 %" not in said
    assert "shorter than 0" not in detail(small, spread({0: 90, 1: 9, 2: 1}), 1)


def test_where_all_lengths_carry_gradient_the_largest_share_is_told() -> None:
    found = replace(gradients(), lengths=(0, 1), counts=(1, 3), norms=np.array([3.0, 2.0]))
    said = "".join(text for text, _ in gradient_sentence(found))
    assert "60 % of the gradient sits in paths of 0 layers; 25 % of the paths have 0" in said


def test_where_layers_are_deleted_the_line_is_what_the_score_has_it() -> None:
    found = [singles("skip")]
    for score, level, text in (
        ("accuracy", 0.997, "chance<br>0.997"),
        ("R²", 0, "guessing<br>the mean"),
    ):
        (name,) = layers_spec(found, score, level, frozenset())["layout"]["annotations"]
        assert name["text"] == text
