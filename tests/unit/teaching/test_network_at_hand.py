"""The numbers in the equations hold for whatever network the visitor has drawn."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skipviz import presets
from skipviz.engine.attribution.api import by_skip
from skipviz.engine.measures import forward_skip, splits
from skipviz.engine.measures.passes import fresh_stack
from skipviz.engine.probes.passes import first_batch
from skipviz.network import Network, NetworkError
from skipviz.ui.learn.at_hand import fits

DEPTH, WIDTH = 5, 6
OTHERS = st.sampled_from(
    [
        {"kind": "add"},
        {"kind": "add", "branch_scale": 0.5},
        {"kind": "add", "shortcut_scale": 2},
        {"kind": "add", "join": "preactivation"},
        {"kind": "projection"},
        {"kind": "gated"},
        {"kind": "shortcut_gate"},
    ]
)
PRESETS = ("preactivation", "transformer_preln_digits", "default", "residual")
DATA = {(64,): "digits", (8, 8): "digits_rows"}


@st.composite
def drawings(draw: st.DrawFn) -> Network:
    """A chain with a plain skip somewhere among others of every kind."""
    net = Network.mlp(
        DEPTH, WIDTH, activation="tanh", norm=draw(st.sampled_from(["none", "batch"]))
    )
    for how in (*draw(st.lists(OTHERS, max_size=3)), {"kind": "add"}, *draw(st.lists(OTHERS))):
        source = draw(st.integers(1, DEPTH - 1))
        try:
            net = net.add_skip(source, draw(st.integers(source + 1, DEPTH)), **how)
        except NetworkError:
            continue
    return net


def through_the_layers(net: Network, ends: tuple[int, int], delta: torch.Tensor) -> torch.Tensor:
    """delta J, by autograd in the network without any skip that adds to h_q."""
    for skip in net.skips:
        if skip.target == ends[1] and skip.join == "output":
            net = net.remove_skip(*skip.ends)
    stack = fresh_stack(net, "digits")
    x, _ = first_batch(stack, "digits")
    with stack.fork_rng():
        states = stack.states(x)
        return torch.autograd.grad(states[ends[1]], states[ends[0]], delta)[0]


@settings(max_examples=40)
@given(drawings())
def test_of_every_skip_that_is_offered_the_terms_are_those_of_the_attribution(net: Network) -> None:
    split = by_skip(net, "digits")
    for skip in net.skips:
        if not fits(net, skip):
            continue
        term = split[skip.source].skips[skip.ends]
        result = next(forward_skip.gradient(net, "digits", 0, skip.ends))
        found = dict(result.values)
        assert found["delta"] == pytest.approx(term.norm, rel=1e-9)
        assert found["R"] == pytest.approx(term.criterion, rel=1e-6, abs=1e-9)
        changes = dict(next(forward_skip.against_plain(net, "digits", 0, skip.ends)).values)
        assert changes["above"] == 0
        assert changes["increment"] < 1e-10


@settings(max_examples=40)
@given(drawings())
def test_what_is_called_delta_j_is_delta_j_and_what_is_not_is_more(net: Network) -> None:
    for skip in net.skips:
        if not fits(net, skip):
            continue
        _, made = forward_skip._made(net, "digits", 0, skip.ends, 2)
        p, q = skip.ends
        delta, whole = (made.state_gradients[k - 1] for k in (q, p))
        off = (whole - delta - through_the_layers(net, skip.ends, delta)).norm() / whole.norm()
        (first, *_) = next(forward_skip.gradient(net, "digits", 0, skip.ends)).formulas
        assert (off < 1e-10) == (r"\bm{r}" not in first)


@pytest.mark.parametrize("name", PRESETS)
def test_every_skip_of_a_preset_is_measured_and_batch_norm_is_no_hindrance(name: str) -> None:
    net, data = presets.load(name), DATA[presets.info(name).input_shape]
    for skip in (net.skips[0], net.skips[-1]):
        for measure in (forward_skip.forward, forward_skip.gradient, splits.angles):
            assert next(measure(net, data, 0, skip.ends)).verdict
        found = dict(next(forward_skip.against_plain(net, data, 0, skip.ends)).values)
        assert found["above"] == 0
        assert found["increment"] < 1e-12


def test_a_sum_that_is_normed_or_gated_or_scaled_afterwards_is_not_offered() -> None:
    postln = presets.load("transformer_postln_digits")
    assert not any(fits(postln, skip) for skip in postln.skips)
    net = Network.mlp(6, 8).add_skip(1, 4)
    (plain,) = net.skips
    assert fits(net, plain)
    for how in ({"kind": "gated"}, {"kind": "add", "branch_scale": 0.5}, {"survival": 0.5}):
        assert not fits(net.add_skip(2, 4, **how), plain)
        assert not fits(Network.mlp(6, 8).add_skip(2, 4, **how).add_skip(1, 4), plain)
        assert fits(net.add_skip(2, 5, **how), plain)
    assert fits(net.add_skip(2, 4, kind="projection"), plain)
    assert fits(net.add_skip(2, 4, kind="gated", join="preactivation"), plain)


def test_other_skips_into_the_sum_are_named() -> None:
    net = Network.mlp(6, 8, activation="tanh").add_skip(1, 4).add_skip(2, 4)
    result = next(forward_skip.forward(net, "digits", 0, (1, 4)))
    assert "from the layers and other skips" in result.verdict
    assert r"\cdots" in result.formulas[0]
    alone = next(forward_skip.forward(net.remove_skip(2, 4), "digits", 0, (1, 4)))
    assert "other skips" not in alone.verdict
    assert r"\cdots" not in alone.formulas[0]


def test_a_network_without_any_gradient_is_said_to_have_none() -> None:
    dead = Network.mlp(6, 8, activation="tanh", init={"scheme": "zero"}).add_skip(1, 4)
    assert "No gradient arrives" in next(forward_skip.gradient(dead, "digits", 0, (1, 4))).verdict
    assert (
        "no gradient arrives" in next(forward_skip.against_plain(dead, "digits", 0, (1, 4))).verdict
    )
    assert next(forward_skip.forward(dead, "digits", 0, (1, 4))).verdict
    assert "No gradient comes down 1 → 4." in next(splits.angles(dead, "digits", 0, (1, 4))).verdict


def test_where_the_layers_pass_nothing_all_came_down_the_skip() -> None:
    net = Network.mlp(4, 8, activation="identity").add_skip(1, 3)
    net = net.change_layer(3, init={"scheme": "zero"})
    result = next(forward_skip.gradient(net, "digits", 0, (1, 3)))
    assert result.verdict == "All of the gradient at layer 1 came down the skip."
    assert np.isfinite(dict(result.values)["R"])
    said = next(splits.angles(net, "digits", 0, (1, 3))).verdict
    assert said.endswith("All of the gradient came down 1 → 3.")
