"""Networks of branches side by side (SqueezeNet, GoogLeNet), and of skips that are gated or carry
the input (attention U-Net, NeRF).
"""

from typing import Any

from skipviz.network import (
    AnyLayer,
    Conv2d,
    ConvTranspose2d,
    Dense,
    GlobalPool,
    Identity,
    Init,
    MaxPool,
    Network,
    Readout,
    Reads,
    Style,
    Upsample,
)
from skipviz.presets.preset import Chain, Preset, convolved_twice

_HE = Init(scheme="he")


def squeezenet1_0() -> Network:
    """SqueezeNet 1.0 for 1,000 classes of 224x224 images: eight fire modules, a narrow 1x1
    convolution and two wide ones side by side. The map to the classes reads the mean over all
    positions, where the paper takes the mean behind that map.
    """
    chain = Chain()
    chain.add(Conv2d(channels=96, kernel=7, stride=2, padding=0), _half())
    for squeeze, width in ((16, 64), (16, 64), (32, 128)):
        _fire(chain, squeeze, width)
    chain.add(_half())
    for squeeze, width in ((32, 128), (48, 192), (48, 192), (64, 256)):
        _fire(chain, squeeze, width)
    chain.add(_half())
    _fire(chain, 64, 256)
    chain.add(GlobalPool(dropout=0.5))
    return chain.network(defaults=Style(init=_HE))


def squeezenet_digits() -> Network:
    """Four fire modules with batch norm on 8x8 digits, skips around the second and the fourth (the
    simple bypass of the paper). Branches stay without the skips: compare the gradients of the 1x1
    and the 3x3 convolution of a module.
    """
    chain = Chain()
    chain.add(Conv2d(channels=16))
    for squeeze, width in ((4, 8), (8, 16)):
        _fire(chain, squeeze, width)
        start = chain.end
        _fire(chain, squeeze, width)
        chain.skip(start)
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", bias=False, init=_HE))


def _half() -> MaxPool:
    return MaxPool(kernel=3, stride=2, ceil=True)


def _fire(chain: Chain, squeeze: int, width: int) -> None:
    narrow = chain.add(Conv2d(channels=squeeze, kernel=1))
    one = chain.add(Conv2d(channels=width, kernel=1))
    three = chain.add(Conv2d(channels=width, reads=Reads.of(narrow)))
    chain.add(Identity(reads=Reads.of(one, three)))


def googlenet() -> Network:
    """GoogLeNet (Inception v1) for 1,000 classes of 224x224 images, with batch norm and 3x3
    convolutions for 5x5, as torchvision has it, without the two auxiliary classifiers.
    """
    chain = Chain()
    chain.add(Conv2d(channels=64, kernel=7, stride=2), _half())
    chain.add(Conv2d(channels=64, kernel=1), Conv2d(channels=192), _half())
    _inception(chain, 64, 96, 128, 16, 32, 32)
    _inception(chain, 128, 128, 192, 32, 96, 64)
    chain.add(_half())
    _inception(chain, 192, 96, 208, 16, 48, 64)
    _inception(chain, 160, 112, 224, 24, 64, 64)
    _inception(chain, 128, 128, 256, 24, 64, 64)
    _inception(chain, 112, 144, 288, 32, 64, 64)
    _inception(chain, 256, 160, 320, 32, 128, 128)
    chain.add(MaxPool(ceil=True))
    _inception(chain, 256, 160, 320, 32, 128, 128)
    _inception(chain, 384, 192, 384, 48, 128, 128)
    chain.add(GlobalPool(dropout=0.2))
    return chain.network(defaults=Style(norm="batch", bias=False, init=_HE))


def googlenet_digits() -> Network:
    """Two inceptions on 8x8 digits. Four branches read one state, and no skip leads past them:
    compare the gradients of layers side by side, or draw a skip over the inceptions.
    """
    chain = Chain()
    chain.add(Conv2d(channels=8))
    _inception(chain, 4, 4, 8, 2, 4, 4)
    chain.add(_half())
    _inception(chain, 8, 6, 12, 2, 4, 4)
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", bias=False, init=_HE))


def _inception(chain: Chain, *widths: int) -> None:
    """1x1; 1x1 and 3x3; 1x1 and 3x3 for 5x5; pooled and 1x1: their channels one after the other."""
    one, narrow, three, narrower, five, pooled = widths
    read = Reads.of(chain.end)
    ends = [
        chain.add(Conv2d(channels=one, kernel=1)),
        chain.add(Conv2d(channels=narrow, kernel=1, reads=read), Conv2d(channels=three)),
        chain.add(Conv2d(channels=narrower, kernel=1, reads=read), Conv2d(channels=five)),
        chain.add(
            MaxPool(kernel=3, stride=1, padding=1, ceil=True, reads=read),
            Conv2d(channels=pooled, kernel=1),
        ),
    ]
    chain.add(Identity(reads=Reads.of(*ends)))


def attention_unet() -> Network:
    """Attention U-Net, base 64, depth 4, two classes per pixel of 128x128 images: a gate made from
    the coarser state scales what each skip carries.
    """
    chain = _attention_unet(64, 4)
    style = Style(norm="batch", init=_HE)
    return chain.network(readout=Readout(kind="per_position"), defaults=style)


def attention_unet_digits() -> Network:
    """Attention U-Net, base 8, depth 2, on 8x8 digits; pooled at the end to name the digit. Gates
    lead on by the skips alone: without them they are cut off and get no gradient.
    """
    chain = _attention_unet(8, 2)
    chain.add(GlobalPool())
    return chain.network(defaults=Style(norm="batch", init=_HE))


def _attention_unet(base: int, depth: int) -> Chain:
    chain, ends = Chain(), []
    for level in range(depth):
        ends.append(chain.add(*convolved_twice(base * 2**level)))
        chain.add(MaxPool())
    chain.add(*convolved_twice(base * 2**depth))
    for level in reversed(range(depth)):
        width, coarse = base * 2**level, chain.end
        gated = _gated(chain, ends[level], coarse, width)
        up = ConvTranspose2d(channels=width, activation="identity", norm="none")
        chain.add(up.model_copy(update={"reads": Reads.of(coarse)}))
        chain.skip(gated, "concat")
        chain.add(*convolved_twice(width))
    return chain


def _gated(chain: Chain, fine: int, coarse: int, width: int) -> int:
    """x a with a = up(sigmoid(psi relu(W x + V g))), one number per position: the state of x a."""
    bare: dict[str, Any] = {"norm": "none", "activation": "identity"}
    halved: dict[str, Any] = {"kernel": 2, "stride": 2, "padding": 0, "bias": False}
    x = chain.add(Conv2d(channels=width, reads=Reads.of(fine), **halved, **bare))
    g = chain.add(Conv2d(channels=width, kernel=1, reads=Reads.of(coarse), **bare))
    chain.add(Identity(reads=Reads.of(x, g, combine="add"), activation="relu"))
    chain.add(Conv2d(channels=1, kernel=1, norm="none", activation="sigmoid"))
    attention = chain.add(Upsample(mode="linear"))
    return chain.add(Identity(reads=Reads.of(fine, attention, combine="multiply")))


def nerf() -> Network:
    """NeRF without view directions: eight layers of 256 ReLU units from a position, encoded in 63
    numbers, to colour and density; the input is appended at layer 5.
    """
    return _nerf(256)


def nerf_plane() -> Network:
    """Eight layers of 32 ReLU units from a point of the plane, the input appended at layer 5. By
    the skip layer 6 reads the point itself: compare the gradients of layers 1 to 5 in both arms.
    """
    return _nerf(32)


def _nerf(width: int) -> Network:
    layers: list[AnyLayer] = [Dense(width=width)] * 8
    skips = [{"kind": "concat", "source": 0, "target": 5}]
    return Network.of(layers=layers, skips=skips, defaults=Style(init=_HE))


_SQUEEZENET = (
    "Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model "
    "size, 2016"
)
_GOOGLENET = "Szegedy et al., Going Deeper with Convolutions, 2015"
_ATTENTION = "Oktay et al., Attention U-Net: Learning Where to Look for the Pancreas, 2018"
_NERF = (
    "Mildenhall et al., NeRF: Representing Scenes as Neural Radiance Fields for View Synthesis, "
    "2020"
)
_IMAGENET = (3, 224, 224)
_DIGITS = (1, 8, 8)
PRESETS = (
    Preset(
        "squeezenet1_0",
        "SqueezeNet 1.0",
        squeezenet1_0,
        _SQUEEZENET,
        _IMAGENET,
        1000,
        None,
        published="1,248,424 parameters in torchvision",
    ),
    Preset(
        "googlenet",
        "GoogLeNet",
        googlenet,
        _GOOGLENET,
        _IMAGENET,
        1000,
        None,
        published="6,624,904 parameters in torchvision, without the auxiliary classifiers",
    ),
    Preset("attention_unet", "Attention U-Net", attention_unet, _ATTENTION, (1, 128, 128), 2, None),
    Preset("nerf", "NeRF", nerf, _NERF, (63,), 4, None),
    Preset(
        "squeezenet_digits",
        "SqueezeNet for digits",
        squeezenet_digits,
        _SQUEEZENET,
        _DIGITS,
        learning_rate=0.1,
    ),
    Preset(
        "googlenet_digits",
        "GoogLeNet for digits",
        googlenet_digits,
        _GOOGLENET,
        _DIGITS,
        learning_rate=0.1,
    ),
    Preset(
        "attention_unet_digits",
        "Attention U-Net for digits",
        attention_unet_digits,
        _ATTENTION,
        _DIGITS,
        learning_rate=0.1,
    ),
    Preset("nerf_plane", "NeRF on a plane", nerf_plane, _NERF, (2,), 1, "plane"),
)
