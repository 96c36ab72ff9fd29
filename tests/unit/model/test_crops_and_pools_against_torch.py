"""Skips that crop, pool or keep the first channels, against the same written out in torch."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from skipviz.engine.model import Model
from skipviz.network import Network
from skipviz.types import Shape

Resized = Callable[[Tensor], Tensor]


def states(network: Network, shape: Shape) -> list[Tensor]:
    stream = torch.Generator().manual_seed(1)
    x = torch.randn(3, *shape, dtype=torch.float64, generator=stream)
    return Model(network.on(shape, 2), dtype=torch.float64).states(x)


def conv(rank: int, **fields: Any) -> dict[str, Any]:
    return {"kind": f"conv{rank - 1}d", "channels": 4, "activation": "identity", **fields}


CROPS: dict[str, tuple[Shape, dict[str, Any], str, Resized]] = {
    "centre of an image": ((2, 9, 8), {"kernel": 3}, "crop", lambda s: s[:, :, 1:8, 1:7]),
    "centre, one more behind": ((2, 9, 8), {"kernel": 4}, "crop", lambda s: s[:, :, 1:7, 1:6]),
    "end of an image": ((2, 9, 8), {"kernel": 4}, "crop_end", lambda s: s[:, :, 3:, 3:]),
    "centre of a sequence": ((9, 3), {"kernel": 5}, "crop", lambda s: s[:, 2:7]),
    "end of a sequence": ((9, 3), {"kernel": 2, "dilation": 3}, "crop_end", lambda s: s[:, 3:]),
}


@pytest.mark.parametrize("kind", ["add", "concat", "projection", "gated"])
@pytest.mark.parametrize("case", CROPS)
def test_a_crop_keeps_these_positions(case: str, kind: str) -> None:
    shape, fields, how, kept = CROPS[case]
    rank = len(shape)
    chain = Network.of(layers=[conv(rank), conv(rank, padding=0, **fields)])
    network = chain.add_skip(1, 2, kind=kind, resize=how)
    bare, found = states(chain, shape), states(network, shape)
    r, u = kept(bare[1]), bare[2]
    model = Model(network.on(shape, 2), dtype=torch.float64)
    own = dict(model.named_parameters())
    if kind == "add":
        expected = u + r
    elif kind == "concat":
        expected = torch.cat([u, r], 1 if rank == 3 else 2)
    elif kind == "projection":
        expected = u + mapped(r, own["skip1_2.weight"], None)
    else:
        gate = mapped(r, own["skip1_2.gate_weight"], own["skip1_2.gate_bias"]).sigmoid()
        expected = gate * u + (1 - gate) * r
    assert torch.allclose(found[2], expected, rtol=0, atol=1e-12)


def mapped(r: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return (
        functional.conv2d(r, weight, bias) if r.dim() == 4 else functional.linear(r, weight, bias)
    )


@pytest.mark.parametrize("size", [14, 15])
def test_a_pooled_projection_is_the_shortcut_of_resnet_d(size: int) -> None:
    """AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False), a 1x1 convolution, batch norm."""
    shape = (4, size, size)
    layers = [conv(3, stride=2, norm="batch"), conv(3, norm="batch")]
    options = {"kind": "projection", "norm": "batch", "resize": "pool", "join": "preactivation"}
    network = Network.of(layers=layers).add_skip(0, 2, **options)
    bare, found = states(network.without_skips(), shape), states(network, shape)
    weight = Model(network.on(shape, 2), dtype=torch.float64).get_parameter("skip0_2.weight")
    pool = nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)
    norm = nn.BatchNorm2d(4).double()
    expected = bare[2] + norm(functional.conv2d(pool(bare[0]), weight))
    assert torch.allclose(found[2], expected, rtol=0, atol=1e-12)


def test_windows_of_a_pooled_skip_may_differ_by_axis_and_be_smaller_at_the_end() -> None:
    shape = (1, 7, 5)
    layers = [{"kind": "identity"}, conv(3, channels=1, kernel=1, stride=3)]
    network = Network.of(layers=layers).add_skip(1, 2, resize="pool")
    bare, found = states(network.without_skips(), shape), states(network, shape)
    rows = [bare[1][:, :, :3], bare[1][:, :, 3:6], bare[1][:, :, 6:]]
    means = torch.stack(
        [torch.stack([r[..., :3].mean((2, 3)), r[..., 3:].mean((2, 3))], -1) for r in rows], 2
    )
    assert torch.allclose(found[2] - bare[2], means, rtol=0, atol=1e-12)
    sequence = Network.of(layers=[{"kind": "identity"}, conv(2, kernel=2, stride=3, padding=0)])
    sequence = sequence.add_skip(1, 2, resize="pool")
    bare, found = states(sequence.without_skips(), (8, 4)), states(sequence, (8, 4))
    s = bare[1]
    expected = torch.stack([s[:, :3].mean(1), s[:, 3:6].mean(1), s[:, 6:].mean(1)], 1)
    assert torch.allclose(found[2] - bare[2], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "layer", "kept"),
    [
        ((6,), {"kind": "dense", "width": 4}, lambda s: s[:, :4]),
        ((6, 5), {"kind": "conv1d", "channels": 3, "stride": 2}, lambda s: s[:, ::2, :3]),
        ((5, 4, 4), {"kind": "conv2d", "channels": 2}, lambda s: s[:, :2]),
    ],
)
def test_pad_onto_fewer_channels_keeps_the_first_ones(
    shape: Shape, layer: dict[str, Any], kept: Resized
) -> None:
    chain = Network.of(layers=[{"kind": "identity"}, layer])
    bare, found = states(chain, shape), states(chain.add_skip(1, 2, kind="pad"), shape)
    assert torch.allclose(found[2], bare[2] + kept(bare[1]), rtol=0, atol=1e-12)
