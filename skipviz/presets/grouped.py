"""Residual networks whose convolutions work in groups: ResNeXt, RegNet, ConvNeXt."""

from collections.abc import Sequence
from typing import Any

from skipviz.network import Conv2d, GlobalPool, Init, MaxPool, Network, Style
from skipviz.presets.preset import Chain, Preset, squeeze_excite

_STYLE = Style(norm="batch", bias=False, init=Init(scheme="he"))
_PROJECTED: dict[str, Any] = {"kind": "projection", "norm": "batch"}


def resnext50() -> Network:
    """ResNeXt-50 (32x4d) for 1,000 classes of 224x224 images: in every block 32 groups of as many
    channels as the bottleneck of ResNet-50 has halves.
    """
    return _resnext((3, 4, 6, 3), 64, groups=32, stem=_imagenet_stem())


def resnext_digits() -> Network:
    """Three blocks of 4 groups on 8x8 digits. The groups leave the skips as they are: compare the
    arms as in the ResNet for digits.
    """
    return _resnext((1, 1, 1), 8, groups=4, stem=[Conv2d(channels=8)])


def _imagenet_stem() -> list[Conv2d | MaxPool]:
    return [Conv2d(channels=64, kernel=7, stride=2), MaxPool(kernel=3, stride=2, padding=1)]


def _resnext(
    blocks: Sequence[int], width: int, groups: int, stem: Sequence[Conv2d | MaxPool]
) -> Network:
    chain = Chain()
    chain.add(*stem)
    for stage, count in enumerate(blocks):
        inner = 2 * width * 2**stage
        for block in range(count):
            changes = block == 0
            chain.block(
                Conv2d(channels=inner, kernel=1),
                Conv2d(channels=inner, stride=2 if changes and stage else 1, groups=groups),
                Conv2d(channels=2 * inner, kernel=1),
                join="preactivation",
                **(_PROJECTED if changes else {}),
            )
    chain.add(GlobalPool())
    return chain.network(defaults=_STYLE)


def regnet_y_400mf() -> Network:
    """RegNetY-400MF for 1,000 classes of 224x224 images: groups of 8 channels, and a
    squeeze-and-excite gate in every block.
    """
    return _regnet((1, 3, 6, 6), (48, 104, 208, 440), Conv2d(channels=32, stride=2))


def regnet_digits() -> Network:
    """Three blocks in groups of 8 channels, each with a gate, on 8x8 digits. Gates stay without the
    skips: look at their two dense layers, and at which of all layers gets the least gradient.
    """
    return _regnet((1, 2), (16, 32), Conv2d(channels=16))


def _regnet(blocks: Sequence[int], widths: Sequence[int], stem: Conv2d) -> Network:
    chain, channels = Chain(), stem.channels
    chain.add(stem)
    for count, width in zip(blocks, widths, strict=True):
        for block in range(count):
            start = chain.end
            chain.add(
                Conv2d(channels=width, kernel=1),
                Conv2d(channels=width, stride=2 if block == 0 else 1, groups=width // 8),
            )
            squeeze_excite(chain, width, round(channels / 4))
            chain.add(Conv2d(channels=width, kernel=1))
            chain.skip(start, join="preactivation", **(_PROJECTED if block == 0 else {}))
            channels = width
    chain.add(GlobalPool())
    return chain.network(defaults=_STYLE)


def convnext_tiny() -> Network:
    """ConvNeXt-T for 1,000 classes of 224x224 images: depthwise 7x7 convolutions, layer norm,
    LayerScale from 1e-6, and branches that drop out more often the deeper they are.
    """
    stem = Conv2d(channels=96, kernel=4, stride=4, padding=0, norm="layer", activation="identity")
    return _convnext((3, 3, 9, 3), (96, 192, 384, 768), stem, kernel=7, scale=1e-6, dropped=0.1)


def convnext_digits() -> Network:
    """Two stages of two ConvNeXt blocks on 8x8 digits, scaled by 0.1 at first. A scale that small
    leaves nearly all of the gradient to the skips: see how the scales grow.
    """
    stem = Conv2d(channels=8, norm="layer", activation="identity")
    return _convnext((2, 2), (8, 16), stem, kernel=3, scale=0.1)


def _convnext(
    blocks: Sequence[int],
    widths: Sequence[int],
    stem: Conv2d,
    kernel: int,
    scale: float,
    dropped: float = 0.0,
) -> Network:
    chain, place, last = Chain(), 0, max(sum(blocks) - 1, 1)
    chain.add(stem)
    for stage, (count, width) in enumerate(zip(blocks, widths, strict=True)):
        if stage:
            halved: dict[str, Any] = {"kernel": 2, "stride": 2, "padding": 0, "order": "pre"}
            chain.add(Conv2d(channels=width, norm="layer", activation="identity", **halved))
        for _ in range(count):
            depthwise: dict[str, Any] = {"kernel": kernel, "groups": width}
            chain.block(
                Conv2d(channels=width, norm="layer", activation="identity", **depthwise),
                Conv2d(channels=4 * width, kernel=1, activation="gelu"),
                Conv2d(channels=width, kernel=1, activation="identity"),
                branch_scale={"value": scale, "learned": "channel"},
                survival=1 - dropped * place / last,
            )
            place += 1
    chain.add(GlobalPool(norm="layer"))
    return chain.network(defaults=Style(activation="gelu", init=Init(scheme="xavier")))


_IMAGENET = (3, 224, 224)
_DIGITS = (1, 8, 8)
_RESNEXT = "Xie et al., Aggregated Residual Transformations for Deep Neural Networks, 2017"
_REGNET = "Radosavovic et al., Designing Network Design Spaces, 2020"
_CONVNEXT = "Liu et al., A ConvNet for the 2020s, 2022"
PRESETS = (
    Preset(
        "resnext50",
        "ResNeXt-50 (32x4d)",
        resnext50,
        _RESNEXT,
        _IMAGENET,
        1000,
        None,
        published="25,028,904 parameters in torchvision",
    ),
    Preset(
        "regnet_y_400mf",
        "RegNetY-400MF",
        regnet_y_400mf,
        _REGNET,
        _IMAGENET,
        1000,
        None,
        published="4,344,144 parameters in torchvision",
    ),
    Preset(
        "convnext_tiny",
        "ConvNeXt-T",
        convnext_tiny,
        _CONVNEXT,
        _IMAGENET,
        1000,
        None,
        published="28,589,128 parameters in torchvision",
    ),
    Preset("resnext_digits", "ResNeXt for digits", resnext_digits, _RESNEXT, _DIGITS),
    Preset(
        "regnet_digits", "RegNetY for digits", regnet_digits, _REGNET, _DIGITS, learning_rate=0.1
    ),
    Preset("convnext_digits", "ConvNeXt for digits", convnext_digits, _CONVNEXT, _DIGITS),
)
