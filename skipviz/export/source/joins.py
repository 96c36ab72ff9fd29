"""How each kind of skip joins, in torch: what it holds and what it does to the value."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import assert_never

from skipviz.export.source.around import activated, cat_axis, dropped, normed
from skipviz.export.source.calls import call
from skipviz.export.source.flow import Flow
from skipviz.export.source.members import (
    Member,
    bias_option,
    factor_members,
    linear_map,
    norm_members,
)
from skipviz.network.joints import Joint
from skipviz.network.resizing import crop_starts, pool_windows
from skipviz.network.sizes import channels, positions
from skipviz.network.skips import (
    Add,
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
from skipviz.network.tensors import Tensors
from skipviz.types import Shape


@dataclass(frozen=True)
class _Junction:
    """Where a skip joins: its members are called `name`; it brings `carried` to `flow`."""

    joint: Joint
    name: str
    flow: Flow
    carried: Flow


def skip_members(
    skip: AnySkip, joint: Joint, name: str, tensors: Tensors, groups: int
) -> Iterator[Member]:
    """What a skip learns, as members called `name` and so on."""
    match skip:
        case Projection():
            yield _projection(skip, joint, name, tensors)
            yield from norm_members(
                f"{name}_norm", skip.norm, skip.norm_groups or groups, joint.carried
            )
        case Gate():
            yield _gate(joint, name, tensors)
        case Entrywise() | Pad() | Concat():
            pass
        case _:
            assert_never(skip)
    yield from factor_members(name, tensors)


def _gate(joint: Joint, name: str, tensors: Tensors) -> Member:
    count = channels(joint.read)
    image = len(joint.read) == 3
    gate = call("nn.Conv2d", count, count, "1") if image else call("nn.Linear", count, count)
    return linear_map(f"{name}_gate", gate, tensors, "gate_")


def _projection(skip: Projection, joint: Joint, name: str, tensors: Tensors) -> Member:
    read, carried = joint.read, joint.carried
    bias = bias_option(skip.bias)
    if len(read) != len(carried):
        module = call("nn.Linear", prod(read), prod(carried), **bias)
    elif len(read) == 3:
        stride = joint.stride if joint.stride != 1 else None
        module = call("nn.Conv2d", channels(read), channels(carried), "1", stride=stride, **bias)
    else:
        module = call("nn.Linear", channels(read), channels(carried), **bias)
    return linear_map(name, module, tensors)


def join(flow: Flow, skip: AnySkip, joint: Joint, name: str, source: str) -> None:
    """Let a skip that reads the variable `source` join the value of `flow`."""
    carried = Flow(source, "v")
    if positions(joint.read) != positions(joint.source):
        if skip.resize in ("crop", "crop_end"):
            _crop(carried, skip, joint)
        else:
            _resize(carried, skip, joint)
    _merge(skip, _Junction(joint, name, flow, carried))


def _crop(flow: Flow, skip: AnySkip, joint: Joint) -> None:
    starts, places = crop_starts(skip.resize, joint.source, joint.read), positions(joint.read)
    kept = ", ".join(f"{a}:{a + n}" for a, n in zip(starts, places, strict=True))
    flow.wrap("", f"[:, {kept}]" if len(places) == 1 else f"[:, :, {kept}]")


def _resize(flow: Flow, skip: AnySkip, joint: Joint) -> None:
    places = positions(joint.read)
    size = str(places if len(places) == 2 else places[0])
    if len(places) == 1:
        flow.wrap("", ".transpose(1, 2)")
    if skip.resize == "pool":
        windows = pool_windows(positions(joint.source), places)
        of_all = str(windows[0] if len({*windows}) == 1 else windows)
        flow.wrap(f"F.avg_pool{len(places)}d(", f", {of_all}, ceil_mode=True)")
    elif skip.resize == "nearest":
        flow.wrap("F.interpolate(", f', size={size}, mode="nearest")')
    else:
        flow.wrap(f"F.adaptive_avg_pool{len(places)}d(", f", {size})")
    if len(places) == 1:
        flow.wrap("", ".transpose(1, 2)")


def _merge(skip: AnySkip, at: _Junction) -> None:
    """What the kind makes of the value and of r, the resized state of the source."""
    match skip:
        case Add():
            _add(skip, at)
        case Projection():
            _project(skip, at)
            _add(skip, at)
        case Pad():
            _pad(at)
            _add(skip, at)
        case Gated() | ShortcutGate():
            _mix(skip, at)
        case Concat():
            dropped(at.carried, skip.dropout)
            at.flow.append(at.carried, cat_axis(at.joint.target))
        case _:
            assert_never(skip)


def _project(skip: Projection, at: _Junction) -> None:
    read, shape, carried = at.joint.read, at.joint.carried, at.carried
    same_rank = len(read) == len(shape)
    if same_rank and len(read) == 2:
        _every(at)
    if not same_rank and len(read) > 1:
        carried.wrap("", ".flatten(1)")
    carried.wrap(f"self.{at.name}(")
    if not same_rank and len(shape) > 1:
        carried.wrap("", f".unflatten(1, {shape})")
    normed(carried, f"{at.name}_norm", skip.norm, shape)
    activated(carried, skip.activation, shape)


def _pad(at: _Junction) -> None:
    _every(at)
    read = at.joint.read
    lacking = channels(at.joint.carried) - channels(read)
    if lacking < 0:
        kept = channels(at.joint.carried)
        at.carried.wrap("", f"[:, :, :{kept}]" if len(read) == 2 else f"[:, :{kept}]")
    elif lacking:
        before = "0, " * (4 if len(read) == 3 else 0)
        at.carried.wrap("F.pad(", f", ({before}0, {lacking}))")


def _every(at: _Junction) -> None:
    """Every `stride`-th position of a sequence or image."""
    rank, stride = len(at.joint.read), at.joint.stride
    if stride != 1 and rank > 1:
        at.carried.wrap("", f"[:, ::{stride}]" if rank == 2 else f"[:, :, ::{stride}, ::{stride}]")


def _mix(skip: Gated | ShortcutGate, at: _Junction) -> None:
    flow, carried = at.flow, at.carried
    _survive(skip, flow)
    flow.settle()
    carried.settle()
    flow.take(carried)
    flow.lines.append(f"gate = torch.sigmoid(self.{at.name}_gate({carried.value}))")
    dropped(carried, skip.dropout)
    if isinstance(skip, Gated):
        flow.scale("gate")
    flow.plus(carried, "(1 - gate) * ")


def _add(skip: Add | Projection | Pad, at: _Junction) -> None:
    """branch_scale u + shortcut_scale v."""
    dropped(at.carried, skip.dropout)
    _survive(skip, at.flow)
    for key, flow in (("branch_scale", at.flow), ("shortcut_scale", at.carried)):
        factor = _factor(getattr(skip, key), f"self.{at.name}_{key}", at.joint.target)
        if factor:
            flow.scale(factor)
    at.flow.plus(at.carried)


def _factor(scale: Scale, name: str, target: Shape) -> str:
    if scale.learned == "no":
        return "" if scale.value == 1 else repr(scale.value)
    per_channel_of_image = scale.learned == "channel" and len(target) == 3
    return f"{name}[:, None, None]" if per_channel_of_image else name


def _survive(skip: Add | Projection | Pad | Gated | ShortcutGate, flow: Flow) -> None:
    if skip.survival < 1:
        flow.wrap("drop_branch(", f", {skip.survival!r}, self.training)")
