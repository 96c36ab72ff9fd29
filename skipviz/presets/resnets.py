"""Residual networks of convolutions, as published, and one that trains in seconds."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from skipviz.network import Conv2d, GlobalPool, Init, MaxPool, Network, Style
from skipviz.presets.preset import Chain, Preset

_SOURCE = "He et al., Deep Residual Learning for Image Recognition, 2015"
_STYLE = Style(norm="batch", bias=False, init=Init(scheme="he"))
_OPTION_B = {"kind": "projection", "norm": "batch"}
_PUBLISHED = {
    18: "11,689,512 parameters in torchvision; 1.8 G multiply-adds in Table 1 of the paper",
    34: "21,797,672 parameters in torchvision; 3.6 G multiply-adds in Table 1 of the paper",
    50: "25,557,032 parameters in torchvision; 3.8 G multiply-adds in Table 1 of the paper, which "
    "has the strides on the 1x1 convolutions",
    20: "0.27 M parameters in Table 6 of the paper",
    32: "0.46 M parameters in Table 6 of the paper",
    44: "0.66 M parameters in Table 6 of the paper",
    56: "0.85 M parameters in Table 6 of the paper",
    110: "1.7 M parameters in Table 6 of the paper",
}


def imagenet(blocks: Sequence[int], bottleneck: bool) -> Network:
    """ResNet for 224x224 images, `blocks` per stage, projections where shapes change.

    Bottlenecks have their stride on the 3x3 (v1.5), as the counts usually quoted do.
    """
    chain = Chain()
    chain.add(Conv2d(channels=64, kernel=7, stride=2), MaxPool(kernel=3, stride=2, padding=1))
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            changes = block == 0 and (stage > 0 or bottleneck)
            layers = (_bottleneck if bottleneck else _basic)(64 * 2**stage, stride)
            _residual(chain, layers, _OPTION_B if changes else {})
    chain.add(GlobalPool())
    return chain.network(defaults=_STYLE)


def cifar(blocks: int, option: str) -> Network:
    """ResNet of depth 6 `blocks` + 2 for small images: three stages of 16, 32 and 64 channels.

    Where shapes change the shortcut is zero-padded (option "A") or projected (option "B").
    """
    chain = Chain()
    chain.add(Conv2d(channels=16))
    for stage in range(3):
        for block in range(blocks):
            changes = stage > 0 and block == 0
            shortcut = {"kind": "pad"} if option == "A" else _OPTION_B
            layers = _basic(16 * 2**stage, 2 if changes else 1)
            _residual(chain, layers, shortcut if changes else {})
    chain.add(GlobalPool())
    return chain.network(defaults=_STYLE)


def resnet8_digits() -> Network:
    """One block per stage, 16, 32 and 64 channels: the CIFAR design on 8x8 digits."""
    return cifar(1, "A")


def _basic(width: int, stride: int) -> list[Conv2d]:
    return [Conv2d(channels=width, stride=stride), Conv2d(channels=width)]


def _bottleneck(width: int, stride: int) -> list[Conv2d]:
    return [
        Conv2d(channels=width, kernel=1),
        Conv2d(channels=width, stride=stride),
        Conv2d(channels=4 * width, kernel=1),
    ]


def _residual(chain: Chain, layers: Sequence[Conv2d], shortcut: dict[str, Any]) -> None:
    """relu(F(x) + shortcut(x)), F without its last ReLU."""
    chain.block(*layers, join="preactivation", **shortcut)


def _documented(build: Callable[[], Network], about: str) -> Callable[[], Network]:
    def built() -> Network:
        return build()

    built.__doc__ = about
    return built


def _imagenet(depth: int, blocks: Sequence[int], bottleneck: bool) -> Preset:
    about = f"ResNet-{depth} for 1,000 classes of 224x224 images, projections with batch norm."
    build = _documented(partial(imagenet, blocks, bottleneck), about)
    return Preset(
        f"resnet{depth}",
        f"ResNet-{depth}",
        build,
        _SOURCE,
        (3, 224, 224),
        1000,
        data=None,
        published=_PUBLISHED[depth],
    )


def _cifar(depth: int, option: str) -> Preset:
    how = "zero-padded" if option == "A" else "projected"
    about = f"ResNet-{depth} for 32x32 images; where shapes change the shortcut is {how}."
    build = _documented(partial(cifar, (depth - 2) // 6, option), about)
    name = f"resnet{depth}" + ("" if option == "A" else "_b")
    title = f"ResNet-{depth}, option {option}"
    return Preset(
        name,
        title,
        build,
        _SOURCE,
        (3, 32, 32),
        10,
        data="cifar10" if depth == 20 else None,
        published=_PUBLISHED[depth] if option == "A" else None,
    )


PRESETS = (
    _imagenet(18, (2, 2, 2, 2), bottleneck=False),
    _imagenet(34, (3, 4, 6, 3), bottleneck=False),
    _imagenet(50, (3, 4, 6, 3), bottleneck=True),
    *(_cifar(depth, option) for depth in (20, 32, 44, 56, 110) for option in "AB"),
    Preset("resnet8_digits", "ResNet-8 for digits", resnet8_digits, _SOURCE, (1, 8, 8)),
)
