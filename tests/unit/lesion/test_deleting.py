"""Deleting layers and skips, against modules written by hand without the engine."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from skipviz import graph, presets
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.lesion.ablation import lesioned, losses_and_scores, weights_of
from skipviz.engine.model.stack import Stack
from skipviz.lesion.ways import Cut, effect, way_to_delete, why_not
from skipviz.network import Network

WITH, PLAIN = STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]
INPUT, OUTPUTS = (5,), 3


def cut(*layers: int, skips: tuple[tuple[int, int], ...] = ()) -> Cut:
    return Cut(frozenset(layers), frozenset(skips))


def logits(network: Network, *cuts: Cut, arm=WITH, shape=INPUT, batch: int = 4) -> Tensor:
    """(cuts, batch, outputs), and the weights they were made with."""
    stack = made(network, shape)
    x = samples(shape, batch)
    model = lesioned(network.on(shape, OUTPUTS), arm, weights_of(stack, 0), cuts)
    with torch.no_grad():
        return model(x.expand(len(cuts), *x.shape))


def made(network: Network, shape=INPUT) -> Stack:
    return Stack(network.on(shape, OUTPUTS), [WITH], [3], torch.float64)


def samples(shape, batch: int = 4) -> Tensor:
    return torch.randn(batch, *shape, dtype=torch.float64, generator=torch.manual_seed(1))


def maps(network: Network, shape=INPUT):
    """act(W_k s + b_k) of every layer, and the readout, from the bare tensors."""
    tensors = {name: tensor[0].detach() for name, tensor in made(network, shape).tensors().items()}

    def layer(k: int, s: Tensor) -> Tensor:
        return torch.tanh(s @ tensors[f"layer{k}.weight"] + tensors[f"layer{k}.bias"])

    return layer, lambda s: s @ tensors["readout.weight"] + tensors["readout.bias"]


def same(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_deleting_a_bridged_layer_keeps_the_identity_around_it() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((1, 3),))
    layer, readout = maps(network)
    s1 = layer(1, samples(INPUT))
    without = readout(layer(4, s1))  # neither layer 2 nor layer 3, which reads only layer 2
    same(logits(network, cut(3))[0], without)
    same(logits(network, cut(2))[0], without)
    same(logits(network, cut(2, 3))[0], without)


def test_a_layer_that_still_reads_something_stays() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((1, 3), (0, 2)))
    layer, readout = maps(network)
    x = samples(INPUT)
    s1 = layer(1, x)
    same(logits(network, cut(2))[0], readout(layer(4, layer(3, x) + s1)))


def test_deleting_a_layer_of_a_plain_chain_puts_the_identity_there() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((1, 3),))
    layer, readout = maps(network)
    s2 = layer(2, layer(1, samples(INPUT)))
    same(logits(network, cut(3), arm=PLAIN)[0], readout(layer(4, s2)))
    same(logits(network, cut(3, 4), arm=PLAIN)[0], readout(s2))
    same(logits(network, cut(4))[0], readout(layer(3, s2) + layer(1, samples(INPUT))))


def test_deleting_a_skip_leaves_the_layers() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((1, 3), (0, 4)))
    layer, readout = maps(network)
    x = samples(INPUT)
    s1 = layer(1, x)
    s3 = layer(3, layer(2, s1))
    same(logits(network, cut(skips=((1, 3),)))[0], readout(layer(4, s3) + x))
    same(logits(network, cut(skips=((1, 3), (0, 4))))[0], readout(layer(4, s3)))


def test_replicas_with_different_lesions_do_not_disturb_each_other() -> None:
    network = Network.mlp(6, 5, "tanh", skips=((1, 3), (2, 4), (3, 6)))
    cuts = [cut(), cut(2), cut(3), cut(5, skips=((1, 3),)), cut(2, 4)]
    together = logits(network, *cuts)
    for place, one in enumerate(cuts):
        same(together[place], logits(network, one)[0])


def test_without_any_path_only_the_bias_of_the_readout_is_left() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((0, 2), (1, 4)))
    assert graph.lesion(network, layers=[2], skips=[(0, 2)]).after == 1
    gone = cut(1, 2, 3, 4, skips=((0, 2), (1, 4)))
    assert graph.lesion(network, gone.layers, gone.skips).after == 0
    _, readout = maps(network)
    same(logits(network, gone)[0], readout(torch.zeros(4, 5, dtype=torch.float64)))


def test_inside_the_activation_the_skip_alone_is_activated() -> None:
    """He et al. 2015: relu(F(x) + x) becomes relu(x)."""
    conv = {"kind": "conv2d", "channels": 2}
    network = Network.of(
        layers=[conv, conv, conv],
        skips=[{"kind": "add", "source": 1, "target": 3, "join": "preactivation"}],
        defaults={"activation": "tanh", "norm": "batch"},
    )
    shape = (2, 4, 4)
    tensors = {n: t[0].detach() for n, t in made(network, shape).tensors().items()}
    x = samples(shape)
    z = functional.conv2d(x, tensors["layer1.weight"], tensors["layer1.bias"].flatten(), padding=1)
    s1 = torch.tanh(z / (1 + 1e-5) ** 0.5)  # running statistics 0 and 1, weight 1, bias 0
    flat = torch.tanh(s1).flatten(1)
    expected = flat @ tensors["readout.weight"] + tensors["readout.bias"]
    same(logits(network, cut(2), shape=shape)[0], expected)


def test_every_layer_says_how_it_can_be_deleted() -> None:
    network = Network.of(
        layers=[{"kind": "dense", "width": w} for w in (8, 8, 6, 6)],
        skips=[{"kind": "add", "source": 1, "target": 2}],
    )
    resolved = network.on(INPUT, OUTPUTS)
    ways = [way_to_delete(resolved, WITH, k) for k in (1, 2, 3, 4)]
    assert ways == ["impossible", "silent", "impossible", "bypassed"]
    assert way_to_delete(resolved, PLAIN, 2) == "bypassed"
    assert "shape 5 to one of 8" in why_not(resolved, 1)
    with pytest.raises(ValueError, match="Layer 3 takes"):
        effect(resolved, WITH, cut(3))


@pytest.mark.parametrize(
    "name", ["resnet8_digits", "densenet_digits", "unet_digits", "transformer_preln_digits",
             "transformer_postln_digits", "feedback", "highway", "stochastic_depth"]
)  # fmt: skip
def test_presets_can_lose_every_layer_that_may_be_lost(name: str) -> None:
    network, info = presets.load(name), presets.info(name)
    resolved = network.on(info.input_shape, OUTPUTS)
    ways = {k: way_to_delete(resolved, WITH, k) for k in range(1, network.depth + 1)}
    cuts = [cut(), *(cut(k) for k, way in ways.items() if way != "impossible")]
    cuts += [cut(skips=(skip.ends,)) for skip in network.skips]
    found = logits(network, *cuts, shape=info.input_shape, batch=2)
    assert torch.isfinite(found).all()
    stack = made(network, info.input_shape).eval()
    whole = stack(samples(info.input_shape, 2)[None])[0]
    same(found[0], whole.detach())
    changed = (found[1:] - found[0]).abs().amax((1, 2)) > 1e-9
    assert changed.float().mean() > 0.5


def test_losses_are_those_of_every_replica_by_itself() -> None:
    network = Network.mlp(4, 5, "tanh", skips=((1, 3),))
    weights = weights_of(made(network), 0)
    x, y = samples(INPUT, 40), torch.arange(40) % OUTPUTS
    cuts = [cut(k % 4 + 1) for k in range(40)]
    losses, scores = losses_and_scores(network.on(INPUT, OUTPUTS), WITH, weights, cuts, x, y)
    expected = functional.cross_entropy(logits(network, cut(2), batch=40)[0], y)
    assert losses[1].item() == pytest.approx(expected.item())
    right = logits(network, cut(2), batch=40)[0].argmax(-1) == y
    assert scores[1].item() == pytest.approx(right.double().mean().item())
