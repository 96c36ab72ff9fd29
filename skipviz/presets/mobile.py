"""Networks of inverted residuals: narrow states, wide depthwise convolutions between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skipviz.network import Activation, Conv2d, GlobalPool, Init, Network, Style
from skipviz.network.layers import Dense
from skipviz.presets.preset import Chain, Preset, squeeze_excite

_IMAGENET = (3, 224, 224)
_DIGITS = (1, 8, 8)


@dataclass(frozen=True)
class _Block:
    """A 1x1 convolution to `inner` channels, a depthwise one, perhaps a squeeze-and-excite gate of
    `squeeze` units, a 1x1 convolution to `outer` channels without an activation."""

    inner: int
    outer: int
    kernel: int = 3
    stride: int = 1
    squeeze: int = 0
    activation: Activation = "relu6"
    hidden: Activation = "relu"
    gate: Activation = "sigmoid"


def _chain(blocks: Sequence[_Block], first: Conv2d, survivals: Sequence[float] = ()) -> Chain:
    """A skip lies around every block that keeps the shape."""
    chain = Chain()
    chain.add(first)
    channels = first.channels
    for place, block in enumerate(blocks):
        survival = survivals[place] if survivals else 1.0
        _inverted(chain, block, channels, survival)
        channels = block.outer
    return chain


def _inverted(chain: Chain, block: _Block, channels: int, survival: float) -> None:
    start, act = chain.end, {"activation": block.activation}
    if block.inner != channels:
        chain.add(Conv2d(channels=block.inner, kernel=1, **act))
    depthwise: dict[str, Any] = {"kernel": block.kernel, "stride": block.stride, **act}
    chain.add(Conv2d(channels=block.inner, groups=block.inner, **depthwise))
    if block.squeeze:
        squeeze_excite(chain, block.inner, block.squeeze, block.hidden, block.gate)
    chain.add(Conv2d(channels=block.outer, kernel=1, activation="identity"))
    if block.stride == 1 and block.outer == channels:
        chain.skip(start, survival=survival)


def _divisible(value: float) -> int:
    """The multiple of 8 next to a number of channels, not below nine tenths of it."""
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


def _style(activation: Activation) -> Style:
    return Style(activation=activation, norm="batch", bias=False, init=Init(scheme="he"))


def mobilenet_v2() -> Network:
    """MobileNetV2 for 1,000 classes of 224x224 images: 17 inverted residuals, ten with a skip."""
    table = (
        *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
        *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
    )
    blocks, channels = list[_Block](), 32
    for factor, outer, count, stride in table:
        for place in range(count):
            step = stride if place == 0 else 1
            blocks.append(_Block(factor * channels, outer, stride=step))
            channels = outer
    chain = _chain(blocks, Conv2d(channels=32, stride=2))
    chain.add(Conv2d(channels=1280, kernel=1), GlobalPool(dropout=0.2))
    return chain.network(defaults=_style("relu6"))


def mobilenet_v3_small() -> Network:
    """MobileNetV3-Small for 1,000 classes of 224x224 images: hard swish, and gates that scale the
    wide states.
    """
    table: tuple[tuple[int, int, int, bool, Activation, int], ...] = (
        *((3, 16, 16, True, "relu", 2), (3, 72, 24, False, "relu", 2)),
        *((3, 88, 24, False, "relu", 1), (5, 96, 40, True, "hardswish", 2)),
        *((5, 240, 40, True, "hardswish", 1), (5, 240, 40, True, "hardswish", 1)),
        *((5, 120, 48, True, "hardswish", 1), (5, 144, 48, True, "hardswish", 1)),
        *((5, 288, 96, True, "hardswish", 2), (5, 576, 96, True, "hardswish", 1)),
        (5, 576, 96, True, "hardswish", 1),
    )
    blocks = [
        _Block(
            inner,
            outer,
            kernel,
            stride,
            _divisible(inner / 4) if gated else 0,
            activation=activation,
            gate="hard_sigmoid",
        )
        for kernel, inner, outer, gated, activation, stride in table
    ]
    chain = _chain(blocks, Conv2d(channels=16, stride=2))
    chain.add(
        Conv2d(channels=576, kernel=1),
        GlobalPool(),
        Dense(width=1024, norm="none", bias=True, dropout=0.2),
    )
    return chain.network(defaults=_style("hardswish"))


def efficientnet_b0() -> Network:
    """EfficientNet-B0 for 1,000 classes of 224x224 images: 16 gated inverted residuals, nine with
    a skip, whose branches drop out more often the deeper they are.
    """
    table = (
        *((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3)),
        *((6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)),
    )
    blocks, channels = list[_Block](), 32
    for factor, kernel, stride, outer, count in table:
        for place in range(count):
            step, squeeze = stride if place == 0 else 1, channels // 4
            inner = factor * channels
            blocks.append(_Block(inner, outer, kernel, step, squeeze, "silu", "silu"))
            channels = outer
    survivals = [1 - 0.2 * place / len(blocks) for place in range(len(blocks))]
    chain = _chain(blocks, Conv2d(channels=32, stride=2), survivals)
    chain.add(Conv2d(channels=1280, kernel=1), GlobalPool(dropout=0.2))
    return chain.network(defaults=_style("silu"))


def mobilenet_digits() -> Network:
    """Four inverted residuals with ReLU6 on 8x8 digits, three with a skip. Skips connect the
    narrow states: compare the gradients of wide and of narrow layers.
    """
    blocks = [_Block(24, 8), _Block(24, 8), _Block(24, 16, stride=2), _Block(48, 16)]
    chain = _chain(blocks, Conv2d(channels=8))
    chain.add(Conv2d(channels=32, kernel=1), GlobalPool())
    return chain.network(defaults=_style("relu6"))


def mobilenet_v3_digits() -> Network:
    """Four inverted residuals with hard swish on 8x8 digits, three with a skip, three with a gate.
    A hard sigmoid is flat beyond 3: compare the gradients of the layers that make a gate with and
    without the skips.
    """
    gated: dict[str, Any] = {"activation": "hardswish", "gate": "hard_sigmoid"}
    blocks = [
        _Block(8, 8, squeeze=8, activation="relu", gate="hard_sigmoid"),
        _Block(24, 16, stride=2, activation="relu"),
        _Block(48, 16, 5, squeeze=16, **gated),
        _Block(48, 16, 5, squeeze=16, **gated),
    ]
    chain = _chain(blocks, Conv2d(channels=8))
    chain.add(Conv2d(channels=48, kernel=1), GlobalPool())
    chain.add(Dense(width=32, norm="none", bias=True))
    return chain.network(defaults=_style("hardswish"))


def efficientnet_digits() -> Network:
    """Four gated inverted residuals with SiLU on 8x8 digits, three with a skip. Gates and narrow
    states stay without the skips: compare how much gradient the first layers keep.
    """
    wide: dict[str, Any] = {"squeeze": 4, "activation": "silu", "hidden": "silu"}
    blocks = [
        _Block(24, 8, **wide),
        _Block(24, 16, stride=2, **wide),
        _Block(48, 16, 5, **wide),
        _Block(48, 16, 5, **wide),
    ]
    chain = _chain(blocks, Conv2d(channels=8))
    chain.add(Conv2d(channels=32, kernel=1), GlobalPool())
    return chain.network(defaults=_style("silu"))


_V2 = "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018"
_V3 = "Howard et al., Searching for MobileNetV3, 2019"
_B0 = "Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019"


def _large(name: str, title: str, build: Any, source: str, parameters: str) -> Preset:
    published = f"{parameters} parameters in torchvision"
    return Preset(name, title, build, source, _IMAGENET, 1000, None, published=published)


PRESETS = (
    _large("mobilenet_v2", "MobileNetV2", mobilenet_v2, _V2, "3,504,872"),
    _large("mobilenet_v3_small", "MobileNetV3-Small", mobilenet_v3_small, _V3, "2,542,856"),
    _large("efficientnet_b0", "EfficientNet-B0", efficientnet_b0, _B0, "5,288,548"),
    Preset(
        "mobilenet_digits",
        "MobileNetV2 for digits",
        mobilenet_digits,
        _V2,
        _DIGITS,
        learning_rate=0.1,
    ),
    Preset(
        "mobilenet_v3_digits",
        "MobileNetV3 for digits",
        mobilenet_v3_digits,
        _V3,
        _DIGITS,
        learning_rate=0.1,
    ),
    Preset(
        "efficientnet_digits",
        "EfficientNet for digits",
        efficientnet_digits,
        _B0,
        _DIGITS,
        learning_rate=0.1,
    ),
)
