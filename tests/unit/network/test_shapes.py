"""Inferred shapes, against torch on tensors without data."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from network_strategies import LAYERS
from torch import Tensor, nn
from torch.nn import functional

from skipviz.network import Network, NetworkError
from skipviz.network.layers import layer_adapter
from skipviz.network.mismatch import MismatchError
from skipviz.network.rules import op_shape


def _channels_first(op: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """`op` on a sequence (batch, positions, channels) or an image."""
    return lambda x: op(x.mT).mT if x.dim() == 3 else op(x)


def _conv(layer: Any, x: Tensor, make: Any, **more: int) -> Tensor:
    count = x.shape[2] if x.dim() == 3 else x.shape[1]
    kept = {name: getattr(layer, name) for name in ("stride", "dilation", "groups")}
    module = make(count, layer.channels, layer.kernel, **kept, **more, device=x.device)
    return _channels_first(module)(x)


def _padded(layer: Any, x: Tensor, make: Any) -> Tensor:
    if layer.sides == "both":
        return _conv(layer, x, make, padding=layer.padding_size)
    margins = layer.margins * (x.dim() - 2)
    return _conv(layer, _channels_first(lambda y: functional.pad(y, margins))(x), make)


def _transposed(layer: Any, x: Tensor, make: Any) -> Tensor:
    """With data: without, torch takes an output padding that is too large."""
    x = torch.empty_like(x, device="cpu")
    return _conv(layer, x, make, padding=layer.padding, output_padding=layer.output_padding)


def _pool(layer: Any, x: Tensor, ops: tuple[Any, Any]) -> Tensor:
    op = ops[x.dim() - 3]
    how = {"stride": layer.step, "padding": layer.padding, "ceil_mode": layer.ceil}
    return _channels_first(lambda y: op(y, layer.kernel, **how))(x)


def _upsample(layer: Any, x: Tensor) -> Tensor:
    modes = {"nearest": "nearest", "linear": "linear" if x.dim() == 3 else "bilinear"}
    factor, mode = layer.factor, modes[layer.mode]
    return _channels_first(lambda y: functional.interpolate(y, scale_factor=factor, mode=mode))(x)


_MAX = (functional.max_pool1d, functional.max_pool2d)
_AVERAGE = (functional.avg_pool1d, functional.avg_pool2d)
IN_TORCH: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "conv1d": lambda layer, x: _padded(layer, x, nn.Conv1d),
    "conv2d": lambda layer, x: _padded(layer, x, nn.Conv2d),
    "conv_transpose1d": lambda layer, x: _transposed(layer, x, nn.ConvTranspose1d),
    "conv_transpose2d": lambda layer, x: _transposed(layer, x, nn.ConvTranspose2d),
    "max_pool": lambda layer, x: _pool(layer, x, _MAX),
    "average_pool": lambda layer, x: _pool(layer, x, _AVERAGE),
    "upsample": _upsample,
    "reshape": lambda layer, x: x.reshape(x.shape[0], *layer.shape),
}
RANK = {"conv1d": 2, "conv_transpose1d": 2, "conv2d": 3, "conv_transpose2d": 3}


@given(
    LAYERS.filter(lambda fields: fields["kind"] in IN_TORCH),
    st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple),
)
def test_a_layer_fits_exactly_when_torch_takes_it_and_gives_torchs_shape(
    fields: dict[str, Any], shape: tuple[int, ...]
) -> None:
    layer = layer_adapter.validate_python(fields)
    x = torch.empty((2, *shape), device="meta")
    try:
        if len(shape) != RANK.get(layer.kind, len(shape)):
            raise ValueError
        if layer.kind in ("max_pool", "average_pool", "upsample") and len(shape) == 1:
            raise ValueError
        expected = tuple(IN_TORCH[layer.kind](layer, x).shape[1:])
    except (RuntimeError, ValueError):
        with pytest.raises(MismatchError):
            op_shape(layer, shape)
    else:
        assert op_shape(layer, shape) == expected


def test_an_output_padding_is_smaller_than_the_stride_or_the_dilation() -> None:
    fields = {"kind": "conv_transpose2d", "channels": 2, "kernel": 3, "stride": 2}
    more = [(1, 1), (2, 1), (2, 3), (3, 3)]
    layers = [{**fields, "output_padding": by, "dilation": dilation} for by, dilation in more]
    for layer, (by, dilation) in zip(map(layer_adapter.validate_python, layers), more, strict=True):
        x = torch.zeros(1, 1, 3, 3)
        if by < max(2, dilation):
            expected = tuple(IN_TORCH[layer.kind](layer, x).shape[1:])
            assert op_shape(layer, (1, 3, 3)) == expected
            continue
        with pytest.raises(RuntimeError, match="output padding must be smaller"):
            IN_TORCH[layer.kind](layer, x)
        with pytest.raises(MismatchError):
            op_shape(layer, (1, 3, 3))


def test_states_of_a_small_convolutional_network() -> None:
    net = Network.of(
        layers=[
            {"kind": "conv2d", "channels": 4, "stride": 2},
            {"kind": "max_pool"},
            {"kind": "upsample", "factor": 3},
            {"kind": "to_sequence"},
            {"kind": "attention", "heads": 2},
            {"kind": "global_pool"},
        ]
    )
    assert net.shapes((1, 8, 8), 10) == (
        (1, 8, 8),
        (4, 4, 4),
        (4, 2, 2),
        (4, 6, 6),
        (36, 4),
        (36, 4),
        (4,),
        (10,),
    )


def test_a_concatenation_widens_the_state_and_those_after_it() -> None:
    net = Network.mlp(3, 8).add_skip(1, 2, kind="concat").add_skip(2, 3, kind="concat")
    assert net.shapes((5,), 2) == ((5,), (8,), (16,), (24,), (2,))


def test_several_skips_fold_in_their_order() -> None:
    net = Network.mlp(3, 8).add_skip(1, 3, kind="concat")
    assert not net.add_skip(0, 3, kind="projection").check((5,), 2)
    widened = net.change_layer(2, width=16)
    assert widened.add_skip(2, 3).check((5,), 2) == []
    assert Network.mlp(3, 8).change_layer(2, width=16).add_skip(2, 3).check((5,), 2)


def test_a_skip_inside_the_activation_joins_what_the_activation_reads() -> None:
    net = Network.mlp(2, 8, activation="crelu")
    assert not net.add_skip(0, 2, join="preactivation").check((8,), 2)
    assert not net.add_skip(1, 2).check((8,), 2)
    assert net.add_skip(1, 2, join="preactivation").check((8,), 2)


def test_a_readout_per_position_keeps_the_positions() -> None:
    net = Network.of(layers=[{"kind": "identity"}], readout={"kind": "per_position"})
    assert [net.shapes(shape, 5)[-1] for shape in ((4,), (6, 4), (4, 3, 2))] == [
        (5,),
        (6, 5),
        (5, 3, 2),
    ]


def test_shapes_of_what_cannot_be_built_are_refused_with_every_reason() -> None:
    net = Network.mlp(3, 8).change_layer(2, width=4).add_skip(1, 2).add_skip(0, 3)
    with pytest.raises(NetworkError) as refusal:
        net.shapes((5,), 2)
    assert len(refusal.value.problems) == 2
