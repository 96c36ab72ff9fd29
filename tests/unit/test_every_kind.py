"""Every kind of skip and of layer does everything; a new one is tried without a word here.

mypy holds that each `match` over the kinds is complete; this holds that what stands there works.
"""

import dataclasses
import re
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from skipviz import export
from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.data import DataInfo, OwnData, Split
from skipviz.data.catalogue import OWN
from skipviz.engine import model
from skipviz.engine.model import Stack
from skipviz.network import SKIP_KINDS, Network, Norm
from skipviz.network.drawing import drawing
from skipviz.network.layers import LAYER_CLASSES, Sides
from skipviz.network.skips import SKIP_CLASSES, Gate, Resize
from skipviz.network.styles import Elementwise
from skipviz.network.tokens import Embedding
from skipviz.network.wiring import Combine
from skipviz.studies import Study
from skipviz.training import train
from skipviz.ui.playground.cards import Cards
from skipviz.ui.playground.drawing_view import network_view
from skipviz.ui.playground.inspector.fields import options_of
from tests.unit.attribution.truth import check
from tests.unit.export.exported import loaded

OUTPUTS = 3
SHAPES = ((64,), (8, 8), (4, 4, 4))
"""A vector, a sequence and an image of the same 64 entries."""
LIKE = {1: {"kind": "dense", "width": 64}, 2: {"kind": "conv1d", "channels": 8}}
LIKE[3] = {"kind": "conv2d", "channels": 4}
Drawn = tuple[Network, tuple[int, ...]]


def with_skip(kind: str, shape: tuple[int, ...], source: int = 1, join: str = "output") -> Drawn:
    """Four layers that keep the shape of the state, and a skip into the third."""
    layers = [LIKE[len(shape)]] * 4
    steps = 2 if source >= 3 else 1
    network = Network.of(layers=layers, defaults={"activation": "tanh"}, time_steps=steps)
    return network.add_skip(source, 3, kind=kind, join=join), shape


def with_reads(combine: str, shape: tuple[int, ...]) -> Drawn:
    """Two branches from the input, the second twice as deep and through a sigmoid, combined; a
    vector of their channels where that is spread over positions; and a skip around all of it."""
    like, entries = LIKE[len(shape)], [2, {"state": 4, "activation": "sigmoid"}]
    layers: list[dict[str, Any]] = [like, like, {**like, "reads": 1}, like]
    if combine != "concat" and len(shape) > 1:
        layers.append({"kind": "global_pool", "reads": 1})
        entries.append({"state": 5, "activation": "complement"})
    layers.append({**like, "reads": {"entries": entries, "combine": combine}})
    network = Network.of(layers=layers, defaults={"activation": "tanh"})
    return network.add_skip(1, network.depth), shape


def with_layer(kind: str) -> Drawn:
    """The layer as the inspector makes it, on the first shape that it reads."""
    first: dict[str, Any] = {"kind": kind, **LAYER_CLASSES[kind].starts}
    second: dict[str, Any] = {"kind": "identity"}
    if kind == "latents":
        second = {"kind": "attention", "memory": 0}  # else nothing reads the input
    for shape in SHAPES:
        network = Network.of(layers=[first, second], skips=[])
        if not network.check(shape, OUTPUTS):
            return network, shape
    raise AssertionError(f"{kind} reads none of {SHAPES}")


def can_be_drawn(kind: str, source: int) -> bool:
    return source < 3 or not SKIP_CLASSES[kind].appends


def with_fields(shape: tuple[int, ...], **fields: Any) -> Drawn:
    """Three layers that keep the shape, the second with these fields, and a skip over it."""
    like = LIKE[len(shape)]
    second = fields if "kind" in fields else {**like, **fields}
    network = Network.of(
        layers=[like, second, like], defaults={"activation": "tanh", "norm_groups": 2}
    )
    return network.add_skip(1, 2), shape


def with_resize(how: str, shape: tuple[int, ...]) -> Drawn:
    """A skip over a layer behind which there are fewer positions."""
    like = LIKE[len(shape)]
    fewer = {"padding": 0} if how.startswith("crop") else {"stride": 3}
    layers = [like, {**like, **fewer}, {"kind": "identity"}]
    network = Network.of(layers=layers, defaults={"activation": "tanh"})
    return network.add_skip(1, 2, resize=how), shape


VECTOR, SEQUENCE, IMAGE = SHAPES
BLOCK = {"kind": "feed_forward", "width": 6}
TRANSPOSED = {"kind": "conv_transpose2d", "channels": 4, "kernel": 3, "stride": 1, "padding": 1}
OVER_THE_EDGE = {"kind": "max_pool", "kernel": 3, "ceil": True}
SINE = {"activation": "sine", "omega": 3.0}
STYLED = {
    f"{field} {norm} {len(shape)}d": with_fields(shape, **{field: norm})
    for shape in SHAPES
    for field, norms in (("norm", get_args(Norm)), ("state_norm", ("layer", "rms")))
    for norm in norms
}
STYLED |= {act: with_fields(VECTOR, activation=act) for act in get_args(Elementwise)}
STYLED |= {f"padding {sides} 2d": with_fields(SEQUENCE, sides=sides) for sides in get_args(Sides)}
STYLED |= {f"padding {sides} 3d": with_fields(IMAGE, sides=sides) for sides in get_args(Sides)}
STYLED |= {
    f"resize {how} {len(shape)}d": with_resize(how, shape)
    for how in get_args(Resize)
    for shape in (SEQUENCE, IMAGE)
    if how != "none"
}
STYLED |= {
    "weight norm feed_forward": with_fields(SEQUENCE, norm="weight", **BLOCK),
    "weight norm attention": with_fields(SEQUENCE, kind="attention", norm="weight"),
    "weight norm conv_transpose2d": with_fields(IMAGE, norm="weight", **TRANSPOSED),
    "sine": with_fields(IMAGE, **SINE),
    "sine before": with_fields(VECTOR, order="pre", norm="rms", **SINE),
    "sine feed_forward": with_fields(SEQUENCE, **BLOCK, **SINE),
    "a pool over the edge": (
        Network.of(layers=[{"kind": "max_pool", "kernel": 3, "ceil": True}]),
        IMAGE,
    ),
    "pad onto fewer channels": (
        Network.of(layers=[LIKE[3], {**LIKE[3], "channels": 3}]).add_skip(1, 2, kind="pad"),
        IMAGE,
    ),
}
PLACES = [(1, "output"), (1, "preactivation"), (3, "preactivation")]
DRAWN = {
    f"{kind} {source} → 3 {join} {len(shape)}d": with_skip(kind, shape, source, join)
    for kind in SKIP_KINDS
    for shape in SHAPES
    for source, join in PLACES
    if can_be_drawn(kind, source)
} | {kind: with_layer(kind) for kind in LAYER_CLASSES}
WIRED = {
    f"{combine} {len(shape)}d": with_reads(combine, shape)
    for combine in get_args(Combine)
    for shape in SHAPES
}
DRAWN |= WIRED


def with_tie(kind: str, shape: tuple[int, ...], **fields: object) -> Drawn:
    """A layer, one with its weights and one with its norms too; and a skip around those."""
    layer = {"kind": kind, "activation": "tanh", "norm": "layer", **fields}
    layer |= {"activation": "identity"} if kind == "attention" else {}
    layers = [layer, {**layer, "tied_to": 1}, {**layer, "tied_to": 1, "tied_norms": True}]
    return Network.of(layers=layers).add_skip(1, 3), shape


SAME: dict[str, Any] = {"kernel": 3, "padding": 1, "stride": 1}
TIED = {
    "tied dense": with_tie("dense", (64,), width=64),
    "tied conv1d": with_tie("conv1d", (8, 8), channels=8),
    "tied conv2d": with_tie("conv2d", (4, 4, 4), channels=4),
    "tied conv_transpose1d": with_tie("conv_transpose1d", (8, 8), channels=8, **SAME),
    "tied conv_transpose2d": with_tie("conv_transpose2d", (4, 4, 4), channels=4, **SAME),
    "tied attention": with_tie("attention", (8, 8)),
    "tied feed_forward": with_tie("feed_forward", (8, 8), width=12),
}
TOKENS: list[dict[str, Any]] = [
    {"kind": "embedding", "vocabulary": OUTPUTS, "width": 8},
    {"kind": "feed_forward", "width": 8},
    {"kind": "global_pool"},
]
TIED["tied readout"] = (Network.of(layers=TOKENS, readout={"tied_to": 1}), (6,))
DRAWN |= TIED | STYLED


def with_attention(**fields: Any) -> Drawn:
    """Attention to what it reads and then to an earlier state, with a skip around the second."""
    row = {"kind": "conv1d", "channels": 8, "kernel": 1, "activation": "tanh"}
    own = {"kind": "attention", "heads": 2, "norm": "layer", "order": "pre", **fields}
    network = Network.of(layers=[row, row, own, {**own, "memory": 1}])
    return network.add_skip(3, 4), (8, 8)


def encoder_decoder() -> Drawn:
    """Two readings of the same tokens by one table, the second shifted and attending to the first;
    latents that attend to both; a class token, read."""
    table: dict[str, Any] = {"kind": "embedding", "vocabulary": OUTPUTS, "width": 8}
    layers: list[dict[str, Any]] = [
        table,
        {"kind": "attention", "heads": 2},
        {**table, "reads": 0, "tied_to": 1},
        {"kind": "shift"},
        {"kind": "attention", "heads": 2, "memory": 2, "causal": True, "rotary": True},
        {"kind": "latents", "count": 3, "width": 4},
        {"kind": "attention", "heads": 2, "memory": 5, "state_norm": "layer"},
        {"kind": "class_token"},
        {"kind": "attention", "heads": 2},
        {"kind": "global_pool", "reduce": "first"},
    ]
    return Network.of(layers=layers).add_skip(3, 5).add_skip(8, 9), (6,)


ATTENDING = {
    "memory": with_attention(),
    "grouped heads": with_attention(kv_heads=1),
    "rotary": with_attention(rotary=True, causal=True, values=1),
    "normalised queries": with_attention(qk_norm="layer", values=2),
    "all of them": with_attention(qk_norm="rms", kv_heads=1, rotary=True, bias=False),
    "encoder and decoder": encoder_decoder(),
}
DRAWN |= ATTENDING
everywhere = pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN.keys())
SMALL = {name: drawn for name, drawn in DRAWN.items() if "→" not in name or "1 → 3 output" in name}
SMALL |= WIRED | TIED | STYLED | ATTENDING
in_one_place = pytest.mark.parametrize("drawn", SMALL.values(), ids=SMALL.keys())


def samples(network: Network, shape: tuple[int, ...], count: int) -> Tensor:
    """Numbers in double precision, or tokens where the network looks them up."""
    stream = torch.Generator().manual_seed(2)
    first = network.layers[0]
    if isinstance(first, Embedding):
        return torch.randint(first.vocabulary, (count, *shape), generator=stream)
    return torch.randn((count, *shape), generator=stream, dtype=torch.float64)


def data_for(network: Network, shape: tuple[int, ...]) -> OwnData:
    x = samples(network, shape, 24).numpy()
    x = x if x.dtype == np.int64 else x.astype(np.float32)
    y = np.arange(24) % OUTPUTS
    info = DataInfo(OWN, "Samples", shape, OUTPUTS, 1 / OUTPUTS, "made here", "Own")
    if isinstance(network.layers[0], Embedding):
        info = dataclasses.replace(info, vocabulary=network.layers[0].vocabulary)
    return OwnData(info, Split(x[:16], y[:16], x[16:], y[16:]))


@everywhere
def test_it_fits_and_comes_back_from_json(drawn: Drawn) -> None:
    network, shape = drawn
    assert network.check(shape, OUTPUTS) == []
    assert Network.from_json(network.to_json()) == network


@everywhere
def test_the_model_holds_the_tensors_that_were_counted(drawn: Drawn) -> None:
    network, shape = drawn
    built = model.build(network, shape, OUTPUTS, seed=0)
    found = {name: tuple(p.shape) for name, p in built.named_parameters()}
    assert found == {name: t.shape for name, t in network.on(shape, OUTPUTS).tensors.items()}
    numbers = sum(p.numel() for p in built.parameters())
    assert numbers == network.count_parameters(shape, OUTPUTS)


@everywhere
def test_the_exported_source_computes_what_the_model_does(drawn: Drawn) -> None:
    network, shape = drawn
    built = model.build(network, shape, OUTPUTS, seed=3).double().eval()
    x = samples(network, shape, 3)
    exported = loaded(network, shape, OUTPUTS, built.state_dict())
    torch.testing.assert_close(exported(x), built(x), rtol=1e-6, atol=1e-6)


@everywhere
def test_its_gradient_splits_into_parts_that_add_up_in_every_arm(drawn: Drawn) -> None:
    network, shape = drawn
    arms = list(STANDARD_ARMS.values())
    stack = Stack(network.on(shape, OUTPUTS), arms, [0], torch.float64)
    x, y = samples(network, shape, 4), torch.arange(4) % OUTPUTS
    check(stack, x.expand(len(arms), *x.shape), y.expand(len(arms), -1))


@everywhere
def test_the_equations_speak_of_every_state_and_skip(drawn: Drawn) -> None:
    network, _ = drawn
    text = export.latex(network)
    for k in range(1, network.depth + 1):
        assert re.search(rf"^\\bm\{{[hs]\}}_\{{{k}\}}\S* &= ", text, re.MULTILINE)
    for skip in network.skips:
        without = export.latex(network.remove_skip(*skip.ends))
        assert text != without


@in_one_place
def test_it_trains_is_reported_and_has_a_card(drawn: Drawn) -> None:
    network, shape = drawn
    own = data_for(network, shape)
    run = train(network, own, steps=2, batch_size=8)
    for arm in run.arms:
        assert np.isfinite(run.loss(arm)).all()
        weighted = [k - 1 for k in run.weighted_layers]
        assert np.isfinite(run.gradient_norms(arm)[:, weighted]).all()
    assert drawing(run.network).count('class="skip"') == len(network.skips)
    resolved = own.info.resolve(network)
    cards = Cards(resolved)
    assert all(cards.layer(k)[0].startswith(f"Layer {k}: ") for k in range(1, network.depth + 1))
    for skip in network.skips:
        assert cards.skip(skip)[-1].startswith(("no weights", f"{skip_weights(network, own):,} "))
    view = network_view(resolved, own.info, [])
    assert [skip["kind"] for skip in view["skips"]] == [skip.kind for skip in network.skips]


def skip_weights(network: Network, own: OwnData) -> int:
    modules = own.info.resolve(network).modules
    tensors = modules[network.skips[0].module].values()
    return sum(int(np.prod(tensor.shape)) for tensor in tensors)


def test_every_kind_is_offered_and_says_what_it_does() -> None:
    view = network_view(
        with_skip("add", (64,))[0].on((64,), OUTPUTS), data_for(*DRAWN["dense"]).info, []
    )
    assert view["kinds"] == list(SKIP_CLASSES) == list(SKIP_KINDS)
    words = [kind.does for kind in SKIP_CLASSES.values()]
    assert all(words)
    assert len(set(words)) == len(words)
    for name, kind in SKIP_CLASSES.items():
        assert kind.__doc__
        assert options_of(kind)
        assert Study.of({"kind": [name]}).kind == (name,)
        if issubclass(kind, Gate):
            assert "{}" in kind.opening
            assert kind.opening_means
    for layer in LAYER_CLASSES.values():
        assert layer.__doc__
        assert len(layer.mark) <= 1


def test_no_kind_of_skip_comes_out_as_another() -> None:
    shape = (64,)
    x = samples(*with_skip("add", shape), 3)
    outputs, equations = [], set()
    for kind in SKIP_KINDS:
        network, _ = with_skip(kind, shape, source=2)
        outputs.append(model.build(network, shape, OUTPUTS, seed=3).double().eval()(x))
        equations.add(export.latex(network))
    assert len(equations) == len(SKIP_KINDS)
    for (one, a), (other, b) in combinations(zip(SKIP_KINDS, outputs, strict=True), 2):
        pads_nothing = {one, other} == {"add", "pad"}
        assert torch.allclose(a, b) == pads_nothing


def states(network: Network, shape: tuple[int, ...], arms: list[Arm]) -> list[Tensor]:
    """The last time step's states 1..N and logits, (arms, samples, ..)."""
    stack = Stack(network.on(shape, OUTPUTS), arms, [0], torch.float64)
    x = samples(network, shape, 4)
    return stack.unrolled(x.expand(len(arms), *x.shape))[-1][1:]


@everywhere
def test_its_gains_lead_from_the_network_as_drawn_to_the_one_without_it(drawn: Drawn) -> None:
    network, shape = drawn
    both = states(network, shape, [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]])
    for found, alone in zip(both, states(network, shape, [STANDARD_ARMS["skip"]]), strict=True):
        torch.testing.assert_close(found[:1], alone)
    if any(skip.appends for skip in network.skips):
        return  # the channels stay, at 0
    bare = states(network.without_skips(), shape, [STANDARD_ARMS["skip"]])
    for found, alone in zip(both, bare, strict=True):
        torch.testing.assert_close(found[1:], alone)
