"""What the drawing says of a layer or a skip that is pointed at, line by line."""

from skipviz.network import AnySkip, ResolvedNetwork
from skipviz.network.counting import Counts
from skipviz.network.naming import memory
from skipviz.network.sizes import shape_text
from skipviz.network.styles import Style

Lines = list[str]


class Cards:
    """The lines of every card of a network on some data; sizes only where everything fits."""

    def __init__(self, resolved: ResolvedNetwork) -> None:
        self._network = resolved.network
        self._states = resolved.inference.states
        self._layers = resolved.inference.layers
        self._counts = {} if resolved.problems else resolved.counts_by_module

    def layer(self, k: int) -> Lines:
        """Of layer k = 1..N."""
        counts = self._counts.get(f"layer{k}")
        style = self._network.style(k)
        layer = self._network.layers[k - 1]
        kind, owner = layer.kind.replace("_", " "), self._network.tie_of(k)
        attended = memory(layer)
        return [
            f"Layer {k}: {kind}",
            *([f"reads {layer.reads}"] if layer.reads else []),
            *([] if attended is None else [f"attends to {_state(attended)}"]),
            *([f"has the weights of layer {owner}"] if owner else []),
            f"{self._source(k)} → {self._shape(k)}",
            ", ".join(_style(style, draws=owner is None and (not counts or counts.parameters > 0))),
            *_sizes(counts),
        ]

    def skip(self, skip: AnySkip) -> Lines:
        """Of a skip."""
        counts = self._counts.get(skip.module)
        joins = "the output" if skip.join == "output" else "inside the activation"
        before = ["the state of the time step before"] if skip.is_feedback else []
        return [
            f"Skip {skip.source} → {skip.target}: {skip.kind.replace('_', ' ')}",
            f"joins {joins}",
            *([] if skip.resize == "none" else [f"resized: {skip.resize.replace('_', ' ')}"]),
            *before,
            *_sizes(counts),
        ]

    def _source(self, k: int) -> str:
        found = self._layers[k - 1] if k <= len(self._layers) else None
        return self._shape(k - 1) if found is None else shape_text(found.source)

    def _shape(self, k: int) -> str:
        state = self._states[k]
        return "?" if state is None else shape_text(state)


def _style(style: Style, *, draws: bool) -> Lines:
    """`draws`: it has weights that are drawn for it."""
    omega = "" if style.frequency == 1 else f" ω {style.frequency:g}"
    said: Lines = [style.activation.replace("_", " ") + omega]
    if style.norm == "weight":
        said.append("weight norm")
    elif style.norm != "none":
        said.append(f"{style.norm} norm ({style.order}-activation)")
    if style.dropout:
        said.append(f"dropout {style.dropout:g}")
    if draws:
        gain = "" if style.init.gain == 1 else f" × {style.init.gain:g}"
        said.append(f"{style.init.scheme.replace('_', ' ')} init{gain}")
    return said


def _state(k: int) -> str:
    return f"layer {k}" if k else "the input"


def _sizes(counts: Counts | None) -> Lines:
    if counts is None:
        return []
    if not counts.parameters:
        return ["no weights of its own", f"{counts.macs:,} MACs"] if counts.macs else ["no weights"]
    return [f"{counts.parameters:,} weights, {counts.macs:,} MACs"]
