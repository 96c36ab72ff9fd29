"""Veit et al. 2016: a residual network hardly misses a block, a plain one cannot miss a layer."""

from collections.abc import Iterator

import numpy as np
import pytest

from skipviz import presets
from skipviz.engine.lesion.study import lesion_study
from skipviz.lesion.results import Singles
from skipviz.network import Init, Network
from skipviz.settings import Settings

STEPS = Settings(steps=84)  # four epochs of the digits


def singles(network: Network) -> Iterator[Singles]:
    return (found for found in lesion_study(network, STEPS) if isinstance(found, Singles))


@pytest.mark.slow
def test_a_residual_network_hardly_misses_one_of_its_20_blocks():
    network = presets.load("preactivation")
    found = next(each for each in singles(network) if each.arm == "skip")
    blocks = np.array(found.layer_scores[1:-1]).reshape(20, 2)  # without the stem and last norm
    assert found.score > 0.9
    assert blocks.mean() > 0.9
    np.testing.assert_array_equal(blocks[:, 0], blocks[:, 1])
    assert found.skip_scores.max() < 0.7, "it is the skips that it cannot miss"


@pytest.mark.slow
def test_a_plain_network_falls_to_chance_without_any_one_of_its_layers():
    (found,) = singles(Network.mlp(6, 64, init=Init(scheme="he"), norm="batch"))
    assert found.score > 0.9
    assert found.layer_scores.mean() < 0.25
    assert found.layer_scores.max() < 0.35
