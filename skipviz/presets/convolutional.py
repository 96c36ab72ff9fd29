"""Networks whose skips concatenate (DenseNet, U-Net), and the text's `conv_block` network."""

from collections.abc import Sequence

from skipviz.language import N_
from skipviz.network import (
    AveragePool,
    Conv2d,
    ConvTranspose2d,
    GlobalPool,
    Init,
    MaxPool,
    Network,
    Readout,
    Style,
)
from skipviz.presets.preset import Chain, Preset, convolved_twice

_HE = Init(scheme="he")
_DENSENET = "Huang et al., Densely Connected Convolutional Networks, 2017"
_UNET = "Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation, 2015"


def densenet(
    stem: Sequence[Conv2d | MaxPool],
    start: int,
    blocks: Sequence[int],
    growth: int,
    compression: float = 1.0,
    bottleneck: bool = False,
) -> Network:
    """Blocks of layers that each append `growth` channels to what they read.

    Pre-activation throughout; between blocks a 1x1 convolution keeps the share `compression` of
    the channels and an average pool halves the image. `start` is the channels after the stem.
    """
    chain = Chain()
    chain.add(*stem)
    channels = start
    narrow = [Conv2d(channels=4 * growth, kernel=1)] if bottleneck else []
    for place, count in enumerate(blocks):
        if place > 0:
            channels = int(channels * compression)
            chain.add(Conv2d(channels=channels, kernel=1), AveragePool())
        for _ in range(count):
            chain.block(*narrow, Conv2d(channels=growth), kind="concat")
        channels += count * growth
    chain.add(GlobalPool(norm="batch", activation="relu", order="pre"))
    return chain.network(defaults=Style(norm="batch", order="pre", bias=False, init=_HE))


def densenet40_12() -> Network:
    """DenseNet (k = 12, L = 40) for 32x32 images: three blocks of twelve layers."""
    return densenet([_first(16)], 16, (12, 12, 12), growth=12)


def densenet_bc_100_12() -> Network:
    """DenseNet-BC (k = 12, L = 100) for 32x32 images: bottlenecks, half the channels kept."""
    return densenet([_first(24)], 24, (16, 16, 16), 12, compression=0.5, bottleneck=True)


def densenet121() -> Network:
    """DenseNet-121 (k = 32) for 1,000 classes of 224x224 images."""
    first = Conv2d(channels=64, kernel=7, stride=2, order="post")
    stem: list[Conv2d | MaxPool] = [first, MaxPool(kernel=3, stride=2, padding=1)]
    return densenet(stem, 64, (6, 12, 24, 16), 32, compression=0.5, bottleneck=True)


def densenet_digits() -> Network:
    """Two blocks of four layers, k = 8, on 8x8 digits."""
    return densenet([_first(16)], 16, (4, 4), growth=8, compression=0.5)


def unet() -> Network:
    """U-Net, base 64, depth 4, two classes per pixel; padded, where the paper crops its skips."""
    return _unet(64, 4).network(readout=Readout(kind="per_position"), defaults=Style(init=_HE))


def unet_digits() -> Network:
    """U-Net, base 8, depth 2, padded, on 8x8 digits; pooled at the end to name the digit."""
    chain = _unet(8, 2)
    chain.add(GlobalPool())
    return chain.network(defaults=Style(init=_HE))


def conv_block() -> Network:
    """Four blocks of two 3x3 convolutions, stride 2, each with a 1x1 projection shortcut.

    Padding is 1 on both sides; Keras pads the strided ones on one side only, with the same
    counts and shapes.
    """
    return _conv_blocks((32, 64, 128, 256))


def conv_block_digits() -> Network:
    """Two such blocks, of 16 and 32 channels, on 8x8 digits."""
    return _conv_blocks((16, 32))


def _first(channels: int) -> Conv2d:
    return Conv2d(channels=channels, norm="none", activation="identity", order="post")


def _unet(base: int, depth: int) -> Chain:
    chain, ends = Chain(), []
    for level in range(depth):
        ends.append(chain.add(*convolved_twice(base * 2**level)))
        chain.add(MaxPool())
    chain.add(*convolved_twice(base * 2**depth))
    for level in reversed(range(depth)):
        chain.add(ConvTranspose2d(channels=base * 2**level, activation="identity"))
        chain.skip(ends[level], "concat")
        chain.add(*convolved_twice(base * 2**level))
    return chain


def _conv_blocks(widths: Sequence[int]) -> Network:
    chain = Chain()
    for width in widths:
        chain.block(
            Conv2d(channels=width, stride=2),
            Conv2d(channels=width),
            kind="projection",
            norm="batch",
            bias=True,
            join="preactivation",
        )
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", init=Init(scheme="xavier")))


_CIFAR = (3, 32, 32)
_TEXT = N_("tutorial text on skip connections (conv_block, Keras)")
PRESETS = (
    Preset(
        "densenet40_12",
        "DenseNet (40, 12)",
        densenet40_12,
        _DENSENET,
        _CIFAR,
        10,
        None,
        published="1.0 M parameters in Table 2 of the paper",
    ),
    Preset(
        "densenet_bc_100_12",
        "DenseNet-BC (100, 12)",
        densenet_bc_100_12,
        _DENSENET,
        _CIFAR,
        10,
        None,
        published="0.8 M parameters in Table 2 of the paper",
    ),
    Preset(
        "densenet121",
        "DenseNet-121",
        densenet121,
        _DENSENET,
        (3, 224, 224),
        1000,
        None,
        published="7,978,856 parameters in torchvision",
    ),
    Preset("densenet_digits", "DenseNet for digits", densenet_digits, _DENSENET, (1, 8, 8)),
    Preset("unet", "U-Net", unet, _UNET, (1, 128, 128), 2, None),
    Preset("unet_digits", "U-Net for digits", unet_digits, _UNET, (1, 8, 8)),
    Preset("conv_block", "conv_block × 4", conv_block, _TEXT, _CIFAR, 10, "cifar10"),
    Preset("conv_block_digits", "conv_block × 2 for digits", conv_block_digits, _TEXT, (1, 8, 8)),
)
