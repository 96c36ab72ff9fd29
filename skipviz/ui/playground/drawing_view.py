"""The network as the editor draws it: plain data with every text the drawing shows."""

from collections.abc import Sequence
from typing import Any

from skipviz.data import DataInfo
from skipviz.network import (
    SKIP_KINDS,
    AnyLayer,
    AnySkip,
    Problem,
    Reads,
    ResolvedNetwork,
)
from skipviz.network.blocks import repeated_blocks
from skipviz.network.layers import drawn_sources
from skipviz.network.naming import memory, tie
from skipviz.network.sizes import shape_text
from skipviz.network.wiring import in_full
from skipviz.types import Shape
from skipviz.ui.playground.cards import Cards

View = dict[str, Any]


def network_view(resolved: ResolvedNetwork, about: DataInfo, problems: Sequence[Problem]) -> View:
    """Layers, skips and shapes of a network on a data set, and what does not fit."""
    network, found = resolved.network, resolved.inference
    outputs = shape_text((about.outputs,))
    cards = Cards(resolved)
    return {
        "input": {"title": about.title, "shape": shape_text(about.input_shape)},
        "readout": {
            "title": f"{network.readout.kind.replace('_', ' ')} {outputs}",
            "shape": outputs,
            "reads": in_full(network.readout.reads),
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


def _layer(layer: AnyLayer, activation: str, state: Shape | None) -> View:
    kind = layer.kind.replace("_", " ")
    shape = "?" if state is None else shape_text(state)
    return {
        "kind": layer.kind,
        "mark": layer.mark,
        "title": f"{kind} {shape}",
        "detail": f"{kind} {shape}, {activation}{_read_text(layer.reads)}{_tie_text(layer)}",
        "shape": shape,
        "fields": _fields(layer),
        **drawn_sources(layer),
    }


def _read_text(reads: Reads | None) -> str:
    return f", reads {reads}" if reads else ""


def _tie_text(layer: AnyLayer) -> str:
    owner, attended = tie(layer), memory(layer)
    said = "" if attended is None else f", attends to {attended or 'the input'}"
    return said + (f", weights of layer {owner}" if owner else "")


def _skip(skip: AnySkip) -> View:
    return {
        "source": skip.source,
        "target": skip.target,
        "kind": skip.kind,
        "title": f"{skip.kind} {skip.source} → {skip.target}",
        "fields": _fields(skip),
    }


def _fields(part: AnyLayer | AnySkip) -> View:
    """As it is written in a network's JSON, for the clipboard."""
    return part.model_dump(mode="json", exclude_defaults=True)


def _problem(problem: Problem) -> View:
    return {
        "layer": problem.layer,
        "skip": list(problem.skip) if problem.skip else None,
        "message": problem.message,
        "fixes": [{"label": m.label, "edits": list(m.edits)} for m in problem.fixes],
    }
