"""Attention to other states, grouped, rotary and normalised heads, tokens and latents against
modules of torch and by hand, to 1e-12 in float64.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import (
    layer_norm,
    linear,
    pad,
    rms_norm,
    scaled_dot_product_attention,
)

from skipviz import graph
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.splits import terms_of_states
from skipviz.engine.attribution.tape import Tape
from skipviz.engine.model import Model, Stack
from skipviz.network import Network
from skipviz.paths.sampling import PathSampler

Weights = Mapping[str, Tensor]
ROW = {"kind": "conv1d", "channels": 8, "kernel": 1, "activation": "tanh", "norm": "none"}


def attention(**fields: object) -> dict[str, object]:
    return {"kind": "attention", "heads": 4, "norm": "none", **fields}


def built(
    layers: list[dict[str, object]], shape: tuple[int, ...]
) -> tuple[Model, dict[str, Tensor]]:
    network = Network.of(layers=layers)
    assert network.check(shape, 3) == []
    model = Model(network.on(shape, 3), seed=1, dtype=torch.float64)
    weights = dict(model.named_parameters())
    stream = torch.Generator().manual_seed(5)
    with torch.no_grad():  # norms that scale and shift, and latents of some size
        for weight in weights.values():
            weight.add_(0.3 * torch.randn(weight.shape, generator=stream, dtype=torch.float64))
    return model, weights


def sample(*shape: int) -> Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.randn(4, *shape, dtype=torch.float64, generator=stream)


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def mapped(w: Weights, module: str, name: str, x: Tensor, size: int) -> Tensor:
    """(batch, heads, positions, size)"""
    flat = linear(x, w[f"{module}.{name}_weight"], w.get(f"{module}.{name}_bias"))
    return flat.unflatten(2, (-1, size)).transpose(1, 2)


def out(w: Weights, module: str, a: Tensor) -> Tensor:
    flat = a.transpose(1, 2).flatten(2)
    return linear(flat, w[f"{module}.out_weight"], w.get(f"{module}.out_bias"))


def test_memory_gives_keys_and_values_as_in_torchs_own_module() -> None:
    """nn.MultiheadAttention whose keys and values have another width than its queries."""
    layers = [
        {**ROW, "channels": 6},
        {"kind": "average_pool", "kernel": 2},
        {**ROW, "channels": 8},
        attention(memory=1),
    ]
    model, w = built(layers, (10, 5))
    states = model.states(sample(10, 5))
    theirs = nn.MultiheadAttention(8, 4, kdim=6, vdim=6, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        names = ("query", "key", "value")
        for name, held in zip(names, ("q", "k", "v"), strict=True):
            getattr(theirs, f"{held}_proj_weight").copy_(w[f"layer4.{name}_weight"])
        theirs.in_proj_bias.copy_(torch.cat([w[f"layer4.{name}_bias"] for name in names]))
        theirs.out_proj.weight.copy_(w["layer4.out_weight"])
        theirs.out_proj.bias.copy_(w["layer4.out_bias"])
    expected, _ = theirs(states[3], states[1], states[1], need_weights=False)
    close(states[4], expected)


def test_memory_is_the_state_after_its_skips_of_the_same_arm() -> None:
    network = Network.of(layers=[ROW, ROW, ROW, attention(memory=2)]).add_skip(0, 2, "projection")
    arms = [STANDARD_ARMS[name] for name in ("skip", "plain")]
    stack = Stack(network.on((6, 5), 3), arms, [0], torch.float64)
    states = stack.states(sample(6, 5).expand(2, 4, 6, 5))
    for arm in range(2):
        w = {name: tensor[arm] for name, tensor in stack.weights().items()}
        q = mapped(w, "layer4", "query", states[3][arm], 2)
        k, v = (mapped(w, "layer4", name, states[2][arm], 2) for name in ("key", "value"))
        close(states[4][arm], out(w, "layer4", scaled_dot_product_attention(q, k, v)))
    assert not torch.allclose(states[2][0], states[2][1])


def value_residual() -> Network:
    """Layer 4 attends to itself with the values of 2; 7 to 1, with those of 6, to which 2 is added.

    The first layers stand side by side: 5 reads 4, and 6 makes values from that.
    """
    value = {**ROW, "activation": "identity"}
    last = attention(values=6, memory=1, kv_heads=4, rotary=True, causal=True)
    layers = [ROW, value, {**ROW, "reads": 1}, attention(values=2), ROW, value, last]
    network = Network.of(layers=layers).rewire(7, 5).add_skip(3, 4).add_skip(5, 7)
    return network.add_skip(2, 6, branch_scale=0.5, shortcut_scale=0.5)


class ResFormer(nn.Module):
    """The same with torch's own parts."""

    def __init__(self, w: Weights) -> None:
        super().__init__()
        self.w = w

    def row(self, k: int, x: Tensor) -> Tensor:
        return linear(x, self.w[f"layer{k}.weight"].squeeze(-1), self.w[f"layer{k}.bias"])

    def attend(self, k: int, x: Tensor, m: Tensor, given: Tensor, special: bool) -> Tensor:
        q, key = (mapped(self.w, f"layer{k}", n, s, 2) for n, s in (("query", x), ("key", m)))
        if special:
            q, key = turned(q), turned(key)
        v = given.unflatten(2, (-1, 2)).transpose(1, 2)
        return out(self.w, f"layer{k}", scaled_dot_product_attention(q, key, v, is_causal=special))

    def forward(self, x: Tensor) -> Tensor:
        s1 = self.row(1, x).tanh()
        v1, s3 = self.row(2, s1), self.row(3, s1).tanh()
        s4 = s3 + self.attend(4, s3, s3, v1, special=False)
        s5 = self.row(5, s4).tanh()
        v2 = (self.row(6, s5) + v1) / 2
        s7 = s5 + self.attend(7, s5, s1, v2, special=True)
        return linear(s7.flatten(1), self.w["readout.weight"], self.w["readout.bias"])


def test_a_value_residual_is_a_skip_between_two_maps_of_values() -> None:
    """Outputs and gradients of the model; shares of the skips against autograd."""
    network = value_residual()
    model = Model(network.on((6, 5), 3), seed=1, dtype=torch.float64)
    w = dict(model.named_parameters())
    assert not [name for name in w if "value" in name]
    x = sample(6, 5).requires_grad_()
    logits = ResFormer(w)(x)
    close(model(x), logits)
    weights = [*w.values()]
    found = torch.autograd.grad(model(x).square().sum(), weights)
    for one, other in zip(found, torch.autograd.grad(logits.square().sum(), weights), strict=True):
        close(one, other)


@pytest.mark.parametrize("causal", [False, True])
def test_grouped_heads_are_torchs(causal: bool) -> None:
    model, w = built([ROW, attention(kv_heads=2, causal=causal)], (6, 5))
    states = model.states(sample(6, 5))
    assert w["layer2.key_weight"].shape == (4, 8)
    q, k, v = (mapped(w, "layer2", name, states[1], 2) for name in ("query", "key", "value"))
    a = scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=True)
    close(states[2], out(w, "layer2", a))


def turned(x: Tensor) -> Tensor:
    """As complex numbers: channel i is real, i + d / 2 imaginary."""
    size = x.shape[-1] // 2
    i, t = (torch.arange(n, dtype=torch.float64) for n in (size, x.shape[-2]))
    angles = t[:, None] * 10_000 ** (-2 * i / x.shape[-1])
    spun = torch.complex(x[..., :size], x[..., size:]) * torch.polar(
        torch.ones_like(angles), angles
    )
    return torch.cat([spun.real, spun.imag], -1)


def test_rotary_heads_turn_pairs_of_channels_and_see_distances_alone() -> None:
    model, w = built([ROW, attention(heads=2, rotary=True)], (7, 5))
    states = model.states(sample(7, 5))
    q, k, v = (mapped(w, "layer2", name, states[1], 4) for name in ("query", "key", "value"))
    close(states[2], out(w, "layer2", scaled_dot_product_attention(turned(q), turned(k), v)))
    scores = turned(q[:, :, :1].expand_as(q)) @ turned(k[:, :, :1].expand_as(k)).transpose(2, 3)
    close(scores[..., 1:, 1:], scores[..., :-1, :-1])  # the same vectors, moved together


@pytest.mark.parametrize("norm", ["layer", "rms"])
def test_queries_and_keys_are_normalised_in_every_head_before_they_are_turned(norm: str) -> None:
    model, w = built([ROW, attention(heads=2, qk_norm=norm, rotary=True)], (7, 5))
    states = model.states(sample(7, 5))
    q, k, v = (mapped(w, "layer2", name, states[1], 4) for name in ("query", "key", "value"))

    def normed(x: Tensor, name: str) -> Tensor:
        weight, bias = w[f"layer2.{name}_norm_weight"], w.get(f"layer2.{name}_norm_bias")
        if norm == "rms":
            return rms_norm(x, (4,), weight, 1e-5)
        return layer_norm(x, (4,), weight, bias)

    a = scaled_dot_product_attention(turned(normed(q, "query")), turned(normed(k, "key")), v)
    close(states[2], out(w, "layer2", a))


def test_a_class_token_comes_first_and_is_read_first() -> None:
    layers = [ROW, {"kind": "class_token"}, {"kind": "global_pool", "reduce": "first"}]
    model, w = built(layers, (6, 5))
    _, rows, longer, first, logits = model.states(sample(6, 5))
    close(longer, torch.cat([w["layer2.weight"].expand(4, 1, 8), rows], 1))
    close(first, w["layer2.weight"].expand(4, 8))
    close(logits, linear(first, w["readout.weight"], w["readout.bias"]))


def test_the_first_place_of_an_image_is_its_corner() -> None:
    layers = [{"kind": "identity"}, {"kind": "global_pool", "reduce": "first"}]
    x = sample(2, 3, 3)
    close(built(layers, (2, 3, 3))[0].states(x)[2], x[:, :, 0, 0])


def test_latents_are_the_same_for_every_sample_and_see_it_by_attention() -> None:
    layers = [ROW, {"kind": "latents", "count": 3, "width": 4}, attention(memory=1, heads=2)]
    model, w = built(layers, (6, 5))
    _, rows, latents, seen, _ = model.states(sample(6, 5))
    close(latents, w["layer2.weight"].expand(4, 3, 4))
    q = mapped(w, "layer3", "query", latents, 2)
    k, v = (mapped(w, "layer3", name, rows, 2) for name in ("key", "value"))
    close(seen, out(w, "layer3", scaled_dot_product_attention(q, k, v)))


def test_shift_moves_a_sequence_and_puts_zeros_in_front() -> None:
    model, _ = built([ROW, {"kind": "shift", "by": 2}], (6, 5))
    _, rows, moved, _ = model.states(sample(6, 5))
    close(moved, pad(rows[:, :-2], (0, 0, 2, 0)))
    gone, _ = built([ROW, {"kind": "shift", "by": 9}], (6, 5))
    assert (gone.states(sample(6, 5))[2] == 0).all()


# --- counts ---


def test_counts_are_those_of_the_maps() -> None:
    layers = [{**ROW, "channels": 6}, ROW, attention(memory=1, kv_heads=2, qk_norm="layer")]
    counts = Network.of(layers=layers).on((10, 5), 3).counts_by_module["layer3"]
    maps = 2 * 8 * 8 + 2 * 4 * 6
    assert counts.parameters == maps + 8 + 4 + 4 + 8 + 2 * 4
    assert counts.macs == 10 * maps
    fewer = [*layers[:1], {"kind": "latents", "count": 3, "width": 8}, layers[2]]
    resolved = Network.of(layers=fewer).on((10, 5), 3)
    assert resolved.counts_by_module["layer3"].macs == 3 * 2 * 64 + 10 * 2 * 24
    assert resolved.counts_by_module["layer2"].parameters == 24


# --- paths and attribution ---


def decoder() -> Network:
    """1 2: an encoder; 3: a second reading; 4 attends to 2; and a skip 3 -> 4."""
    layers = [ROW, ROW, {**ROW, "reads": 0}, attention(heads=2, memory=2)]
    return Network.of(layers=layers).add_skip(3, 4)


def test_paths_lead_through_the_memory() -> None:
    assert graph.path_lengths(decoder()) == {1: 1, 2: 1, 3: 1}
    assert {source for source, _ in graph.view(decoder()).in_edges("z4")} == {"s2", "s3"}
    latents = Network.of(
        layers=[{"kind": "latents", "count": 3, "width": 8}, attention(memory=0), ROW]
    )
    assert graph.path_lengths(latents) == {2: 1}
    assert PathSampler(decoder()).lengths == {1: 1, 2: 1, 3: 1}


def test_the_term_of_the_chain_is_the_sum_over_readers_and_attenders() -> None:
    """A state read by layer 2, attended to by 3 and carried by a skip, against autograd."""
    layers = [ROW, ROW, attention(heads=2, memory=1)]
    network = Network.of(layers=layers).add_skip(1, 3)
    stack = Stack(network.on((6, 5), 3), [STANDARD_ARMS["skip"]], [0], torch.float64)
    x, y = sample(6, 5)[None], torch.arange(4)[None] % 3
    tape = Tape(stack, x)
    terms = terms_of_states(tape, loss_gradient(tape, y))[1].terms
    states = stack.states(x)
    total, at_2, at_3 = torch.autograd.grad(
        states[4], [states[1], states[2], states[3]], loss_gradient(tape, y), retain_graph=True
    )
    close(terms[0][:, 0], at_3)  # the skip hands the gradient of s_3 on
    close(terms[None][:, 0] + at_3, total)
    (by_reading,) = torch.autograd.grad(states[2], states[1], at_2, retain_graph=True)
    assert not torch.allclose(terms[None][:, 0], by_reading)


def test_the_share_of_a_value_residual_is_that_of_autograd() -> None:
    """State 2 is the values of 4 and, by the skip, a half of those of 7; every arm its own."""
    network = value_residual()
    arms = [STANDARD_ARMS[name] for name in ("skip", "plain")]
    stack = Stack(network.on((6, 5), 3), arms, [0], torch.float64)
    x, y = sample(6, 5).expand(2, 4, 6, 5), torch.arange(4).expand(2, 4) % 3
    tape = Tape(stack, x)
    gradient = loss_gradient(tape, y)
    terms = terms_of_states(tape, gradient)[2].terms
    states = stack.states(x)
    total, at_6 = torch.autograd.grad(
        states[8], [states[2], states[6]], gradient, retain_graph=True
    )
    by_skip = at_6 * torch.tensor([0.5, 0.0])[:, None, None, None]
    close(terms[2][:, 0], by_skip)
    close(terms[None][:, 0] + by_skip, total)
    assert graph.path_lengths(network) == Counter(enumerated(network, 0))
    assert PathSampler(network).lengths == graph.path_lengths(network)


def test_given_values_are_neither_counted_nor_multiplied() -> None:
    layers = [ROW, attention(values=1), attention(kv_heads=2, qk_norm="rms")]
    counts = Network.of(layers=layers).on((10, 5), 3).counts_by_module
    assert counts["layer2"].parameters == 3 * (64 + 8)
    assert counts["layer2"].macs == 10 * 3 * 64


def enumerated(network: Network, k: int) -> Iterator[int]:
    """The number of layers on every way from state k to the readout."""
    last = network.depth + 1
    if k == last:
        yield 0
        return
    for target in range(k + 1, last + 1):
        by_wiring = network.sources_of(target).count(k)
        for length in enumerated(network, target):
            yield from [length + (target <= network.depth)] * by_wiring
            if any(skip.ends == (k, target) for skip in network.skips):
                yield length


def test_path_counts_are_those_of_the_enumerated_ways() -> None:
    layers = [ROW, ROW, {**ROW, "reads": 0}, attention(heads=2, memory=2), ROW]
    network = Network.of(layers=[*layers]).add_skip(3, 4).add_skip(2, 5)
    lengths = [*enumerated(network, 0)]
    assert graph.path_lengths(network) == {n: lengths.count(n) for n in sorted({*lengths})}
