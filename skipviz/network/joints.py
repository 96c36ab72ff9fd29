"""How every kind of skip fits the state it joins: strides, shapes, and the tensors it learns."""

from dataclasses import dataclass
from math import prod
from typing import assert_never

from skipviz.language import N_, _
from skipviz.network.mismatch import Change, MismatchError
from skipviz.network.resizing import read_shape, resized
from skipviz.network.sizes import (
    channels,
    fitting_stride,
    positions,
    positions_in,
    shape_text,
    strided,
    with_channels,
)
from skipviz.network.skips import (
    AnySkip,
    Concat,
    Entrywise,
    Gate,
    Gated,
    Pad,
    Projection,
    Scale,
    ShortcutGate,
)
from skipviz.network.styles import Style
from skipviz.network.tensors import (
    InitSpec,
    Tensor,
    Tensors,
    linear_tensors,
    norm_tensors,
    with_lengths,
)
from skipviz.types import Shape

_APPENDS = N_("appends {state} to {other}")


@dataclass(frozen=True)
class Joint:
    """One skip at its place.

    `source` is the shape of s_p, `read` that of r = resize(s_p), `carried` that of v, `target`
    that of the state u it joins, `result` that of u afterwards. `stride` is the one in use.
    """

    source: Shape
    read: Shape
    carried: Shape
    target: Shape
    result: Shape
    stride: int = 1


def joint(skip: AnySkip, source: Shape, target: Shape) -> Joint:
    """The joint of a skip from a state of shape `source` to one of `target`.

    MismatchError says why there is none.
    """
    read = read_shape(skip, source, target)
    carried, stride = _carried(skip, read, target)
    grown = channels(carried) if skip.appends else 0
    result = with_channels(target, channels(target) + grown)
    return Joint(source, read, carried, target, result, stride)


def _carried(skip: AnySkip, read: Shape, target: Shape) -> tuple[Shape, int]:
    """The shape of v and the stride in use."""
    match skip:
        case Entrywise():
            return _entrywise(skip, read, target)
        case Concat():
            return _appended(read, target)
        case Pad():
            return _padded(skip, read, target)
        case Projection():
            return _projected(skip, read, target)
        case _:
            assert_never(skip)


def _entrywise(skip: Entrywise, read: Shape, target: Shape) -> tuple[Shape, int]:
    if read == target:
        return read, 1
    resizable = len(read) == len(target) and channels(read) == channels(target)
    raise MismatchError(
        _sized(skip.mismatch, read, target),
        [*([resized()] if resizable else []), _projection(read, target)],
    )


def _appended(read: Shape, target: Shape) -> tuple[Shape, int]:
    if len(read) != len(target):
        raise MismatchError(_sized(_APPENDS, read, target), [_projection(read, target)])
    if positions(read) != positions(target):
        raise MismatchError(_sized(_APPENDS, read, target), [resized(), _projection(read, target)])
    return read, 1


def _padded(skip: Pad, read: Shape, target: Shape) -> tuple[Shape, int]:
    stride = _stride(skip.stride, read, target)
    if stride is None:
        ways = [_resize_only()] if len(read) == len(target) else []
        message = _sized(N_("pads {state} to {other}"), read, target)
        raise MismatchError(message, [*ways, _projection(read, target)])
    return target, stride


def _projected(skip: Projection, read: Shape, target: Shape) -> tuple[Shape, int]:
    count = skip.channels or channels(target)
    if count != channels(target):
        message = _sized(N_("adds {state} to {other}"), with_channels(target, count), target)
        change = _projection(read, target)[1] | {"channels": None}
        label = _("Make it {width} wide", width=channels(target))
        raise MismatchError(message, [(label, change)])
    if len(read) != len(target):
        return target, 1
    stride = _stride(skip.stride, read, target)
    if stride is None:
        message = _sized(N_("projects {state} to {other}"), read, target)
        raise MismatchError(message, _strides(read, target))
    return target, stride


def _stride(wanted: int | None, read: Shape, target: Shape) -> int | None:
    """The stride in use, None where none leads from these positions to those."""
    if len(read) != len(target):
        return None
    if wanted is None:
        return fitting_stride(read, target)
    left = tuple(strided(n, wanted) for n in positions(read))
    return wanted if left == positions(target) else None


def _strides(read: Shape, target: Shape) -> list[Change]:
    fitting = fitting_stride(read, target)
    if fitting is None:
        return [_resize_only()]
    return [(_("Use stride {stride}", stride=fitting), {"stride": fitting})]


def _projection(read: Shape, target: Shape) -> Change:
    same_rank = len(read) == len(target)
    apart = same_rank and fitting_stride(read, target) is None
    resize = {"resize": "average"} if apart else {}
    return _("Make it a projection"), {"kind": "projection", "stride": None} | resize


def _resize_only() -> Change:
    return _("Resize it"), {"resize": "average", "stride": None}


def _sized(template: str, read: Shape, target: Shape) -> str:
    """What is done with two states, by their sizes."""
    state, other = shape_text(read), shape_text(target)
    if len(read) == len(target) == 1:
        return _(
            template,
            state=_("a state of width {width}", width=state),
            other=_("one of width {width}", width=other),
        )
    return _(
        template,
        state=_("a state of shape {shape}", shape=state),
        other=_("one of shape {shape}", shape=other),
    )


def skip_tensors(skip: AnySkip, joint: Joint, defaults: Style) -> Tensors:
    """What a skip learns at its joint, by name."""
    tensors = _kind_tensors(skip, joint, defaults)
    for name in ("branch_scale", "shortcut_scale"):
        scale: Scale | None = getattr(skip, name, None)
        if scale is not None and scale.learned != "no":
            count = channels(joint.target) if scale.learned == "channel" else 1
            tensors[name] = Tensor((count,), InitSpec("constant", value=scale.value))
    return tensors


def _kind_tensors(skip: AnySkip, joint: Joint, defaults: Style) -> Tensors:
    """The tensors of a skip besides its scales."""
    match skip:
        case Projection():
            return _projection_tensors(skip, joint, defaults)
        case Gate():
            return _gate_tensors(skip, joint, defaults)
        case Entrywise() | Pad() | Concat():
            return {}
        case _:
            assert_never(skip)


def _projection_tensors(skip: Projection, joint: Joint, defaults: Style) -> Tensors:
    read, carried = joint.read, joint.carried
    if len(read) != len(carried):
        weight: Shape = (prod(carried), prod(read))
        uses = 1
    else:
        weight = (channels(carried), channels(read), *((1, 1) if len(read) == 3 else ()))
        uses = positions_in(carried)
    linear = linear_tensors("", weight, uses, skip.bias, skip.init or defaults.init)
    return with_lengths(linear, skip.norm) | norm_tensors("norm", skip.norm, carried)


def _gate_tensors(skip: Gated | ShortcutGate, joint: Joint, defaults: Style) -> Tensors:
    count, init = channels(joint.read), skip.init or defaults.init
    weight = (count, count, *((1, 1) if len(joint.read) == 3 else ()))
    bias = Tensor((count,), InitSpec("constant", value=skip.gate_bias))
    linear = linear_tensors("gate_", weight, positions_in(joint.read), False, init)
    return linear | {"gate_bias": bias}
