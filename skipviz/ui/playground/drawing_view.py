"""The network as the editor draws it: plain data with every text the drawing shows."""

from collections.abc import Sequence
from typing import Any

from skipviz.data import DataInfo
from skipviz.language import N_, _, again, said_once
from skipviz.network import (
    SKIP_KINDS,
    AnyLayer,
    AnySkip,
    Problem,
    ResolvedNetwork,
)
from skipviz.network.blocks import repeated_blocks
from skipviz.network.layers import drawn_sources
from skipviz.network.naming import attended, tie
from skipviz.network.sizes import shape_text
from skipviz.network.wiring import in_full
from skipviz.text import kind_text
from skipviz.types import Shape
from skipviz.ui.playground.cards import Cards

View = dict[str, Any]
_ATTENDS = {
    "memory": N_("{layer}, attends to {state}"),
    "values": N_("{layer}, takes its values from {state}"),
}


def network_view(resolved: ResolvedNetwork, about: DataInfo, problems: Sequence[Problem]) -> View:
    """Layers, skips and shapes of a network on a data set, and what does not fit."""
    network, found = resolved.network, resolved.inference
    outputs = shape_text((about.outputs,))
    cards = Cards(resolved)
    return {
        "input": {"title": _(about.title), "shape": shape_text(about.input_shape)},
        "readout": {
            "title": _("{kind} {shape}", kind=kind_text(network.readout.kind), shape=outputs),
            "shape": outputs,
            "reads": in_full(network.readout.reads),
            "owner": tie(network.readout),
        },
        "layers": [
            _layer(layer, network.style(k).activation, found.states[k]) | {"card": cards.layer(k)}
            for k, layer in enumerate(network.layers, start=1)
        ],
        "skips": [_skip(skip) | {"card": cards.skip(skip)} for skip in network.skips],
        "blocks": [[b.first, b.length, b.times] for b in repeated_blocks(network)],
        "kinds": list(SKIP_KINDS),
        "feedback": network.runs_over_time,
        "problems": [_problem(problem) for problem in problems],
    }


@said_once
def _layer(layer: AnyLayer, activation: str, state: Shape | None) -> View:
    shape = "?" if state is None else shape_text(state)
    title = _("{kind} {shape}", kind=kind_text(layer.kind), shape=shape)
    return {
        "kind": layer.kind,
        "mark": layer.mark,
        "title": title,
        "detail": _detail(title, activation, layer),
        "shape": shape,
        "fields": _fields(layer),
        "owner": tie(layer),
        **drawn_sources(layer),
    }


def _detail(title: str, activation: str, layer: AnyLayer) -> str:
    said = title
    if layer.has_activation():
        said = _("{layer}, {activation}", layer=title, activation=_(activation))
    if layer.reads:
        said = _("{layer}, reads {reads}", layer=said, reads=str(layer.reads))
    for field, state in attended(layer).items():
        said = _(_ATTENDS[field], layer=said, state=str(state) if state else _("the input"))
    owner = tie(layer)
    return _("{layer}, weights of layer {owner}", layer=said, owner=owner) if owner else said


@said_once
def _skip(skip: AnySkip) -> View:
    return {
        "source": skip.source,
        "target": skip.target,
        "kind": skip.kind,
        "title": _(
            "{kind} {source} → {target}",
            kind=_(skip.kind),
            source=skip.source,
            target=skip.target,
        ),
        "fields": _fields(skip),
    }


def _fields(part: AnyLayer | AnySkip) -> View:
    """As it is written in a network's JSON, for the clipboard."""
    return part.model_dump(mode="json", exclude_defaults=True)


def _problem(problem: Problem) -> View:
    return {
        "layer": problem.layer,
        "skip": list(problem.skip) if problem.skip else None,
        "message": again(problem.message),
        "fixes": [{"label": again(m.label), "edits": list(m.edits)} for m in problem.fixes],
    }
