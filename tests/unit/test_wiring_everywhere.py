"""What wiring means for paths, attribution, lesions, theory and the verdict."""

import re
from random import Random

import numpy as np
import pytest
import torch
from torch import Tensor

import skipviz as sv
from skipviz import graph
from skipviz.arms import STANDARD_ARMS
from skipviz.attribution import by_path_length, by_skip, by_skips_taken
from skipviz.engine.lesion.ablation import lesioned, weights_of
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.lesion.ways import Cut, way_to_delete
from skipviz.network import Network
from skipviz.network.blocks import repeated_blocks
from skipviz.paths.sampling import PathSampler
from skipviz.theory import TheoryError, predict

SKIP, PLAIN = STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]


def dense(reads: object = None, **how: object) -> dict[str, object]:
    return {"kind": "dense", "width": 6, "activation": "tanh", "reads": reads, **how}


def gate(*entries: object, combine: str = "multiply") -> dict[str, object]:
    return {"kind": "identity", "reads": {"entries": list(entries), "combine": combine}}


def branched() -> Network:
    """1; a branch 2, a branch 3 4; their product 5; and a skip 1 -> 5."""
    layers = [dense(), dense(), dense(1), dense(), gate(2, 4)]
    return Network.of(layers=layers).add_skip(1, 5)


def cut_off() -> Network:
    """Layers 2 and 3 lead to the readout by a skip alone."""
    return Network.of(layers=[dense(), dense(), dense(), dense(1)]).add_skip(3, 4)


def test_a_path_passes_every_layer_on_its_way_and_counts_are_those_of_both_branches() -> None:
    assert graph.path_lengths(branched()) == {1: 1, 3: 1, 4: 1}
    assert graph.skips_taken(branched()) == {0: 2, 1: 1}
    assert graph.count_paths(branched().remove_skip(1, 5)) == 2


def test_the_view_has_an_edge_for_every_state_that_is_read() -> None:
    view = graph.view(branched())
    assert {source for source, _ in view.in_edges("z5")} == {"s2", "s4"}
    assert [target for _, target in view.out_edges("s1")] == ["z2", "z3", "s5"]


def test_a_state_read_twice_is_on_two_paths() -> None:
    squared = Network.of(layers=[dense(), gate(1, {"state": 1, "activation": "tanh"})])
    assert graph.path_lengths(squared) == {2: 2}
    sampler = PathSampler(squared)
    drawn = {sampler.draw(2, Random(seed)) for seed in range(20)}
    assert {path[1].entry for path in drawn} == {0, 1}


def digits(count: int = 64) -> tuple[Tensor, Tensor]:
    split = sv.data.load("digits")
    x, y = torch.from_numpy(split.train_x[:count]), torch.from_numpy(split.train_y[:count])
    return x.double(), y


def test_the_term_of_the_chain_is_the_sum_over_all_that_read_the_state() -> None:
    """dL/ds_1 through layers 2 and 3 against autograd with the other ways cut."""
    network = branched()
    stack = Stack(network.on((64,), 10), [SKIP], [0], torch.float64)
    x, y = digits()
    states = stack.states(x[None])
    loss = losses_of_samples(states[-1], y[None]).mean()
    at_2, at_3 = torch.autograd.grad(loss, [states[2], states[3]], retain_graph=True)
    through = torch.autograd.grad(
        [states[2], states[3]], states[1], [at_2, at_3], retain_graph=True
    )
    (at_5,) = torch.autograd.grad(loss, states[5])
    split = by_skip(network)[1]
    assert split.chain.norm == pytest.approx(float(through[0].norm()), rel=1e-12)
    assert split.skips[1, 5].norm == pytest.approx(float(at_5.norm()), rel=1e-12)
    assert split.chain.share + split.skips[1, 5].share == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("split", [by_path_length, by_skips_taken])
def test_parts_add_up_to_autograd(split: object) -> None:
    network = branched()
    stack = Stack(network.on((64,), 10), [SKIP], [0], torch.float64)
    x, y = digits()
    states = stack.states(x[None])
    loss = losses_of_samples(states[-1], y[None]).mean()
    gradients = torch.autograd.grad(loss, states[1:6])
    found = split(network)  # type: ignore[operator]
    for k, gradient in enumerate(gradients, start=1):
        np.testing.assert_allclose(found.total[k], gradient[0].numpy(), rtol=0, atol=1e-14)
    assert found.gradients[1].shape[0] == (4 if split is by_path_length else 2)


def test_a_state_that_skips_alone_read_has_no_term_of_the_chain() -> None:
    split = by_skip(cut_off())[3]
    assert split.chain.norm == 0
    assert split.skips[3, 4].share == pytest.approx(1)


# --- lesions ---


def logits(network: Network, *layers: int) -> tuple[Tensor, list[Tensor]]:
    """With these layers deleted; and the states of the whole network."""
    resolved = network.on((5,), 3)
    stack = Stack(resolved, [SKIP], [3], torch.float64)
    x = torch.randn(1, 4, 5, dtype=torch.float64, generator=torch.manual_seed(0))
    with torch.no_grad():
        cut = lesioned(resolved, SKIP, weights_of(stack, 0), [Cut(frozenset(layers))])
        return cut(x)[0], [state[0] for state in stack.states(x)]


def readout(network: Network, state: Tensor) -> Tensor:
    stack = Stack(network.on((5,), 3), [SKIP], [3], torch.float64)
    tensors = stack.tensors()
    return (state @ tensors["readout.weight"][0] + tensors["readout.bias"][0]).detach()


def test_a_product_goes_without_the_factor_that_is_deleted() -> None:
    network = Network.of(layers=[dense(), dense(), gate(1, {"state": 2, "activation": "sigmoid"})])
    assert way_to_delete(network.on((5,), 3), SKIP, 2) == "silent"
    found, states = logits(network, 2)
    torch.testing.assert_close(found, readout(network, states[1]), rtol=0, atol=1e-12)


def test_a_sum_goes_without_the_branch_that_is_deleted_with_all_that_reads_it_alone() -> None:
    network = Network.of(layers=[dense(), dense(1), dense(), gate(1, 3, combine="add")])
    for layer in (2, 3):
        found, states = logits(network, layer)
        torch.testing.assert_close(found, readout(network, states[1]), rtol=0, atol=1e-12)
        assert graph.lesion(network, layers=[layer]).share == 1 / 2


def test_channels_of_a_deleted_branch_are_0() -> None:
    network = Network.of(layers=[dense(), dense(), gate(1, 2, combine="concat")])
    found, states = logits(network, 2)
    expected = torch.cat([states[1], torch.zeros_like(states[2])], 1)
    torch.testing.assert_close(found, readout(network, expected), rtol=0, atol=1e-12)


def test_a_layer_that_all_ways_pass_is_replaced_by_the_identity() -> None:
    network = Network.of(layers=[dense(), dense(), dense(0), gate(2, 3, combine="add")])
    assert way_to_delete(network.on((5,), 3), SKIP, 4) == "bypassed"
    found, states = logits(network, 4)
    torch.testing.assert_close(found, readout(network, states[2] + states[3]), rtol=0, atol=1e-12)


# --- theory, verdict, folding ---


def test_theory_says_that_it_speaks_of_chains() -> None:
    with pytest.raises(TheoryError, match=r"layer 3: it reads 1, and only chains have one\."):
        predict(branched(), (64,), 10)


def test_layers_that_only_a_skip_connects_are_cut_off_and_not_vanished() -> None:
    run = sv.train(cut_off(), "digits", steps=30, seed=0)
    summary = run.summary()
    verdict = str(summary["verdict"])
    assert "Without the skips, layers 2 and 3 are cut off: only skips lead from them" in verdict
    assert "With the skips, every layer gets" in verdict
    plain = summary["arms"]["plain"]  # type: ignore[index]
    assert plain["state"] == "cut off"
    assert plain["zero"] == [2, 3]
    assert (run.gradient_norms("plain")[:, 1:3] == 0).all()
    assert "vanish" not in verdict
    assert plain["parameters"] == Network.of(layers=[dense(), dense()]).count_parameters((64,), 10)


def test_a_network_whose_first_layer_is_cut_off_is_not_said_to_vanish() -> None:
    network = Network.of(layers=[dense(), dense(), dense(0), dense()]).add_skip(2, 4)
    summary = sv.train(network, "digits", steps=3, seed=0).summary()
    plain = summary["arms"]["plain"]  # type: ignore[index]
    assert plain["zero"] == [1, 2]
    assert plain["state"] == "cut off"
    assert plain["ratio"] > 0.1
    assert re.search("layers 1 and 2 are cut off", str(summary["verdict"]))


def test_without_the_skips_branches_stay() -> None:
    run = sv.train(branched(), "digits", steps=2, seed=0)
    assert (run.gradient_norms("plain")[:, :4] > 0).all()


def test_branches_that_repeat_fold_as_layers_do() -> None:
    layers = [dense()]
    for _ in range(4):
        start = len(layers)
        layers += [dense(start), dense(start), gate(start + 1, start + 2)]
    (block,) = repeated_blocks(Network.of(layers=layers))
    assert (block.length, block.times) == (3, 3)  # what reads the last one is the readout
    other = Network.of(layers=layers).rewire(8, 1)
    assert [each.times for each in repeated_blocks(other)] != [3]
