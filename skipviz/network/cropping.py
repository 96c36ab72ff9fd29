"""Skips over convolutions that do not pad: what they carry has to be cropped, not stretched."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture
from skipviz.network.changes import changed_skip
from skipviz.network.joints import joint
from skipviz.network.layers import (
    AnyLayer,
    AveragePool,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    MaxPool,
    Upsample,
)
from skipviz.network.mismatch import Change, MismatchError
from skipviz.network.skips import AnySkip
from skipviz.types import Shape

_CROPS = {"crop": N_("Crop it to the centre"), "crop_end": N_("Crop it to the last positions")}
_PROJECTED = {
    "crop": N_("Crop it to the centre and project it"),
    "crop_end": N_("Crop it to the last positions and project it"),
}


def crops(network: Architecture, skip: AnySkip, source: Shape, target: Shape) -> Iterator[Change]:
    """Changes under which the skip fits and position meets position, the likelier one first.

    None where the layers between its ends pad, or where their strides do not cancel.
    """
    for how in _aligning(network, skip):
        change: dict[str, Any] = {"resize": how}
        if hasattr(skip, "stride"):
            change["stride"] = None
        projected = change | {"kind": "projection", "stride": None}
        ways = (_CROPS[how], change), (_PROJECTED[how], projected)
        for label, fields in ways:
            if _fits(skip, fields, source, target):
                yield _(label), fields
                break


def _fits(skip: AnySkip, fields: dict[str, Any], source: Shape, target: Shape) -> bool:
    try:
        joint(changed_skip(skip, **fields), source, target)
    except MismatchError:
        return False
    return True


def _aligning(network: Architecture, skip: AnySkip) -> tuple[str, ...]:
    way = [] if skip.is_feedback else _way(network, skip)
    windows = [layer for layer in way if isinstance(layer, Conv1d | Conv2d)]
    unpadded = any(sum(layer.margins) < layer.reach for layer in windows)
    scale = Fraction(1)
    for layer in way:
        scale *= _stride(layer)
    if not unpadded or scale != 1:
        return ()
    if any(isinstance(layer, Conv2d) for layer in windows):
        return ("crop",)
    causal = any(layer.kernel % 2 == 0 or layer.sides == "start" for layer in windows)
    return ("crop_end", "crop") if causal else ("crop", "crop_end")


def _way(network: Architecture, skip: AnySkip) -> list[AnyLayer]:
    """The layers from its source to its target, by what each reads; none where it is another."""
    layers, k = [], skip.target
    while k > skip.source:
        if k <= network.depth:
            layers.append(network.layers[k - 1])
        k = max(network.reads_of(k).states)
    return layers if k == skip.source else []


def _stride(layer: AnyLayer) -> Fraction:
    """Over how many positions it goes from one to the next."""
    match layer:
        case Conv1d() | Conv2d():
            return Fraction(layer.stride)
        case MaxPool() | AveragePool():
            return Fraction(layer.step)
        case ConvTranspose1d() | ConvTranspose2d():
            return Fraction(1, layer.stride)
        case Upsample():
            return Fraction(1, layer.factor)
        case _:
            return Fraction(1)
