"""Spreads and samples of paths, against closed forms and enumeration."""

from collections import Counter
from itertools import pairwise, product
from random import Random

import pytest

from skipviz import graph, presets
from skipviz.network import Network
from skipviz.paths import PathSampler, is_binomial, spread
from skipviz.paths.summary import all_but
from skipviz.text import percent_text
from skipviz.ui.paths.counting import detail, grey, sentence


def modules(count: int) -> Network:
    """Residual modules of one layer each."""
    return Network.mlp(count, 4, skips=tuple((k - 1, k) for k in range(1, count + 1)))


def test_54_modules_have_the_spread_of_the_paper() -> None:
    """Veit et al. 2016: 2^54 paths, binomial; the central 95 % is 20 to 34, .95978 of all."""
    found = spread(graph.path_lengths(modules(54)))
    assert found.paths == 18_014_398_509_481_984
    assert found.mean == 27
    assert found.deviation == pytest.approx(3.674, abs=5e-4)
    assert (found.low, found.high) == (20, 34)
    assert found.inside == pytest.approx(0.95978, abs=1e-5)


def test_what_is_said_of_the_lengths_holds_where_no_path_is_outside_and_where_some_are() -> None:
    """Five skips over two layers make 2^5 paths of 2 to 12 layers, 1/32 of them of 2."""
    network = Network.mlp(12, 4, skips=tuple((k, k + 2) for k in range(1, 11, 2)))
    all_in, some_out = (spread(graph.path_lengths(each)) for each in (network, modules(54)))
    assert "; the shortest passes 2 layers, the longest 12 layers." in sentence(all_in, 12)
    assert grey(all_in) == "Grey: all paths, 2 to 12 layers."
    assert "; 4 % of the paths are shorter than 20 or longer" in detail(modules(54), some_out, 1)
    assert "layers, the central 96 %; at most 2.5 % of the paths are shorter" in grey(some_out)
    assert percent_text(all_but(0)) == "100 %" != percent_text(all_but(1e-30))


def test_residual_chains_are_told_from_other_networks() -> None:
    assert is_binomial(graph.path_lengths(modules(54))) == 54
    assert is_binomial(graph.path_lengths(presets.load("default"))) == 19
    assert is_binomial(graph.path_lengths(presets.load("unet_digits"))) is None
    assert is_binomial(graph.path_lengths(presets.load("plain"))) is None
    assert is_binomial({1: 1, 3: 2, 4: 1}) is None


def test_a_chain_has_one_length_and_no_spread() -> None:
    found = spread(graph.path_lengths(presets.load("plain")))
    assert (found.paths, found.mean, found.deviation) == (1, 40, 0)
    assert (found.low, found.high, found.inside) == (40, 40, 1)


def test_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="no path"):
        spread({})


def test_every_path_of_a_length_is_equally_likely() -> None:
    """4 modules, length 2: C(4, 2) = 6 paths, each drawn 1/6 of the time."""
    sampler, random = PathSampler(modules(4)), Random(0)
    drawn = Counter(sampler.draw(2, random) for _ in range(6000))
    assert len(drawn) == 6
    assert all(abs(times - 1000) < 4 * 29 for times in drawn.values()), "4 standard deviations"


def test_paths_hang_together_and_have_the_length_asked_for() -> None:
    for name in ("default", "densenet_digits", "feedback", "unet_digits", "same_layer"):
        network = presets.load(name)
        sampler, random = PathSampler(network), Random(1)
        assert sampler.lengths == graph.path_lengths(network)
        for length in sampler.lengths:
            path = sampler.draw(length, random)
            assert path[0].end == (network.time_steps - 1, network.depth + 1)
            assert path[-1].start[1] == 0
            assert all(a.start == b.end for a, b in pairwise(path))
            layers = [hop for hop in path if hop.skip is None and hop.end[1] <= network.depth]
            assert len(layers) == length


def test_skips_of_a_path_are_those_of_the_network() -> None:
    network = presets.load("feedback")
    sampler, random = PathSampler(network), Random(2)
    for length, _ in product(sampler.lengths, range(5)):
        for hop in sampler.draw(length, random):
            if hop.skip is not None:
                skip = network.skips[hop.skip]
                assert (hop.start[1], hop.end[1]) == skip.ends
                assert hop.end[0] - hop.start[0] == skip.is_feedback


def test_a_length_that_no_path_has_is_refused() -> None:
    with pytest.raises(ValueError, match="passes 39 layers"):
        PathSampler(presets.load("default")).draw(39, Random(0))
