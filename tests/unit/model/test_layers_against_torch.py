"""Every kind of layer against the torch.nn module that a student would take, same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipviz.arms import STANDARD_ARMS
from skipviz.engine.model import Model, Stack
from skipviz.network import Network, NetworkError
from skipviz.types import Shape

Case = tuple[dict[str, Any], Shape, Callable[[], nn.Module]]
TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-12}
BATCH = 5


class OnSequence(nn.Module):
    """A module for (batch, channels, positions) used on (batch, positions, channels)."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x.transpose(1, 2)).transpose(1, 2)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)
        self.causal = causal

    def forward(self, x: Tensor) -> Tensor:
        later = torch.ones(x.shape[1], x.shape[1]).triu(1).bool() if self.causal else None
        return self.inner(x, x, x, attn_mask=later, need_weights=False)[0]


class Rows(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.movedim(1, -1).flatten(1, 2)


class Added(nn.Module):
    """s + P."""

    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.weight


class Largest(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(2).max(2).values


class Mirrored(nn.Module):
    """CReLU."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([torch.relu(x), torch.relu(-x)], 1)


VECTOR, SEQUENCE, IMAGE = (6,), (7, 4), (4, 6, 5)
LINEAR = {"activation": "identity"}
CASES: dict[str, Case] = {
    "dense": ({"kind": "dense", "width": 3}, VECTOR, lambda: nn.Linear(6, 3)),
    "dense without bias": (
        {"kind": "dense", "width": 3, "bias": False},
        VECTOR,
        lambda: nn.Linear(6, 3, bias=False),
    ),
    "dense on a sequence": (
        {"kind": "dense", "width": 3},
        SEQUENCE,
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(28, 3)),
    ),
    "dense on an image": (
        {"kind": "dense", "width": 3},
        IMAGE,
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(120, 3)),
    ),
    "conv2d": ({"kind": "conv2d", "channels": 3}, IMAGE, lambda: nn.Conv2d(4, 3, 3, padding=1)),
    "conv2d with everything": (
        {
            "kind": "conv2d",
            "channels": 6,
            "kernel": 2,
            "stride": 2,
            "padding": 1,
            "dilation": 2,
            "groups": 2,
        },
        IMAGE,
        lambda: nn.Conv2d(4, 6, 2, 2, 1, 2, 2),
    ),
    "conv1d": (
        {"kind": "conv1d", "channels": 3, "kernel": 3, "stride": 2},
        SEQUENCE,
        lambda: OnSequence(nn.Conv1d(4, 3, 3, 2, 1)),
    ),
    "conv1d in groups": (
        {"kind": "conv1d", "channels": 6, "kernel": 1, "groups": 2, "bias": False},
        SEQUENCE,
        lambda: OnSequence(nn.Conv1d(4, 6, 1, groups=2, bias=False)),
    ),
    "conv_transpose2d": (
        {"kind": "conv_transpose2d", "channels": 3},
        IMAGE,
        lambda: nn.ConvTranspose2d(4, 3, 2, 2),
    ),
    "conv_transpose2d with everything": (
        {
            "kind": "conv_transpose2d",
            "channels": 6,
            "kernel": 3,
            "stride": 2,
            "padding": 1,
            "output_padding": 1,
            "dilation": 2,
            "groups": 2,
        },
        IMAGE,
        lambda: nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, dilation=2),
    ),
    "conv_transpose1d": (
        {"kind": "conv_transpose1d", "channels": 3, "kernel": 3},
        SEQUENCE,
        lambda: OnSequence(nn.ConvTranspose1d(4, 3, 3, 2)),
    ),
    "max_pool": (
        {"kind": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
        IMAGE,
        lambda: nn.MaxPool2d(3, 2, 1),
    ),
    "max_pool of a sequence": (
        {"kind": "max_pool"},
        SEQUENCE,
        lambda: OnSequence(nn.MaxPool1d(2)),
    ),
    "average_pool": (
        {"kind": "average_pool", "kernel": 3, "stride": 2, "padding": 1},
        IMAGE,
        lambda: nn.AvgPool2d(3, 2, 1),
    ),
    "average_pool of a sequence": (
        {"kind": "average_pool", "kernel": 3},
        SEQUENCE,
        lambda: OnSequence(nn.AvgPool1d(3)),
    ),
    "global_pool": (
        {"kind": "global_pool"},
        IMAGE,
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    ),
    "global_pool of a sequence": (
        {"kind": "global_pool"},
        SEQUENCE,
        lambda: nn.Sequential(OnSequence(nn.AdaptiveAvgPool1d(1)), nn.Flatten()),
    ),
    "global_pool by maximum": ({"kind": "global_pool", "reduce": "max"}, IMAGE, Largest),
    "upsample": ({"kind": "upsample", "factor": 3}, IMAGE, lambda: nn.Upsample(scale_factor=3)),
    "upsample linearly": (
        {"kind": "upsample", "mode": "linear"},
        IMAGE,
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
    ),
    "upsample a sequence linearly": (
        {"kind": "upsample", "mode": "linear"},
        SEQUENCE,
        lambda: OnSequence(nn.Upsample(scale_factor=2, mode="linear")),
    ),
    "flatten": ({"kind": "flatten"}, IMAGE, nn.Flatten),
    "reshape": (
        {"kind": "reshape", "shape": [8, 15]},
        IMAGE,
        lambda: nn.Sequential(nn.Flatten(), nn.Unflatten(1, (8, 15))),
    ),
    "to_sequence": ({"kind": "to_sequence"}, IMAGE, Rows),
    "identity": ({"kind": "identity"}, IMAGE, nn.Identity),
    "positions": ({"kind": "positions"}, SEQUENCE, lambda: Added(7, 4)),
    "embedding": (
        {"kind": "embedding", "vocabulary": 9, "width": 3},
        VECTOR,
        lambda: nn.Embedding(9, 3),
    ),
    "attention": (
        {"kind": "attention", "heads": 2},
        SEQUENCE,
        lambda: SelfAttention(4, 2, causal=False),
    ),
    "causal attention": (
        {"kind": "attention", "heads": 4, "causal": True},
        SEQUENCE,
        lambda: SelfAttention(4, 4, causal=True),
    ),
    "feed_forward": (
        {"kind": "feed_forward", "width": 5, "activation": "gelu"},
        SEQUENCE,
        lambda: nn.Sequential(nn.Linear(4, 5), nn.GELU(), nn.Linear(5, 4)),
    ),
    "feed_forward on a vector": (
        {"kind": "feed_forward", "width": 5, "activation": "crelu"},
        VECTOR,
        lambda: nn.Sequential(nn.Linear(6, 5), Mirrored(), nn.Linear(10, 6)),
    ),
    "dense, batch norm, tanh": (
        {"kind": "dense", "width": 3, "norm": "batch", "activation": "tanh"},
        VECTOR,
        lambda: nn.Sequential(nn.Linear(6, 3), nn.BatchNorm1d(3), nn.Tanh()),
    ),
    "conv2d, batch norm, relu": (
        {"kind": "conv2d", "channels": 3, "norm": "batch", "activation": "relu"},
        IMAGE,
        lambda: nn.Sequential(nn.Conv2d(4, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU()),
    ),
    "batch norm, sigmoid, conv1d": (
        {
            "kind": "conv1d",
            "channels": 3,
            "norm": "batch",
            "order": "pre",
            "activation": "sigmoid",
        },
        SEQUENCE,
        lambda: OnSequence(
            nn.Sequential(nn.BatchNorm1d(4), nn.Sigmoid(), nn.Conv1d(4, 3, 3, padding=1))
        ),
    ),
    "group norm of an image": (
        {"kind": "identity", "norm": "group", "norm_groups": 2, "activation": "silu"},
        IMAGE,
        lambda: nn.Sequential(nn.GroupNorm(2, 4), nn.SiLU()),
    ),
    "group norm of a sequence": (
        {"kind": "identity", "norm": "group", "norm_groups": 2, "activation": "softplus"},
        SEQUENCE,
        lambda: nn.Sequential(OnSequence(nn.GroupNorm(2, 4)), nn.Softplus()),
    ),
    "group norm of a vector": (
        {"kind": "identity", "norm": "group", "norm_groups": 3},
        VECTOR,
        lambda: nn.GroupNorm(3, 6),
    ),
    "layer norm of a sequence": (
        {"kind": "identity", "norm": "layer", "activation": "leaky_relu"},
        SEQUENCE,
        lambda: nn.Sequential(nn.LayerNorm(4), nn.LeakyReLU()),
    ),
    "layer norm, relu, dense": (
        {"kind": "dense", "width": 3, "norm": "layer", "order": "pre", "activation": "relu"},
        VECTOR,
        lambda: nn.Sequential(nn.LayerNorm(6), nn.ReLU(), nn.Linear(6, 3)),
    ),
    "dense, crelu": (
        {"kind": "dense", "width": 3, "activation": "crelu"},
        VECTOR,
        lambda: nn.Sequential(nn.Linear(6, 3), Mirrored()),
    ),
    "conv2d, crelu, layer norm of the state": (
        {"kind": "conv2d", "channels": 2, "activation": "crelu", "state_norm": "layer"},
        IMAGE,
        lambda: nn.Sequential(nn.Conv2d(4, 2, 3, padding=1), Mirrored(), LayerNormOfImage(4)),
    ),
}


class LayerNormOfImage(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


def network(fields: dict[str, Any]) -> Network:
    return Network.of(layers=[{**fields}], defaults=LINEAR)


def inputs(fields: dict[str, Any], shape: Shape, dtype: torch.dtype) -> Tensor:
    stream = torch.Generator().manual_seed(1)
    if fields["kind"] == "embedding":
        return torch.randint(0, fields["vocabulary"], (BATCH, *shape), generator=stream)
    return torch.randn(BATCH, *shape, dtype=dtype, generator=stream)


def fill(module: nn.Module, model: Model) -> None:
    """Copy the weights of layer 1 into a module that lists its own in the same order.

    torch's attention holds query, key and value in one tensor, and norms come where they act.
    """
    own = {name: p for name, p in model.named_parameters() if name.startswith("layer1.")}
    if isinstance(module, SelfAttention):
        parts = [
            own[f"layer1.{p}_{t}"] for t in ("weight", "bias") for p in ("query", "key", "value")
        ]
        with torch.no_grad():
            module.inner.in_proj_weight.copy_(torch.cat(parts[:3]))
            module.inner.in_proj_bias.copy_(torch.cat(parts[3:]))
            module.inner.out_proj.weight.copy_(own["layer1.out_weight"])
            module.inner.out_proj.bias.copy_(own["layer1.out_bias"])
        return
    norms = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
    of_norms = [p for m in module.modules() if isinstance(m, norms) for p in m.parameters()]
    others = [p for p in module.parameters() if not any(p is q for q in of_norms)]
    with torch.no_grad():
        for parameters, is_norm in ((of_norms, True), (others, False)):
            values = [v for name, v in own.items() if ("norm" in name) == is_norm]
            for parameter, value in zip(parameters, values, strict=True):
                parameter.copy_(value)


def disturbed(model: Model) -> Model:
    """Scales and shifts other than 1 and 0, which would hide that they are missing."""
    stream = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, dtype=parameter.dtype, generator=stream)
            parameter += 0.3 * noise
    return model


def gradients(output: Tensor, of: list[Any]) -> list[Tensor]:
    weights = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view(output.shape)
    return list(torch.autograd.grad((output * weights).sum(), of))


def squares(gradients: list[Tensor]) -> float:
    return float(sum(gradient.square().sum() for gradient in gradients))


@pytest.fixture(params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    return request.param


@pytest.mark.parametrize("case", CASES)
def test_a_layer_computes_what_its_torch_module_computes(case: str, dtype: torch.dtype) -> None:
    fields, shape, make = CASES[case]
    model = disturbed(Model(network(fields).on(shape, 3), dtype=dtype))
    module = make().to(dtype)
    fill(module, model)
    x = inputs(fields, shape, dtype)
    for training in (True, False):
        model.train(training)
        module.train(training)
        for _ in range(2):
            found, expected = model.states(x)[1], module(x)
            assert found.shape == expected.shape
            assert torch.allclose(found, expected, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("case", CASES)
def test_shapes_are_the_ones_inferred(case: str) -> None:
    fields, shape, _ = CASES[case]
    net = network(fields)
    states = Model(net.on(shape, 3)).states(inputs(fields, shape, torch.float32))
    assert [tuple(s.shape[1:]) for s in states] == list(net.shapes(shape, 3))


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_those_of_the_torch_module(case: str) -> None:
    fields, shape, make = CASES[case]
    model = disturbed(Model(network(fields).on(shape, 3), dtype=torch.float64))
    module = make().double()
    fill(module, model)
    x = inputs(fields, shape, torch.float64)
    own = [p for name, p in model.named_parameters() if name.startswith("layer1.")]
    theirs = list(module.parameters())
    if x.is_floating_point():
        x.requires_grad_()
        own, theirs = [*own, x], [*theirs, x]
    found = squares(gradients(model.states(x)[1], own))
    assert found == pytest.approx(squares(gradients(module(x), theirs)), rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_every_replica_computes_what_a_model_of_its_seed_computes(case: str) -> None:
    fields, shape, _ = CASES[case]
    net, x = network(fields), inputs(fields, shape, torch.float64)
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]
    stack = Stack(net.on(shape, 3), arms, seeds=[4, 5], dtype=torch.float64)
    for training in (True, False):
        states = stack.train(training).states(x.expand(4, *x.shape))
        for replica, seed in enumerate((4, 5, 4, 5)):
            model = Model(net.on(shape, 3), seed=seed, dtype=torch.float64)
            expected = model.states(x)
            if not training:
                expected = model.eval().states(x)
            for state, truth in zip(states, expected, strict=True):
                assert torch.allclose(state[replica], truth, rtol=0, atol=1e-12)


def test_batch_norm_of_a_single_value_is_refused_in_words() -> None:
    model = Model(Network.mlp(depth=2, width=4, norm="batch").on((6,), 3))
    with pytest.raises(NetworkError, match="two or more samples") as refusal:
        model(torch.ones(1, 6))
    assert refusal.value.problems[0].layer == 1
    assert model.eval()(torch.ones(1, 6)).shape == (1, 3)
