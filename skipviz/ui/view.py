"""The network as the editor draws it: plain data with every text the drawing shows."""

from collections.abc import Mapping
from typing import Any

from skipviz import data
from skipviz.network import SKIP_KINDS, Dense, Network, Problem
from skipviz.network.shapes import shape_text

View = dict[str, Any]


def network_view(network: Network, data_name: str) -> View:
    """Layers, skips, shapes and problems of a network on a data set."""
    about = data.info(data_name)
    return {
        "input": {"title": about.title, "shape": shape_text(about.input_shape)},
        "readout": {"title": "readout", "shape": shape_text((about.outputs,))},
        "layers": [_layer(network, k, layer) for k, layer in enumerate(network.layers, start=1)],
        "skips": [_skip(skip.source, skip.target, skip.kind) for skip in network.skips],
        "kinds": list(SKIP_KINDS),
        "problems": [
            _problem(problem) for problem in network.check(about.input_shape, about.outputs)
        ],
    }


def _layer(network: Network, k: int, layer: Dense) -> View:
    activation = network.style(k).activation
    return {
        "kind": layer.kind,
        "title": f"{layer.kind} {layer.width}",
        "detail": f"{layer.width} units, {activation}",
        "shape": str(layer.width),
    }


def _skip(source: int, target: int, kind: str) -> View:
    return {
        "source": source,
        "target": target,
        "kind": kind,
        "title": f"{kind} {source} → {target}",
    }


def _problem(problem: Problem) -> Mapping[str, object]:
    return {
        "layer": problem.layer,
        "skip": list(problem.skip) if problem.skip else None,
        "message": problem.message,
        "mends": [{"label": m.label, "edits": list(m.edits)} for m in problem.mends],
    }
