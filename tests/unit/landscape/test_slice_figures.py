"""Figures of a slice: one scale for all arms, gaps for rows to come, a line at the threshold."""

import numpy as np
import pytest

from skipviz.figures.landscape import loss_range, section_spec, slice_spec
from skipviz.landscape.results import Row, Section, surface

ROWS = [
    Row(0, np.array([[1.0, 0.1, 1.0], [2.0, 0.9, 4.0]])),
    Row(1, np.array([[0.5, 0.01, 0.6], [3.0, 0.8, np.inf]])),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_arms_share_one_colour_scale(theme: str) -> None:
    found = surface(ROWS, 2, 3, 0.5)
    assert loss_range(found) == (0.01, 4.0)
    heats = [slice_spec(found, arm, place, 0.5, theme)["data"][0]
             for place, arm in enumerate(("skip", "plain"))]  # fmt: skip
    assert len({(heat["zmin"], heat["zmax"]) for heat in heats}) == 1
    assert heats[0]["z"][1, 1] == pytest.approx(-2)
    assert heats[1]["customdata"][1][2] == "not finite"
    assert heats[1]["z"][1, 2] == pytest.approx(np.log10(4)), "the lightest colour"
    assert np.isnan(heats[0]["z"][2]).all(), "a row that has not come yet"


def test_the_edge_of_low_losses_is_drawn_where_there_is_one() -> None:
    found = surface(ROWS, 2, 3, 0.5)
    assert [t["type"] for t in slice_spec(found, "skip", 0, 0.5)["data"]] == ["heatmap", "contour"]
    assert [t["type"] for t in slice_spec(found, "skip", 0, 50.0)["data"]] == ["heatmap"]


def test_a_section_has_a_curve_per_arm_and_the_threshold() -> None:
    losses = np.array([[1.0, 0.1, 1.0], [2.0, np.inf, 2.0]])
    section = Section(("skip", "plain"), np.array([-1.0, 0, 1]), losses, np.array([0.9, 0.1]), 512)
    spec = section_spec(section, 0.5)
    assert [curve["name"] for curve in spec["data"]] == ["with skips", "without"]
    assert np.isnan(spec["data"][1]["y"][1])
    assert spec["layout"]["shapes"][0]["y0"] == 0.5
    assert "shapes" not in section_spec(section, 50.0)["layout"]


def test_losses_that_are_all_alike_can_be_drawn() -> None:
    found = surface([Row(0, np.full((1, 3), 2.3))], 1, 3, 0.5)
    low, high = loss_range(found)
    assert low < high
    assert slice_spec(found, "plain", 0, 0.5)["data"][0]["zmin"] < np.log10(2.3) + 1e-12
