"""Sentences on the size of gradients, and on DenseNet and U-Net, against loops and counts."""

import math

import numpy as np
import pytest
import torch

from skipviz import data, graph
from skipviz.answers import answer
from skipviz.engine.measures import checks, published
from skipviz.engine.model.module import Model
from skipviz.network import Network
from skipviz.presets import load
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS
from skipviz.teaching.chapters.misconceptions import CHAPTER as MISCONCEPTIONS


def section(chapter: str, name: str):
    found = next(c for c in CHAPTERS if c.id == chapter)
    return next(s for s in found.sections if s.id == name)


def first_over_last(seed: int, with_skips: bool) -> float:
    """|dL/dW_1| / |dL/dW_40| of the opening network, in a loop written by hand."""
    weights = dict(
        Model(load("default").on((64,), 10), seed, dtype=torch.float64).named_parameters()
    )
    split = data.load("digits")
    s = torch.from_numpy(split.train_x[:64]).double()
    before: dict[int, torch.Tensor] = {}
    for k in range(1, 41):
        s = torch.relu(s @ weights[f"layer{k}.weight"].T + weights[f"layer{k}.bias"])
        if with_skips and k % 2 == 1 and 3 <= k <= 39:
            s = s + before[k - 2]
        before[k] = s
    logits = s @ weights["readout.weight"].T + weights["readout.bias"]
    torch.nn.functional.cross_entropy(logits, torch.from_numpy(split.train_y[:64])).backward()
    norms = [float(weights[f"layer{k}.weight"].grad.norm()) for k in (1, 40)]
    return norms[0] / norms[1]


def test_the_layers_next_to_the_input_starve_and_not_the_deep_ones() -> None:
    found = dict(next(checks.sizes()).values)
    for name, skips in (("without", False), ("with skips", True)):
        expected = np.median([first_over_last(seed, skips) for seed in range(3)])
        assert found[name] == pytest.approx(expected, rel=1e-6)
    assert found["without"] < 1e-12
    assert 0.05 < found["with skips"] < 5


def test_skips_make_explode_what_the_chain_keeps_and_tame_what_batch_norm_makes_grow() -> None:
    found = dict(next(checks.sizes()).values)
    assert found["per block, ReLU, He, identity skips"] == pytest.approx(math.sqrt(2), rel=0.03)
    assert found["per layer, the same without skips"] == pytest.approx(1, abs=0.03)
    growth = math.sqrt(math.pi / (math.pi - 1))
    assert found["per layer, ReLU and batch norm, no skips"] == pytest.approx(growth, rel=0.03)
    assert 1 < found["per layer, the same with skips"] < 1.1


def test_every_section_of_the_misconceptions_measures_something_of_its_own() -> None:
    functions = [type(s.live) for s in MISCONCEPTIONS.sections]
    assert len(set(functions)) == len(functions) == 4


@pytest.mark.parametrize(("states", "paths"), [(3, 2), (6, 16), (12, 1024)])
def test_states_joined_all_to_all_have_two_to_the_m_minus_two_paths(
    states: int, paths: int
) -> None:
    """The last of the m states is the readout."""
    last = states - 1
    ends = tuple((p, q) for p in range(last) for q in range(p + 2, last + 1))
    net = Network.mlp(last - 1, 4, skips=ends)
    assert graph.count_paths(net) == paths == 2 ** (states - 2)


def test_a_dense_block_has_the_paths_of_its_input_its_layers_and_its_reader() -> None:
    """Two blocks of four layers: m = 6 each, and the ways through both multiply."""
    assert graph.count_paths(load("densenet_digits")) == (2 ** (6 - 2)) ** 2


def test_the_middle_of_the_small_u_net_holds_twice_as_many_numbers_as_the_image() -> None:
    live = section("architectures", "unet").live
    shapes = live.network.shapes((1, 8, 8), 1)
    smallest = min((shape for shape in shapes[:-1] if len(shape) == 3), key=lambda s: s[1] * s[2])
    assert smallest[1:] == (2, 2)
    assert max(math.prod(s) for s in shapes if s[1:] == (2, 2)) == 128 == 2 * 64


def test_the_u_net_is_trained_in_all_four_arms() -> None:
    settings = section("architectures", "unet").live.settings
    assert settings.arms == ("skip", "plain", "gradient_only", "forward_only")
    assert isinstance(settings, Settings)


def test_the_branch_of_the_tutorial_goes_past_three_linear_maps() -> None:
    net = section("projection", "mended").live.network
    (skip,) = net.skips
    assert skip.ends == (0, net.depth + 1)
    assert net.depth + 1 == 3
    assert skip.activation == "relu"


def test_the_networks_of_the_texts_open_with_the_data_they_are_meant_for() -> None:
    network, name = section("projection", "fit").playground
    assert network == load("dense_784_skip")
    assert data.info(name).input_shape == (784,)
    assert all(
        problem.fixes
        for problem in data.compatibility_problems(
            data.info(name).resolve(network), data.info(name)
        )
    )
    network, name = section("projection", "counted").playground
    assert network == load("conv_block")
    assert data.info(name).input_shape == (3, 32, 32)


def test_the_networks_of_the_papers_are_counted_beside_what_was_published() -> None:
    live = section("architectures", "sizes").live
    (result,) = answer(live)
    rows = {title: rest for title, *rest in result.table.rows}
    assert rows["ResNet-20, option A"] == [
        "269,722", "40,551,040", "0.27 M parameters in Table 6 of the paper",
    ]  # fmt: skip
    assert rows["DenseNet-121"][0] in rows["DenseNet-121"][2]  # torchvision's own count
    assert rows["ResNet-50"][0] in rows["ResNet-50"][2]
    with pytest.raises(ValueError, match="plain"):
        next(published.sizes(["plain"]))
