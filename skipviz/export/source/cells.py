"""One layer of the drawing as code: what it holds, and its part of the forward pass."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from skipviz.export.source.around import activated, dropped, normed
from skipviz.export.source.calls import call
from skipviz.export.source.flow import Flow
from skipviz.export.source.joins import join, skip_members
from skipviz.export.source.maps import Op, op
from skipviz.export.source.members import (
    Member,
    Place,
    bias_option,
    dense,
    linear_map,
    norm_members,
)
from skipviz.export.source.reading import read
from skipviz.export.source.scope import Scope
from skipviz.network import ResolvedNetwork
from skipviz.network.architecture import outer_activation, outer_frequency
from skipviz.network.sizes import channels


@dataclass(frozen=True)
class Cell:
    """A layer: members with what the built model calls their module, and statements.

    `wired`: it reads something else than the state before it.
    """

    members: tuple[tuple[str, Member], ...]
    lines: tuple[str, ...]
    wired: bool


def cell(resolved: ResolvedNetwork, k: int, scope: Scope) -> Cell:
    """Layer k (N + 1: the readout) in a module whose names are those of `scope`."""
    flow = read(resolved, k, scope)
    (_readout if k == resolved.last else _layer)(resolved, k, scope, flow)
    members = (*_layer_members(resolved, k, scope), *_skip_members(resolved, k, scope))
    lines = (*flow.lines, f"{scope.state(k)} = {flow.value}")
    return Cell(members, lines, resolved.network.is_wired_at(k))


def _layer(resolved: ResolvedNetwork, k: int, scope: Scope, flow: Flow) -> None:
    layer, style, shapes = (
        resolved.network.layers[k - 1],
        resolved.network.style(k),
        resolved.shapes.layers[k - 1],
    )
    name, activation = scope.layer(k), outer_activation(layer, style)
    if style.order == "pre":
        normed(flow, f"{name}_norm", style.norm, shapes.source)
        activated(flow, activation, shapes.source, outer_frequency(layer, style))
        _op(resolved, k, scope).apply(flow)
    else:
        _op(resolved, k, scope).apply(flow)
        normed(flow, f"{name}_norm", style.norm, shapes.mapped)
        _join(resolved, k, scope, flow, "preactivation")
        activated(flow, activation, shapes.inner, outer_frequency(layer, style))
    dropped(flow, style.dropout)
    _join(resolved, k, scope, flow, "output")
    normed(flow, f"{name}_state_norm", layer.state_norm, shapes.state)


def _readout(resolved: ResolvedNetwork, k: int, scope: Scope, flow: Flow) -> None:
    if resolved.network.reads_out_flat and len(resolved.shapes.layers[-1].source) > 1:
        flow.wrap("", ".flatten(1)")
    flow.wrap("self.readout(")
    _join(resolved, k, scope, flow, "preactivation")
    _join(resolved, k, scope, flow, "output")


def _join(resolved: ResolvedNetwork, k: int, scope: Scope, flow: Flow, place: str) -> None:
    for skip, joint in resolved.skips_into.get(k, []):
        if skip.join == place:
            flow.note(scope.title(skip))
            join(flow, skip, joint, scope.skip(skip), scope.read(skip))


def _layer_members(resolved: ResolvedNetwork, k: int, scope: Scope) -> Iterator[tuple[str, Member]]:
    module, owner = resolved.module(k), resolved.network.tie_of(k)
    for member in _own_members(resolved, k, scope):
        yield module, member if owner is None else _tied(resolved, k, member, scope.layer(owner))


def _tied(resolved: ResolvedNetwork, k: int, member: Member, owner: str) -> Member:
    """The member with the tensors of the same name that layer `owner` has."""
    lines = tuple(
        f"self.{member.name}.{ours} = self.{owner}{member.name.removeprefix(module)}.{ours}"
        for module in [resolved.module(k)]
        for ours, theirs in member.tensors.items()
        if f"{module}.{theirs}" in resolved.ties
    )
    return replace(member, shared=lines)


def _own_members(resolved: ResolvedNetwork, k: int, scope: Scope) -> Iterator[Member]:
    name = scope.layer(k)
    if k == resolved.last:
        yield _readout_member(resolved)
        return
    layer, style, shapes = (
        resolved.network.layers[k - 1],
        resolved.network.style(k),
        resolved.shapes.layers[k - 1],
    )
    member = _op(resolved, k, scope).member
    held = [member] if member else []
    normalised = shapes.source if style.order == "pre" else shapes.mapped
    norm = list(norm_members(f"{name}_norm", style.norm, style.norm_groups, normalised))
    after = norm_members(f"{name}_state_norm", layer.state_norm, style.norm_groups, shapes.state)
    inside = [*norm, *held] if style.order == "pre" else [*held, *norm]
    yield from (*inside, *after)


def _op(resolved: ResolvedNetwork, k: int, scope: Scope) -> Op:
    network, shapes = resolved.network, resolved.shapes.layers[k - 1]
    tensors = resolved.used[resolved.module(k)]
    attended = {name: scope.state(state) for name, state in network.attended_by(k).items()}
    return op(
        network.layers[k - 1], Place(scope.layer(k), network.style(k), shapes, tensors, attended)
    )


def _readout_member(resolved: ResolvedNetwork) -> Member:
    shapes, tensors = resolved.shapes.layers[-1], resolved.used["readout"]
    if resolved.network.reads_out_flat:
        return dense("readout", shapes.source, shapes.mapped[0], tensors)
    ends = channels(shapes.source), channels(shapes.mapped)
    bias = bias_option("bias" in tensors)
    if len(shapes.source) == 3:
        return linear_map("readout", call("nn.Conv2d", *ends, "1", **bias), tensors)
    return linear_map("readout", call("nn.Linear", *ends, **bias), tensors)


def _skip_members(resolved: ResolvedNetwork, k: int, scope: Scope) -> Iterator[tuple[str, Member]]:
    groups = resolved.network.defaults.norm_groups
    for skip, joint in resolved.skips_into.get(k, []):
        module = skip.module
        tensors = resolved.modules[module]
        for member in skip_members(skip, joint, scope.skip(skip), tensors, groups):
            yield module, member
