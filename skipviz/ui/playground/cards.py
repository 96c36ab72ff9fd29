"""What the drawing says of a layer or a skip that is pointed at, line by line."""

from skipviz.language import N_, _, _n, said_once
from skipviz.network import AnyLayer, AnySkip, ResolvedNetwork
from skipviz.network.counting import Counts
from skipviz.network.naming import attended, tie
from skipviz.network.sizes import shape_text
from skipviz.network.styles import Style
from skipviz.text import kind_text, listed, norm_text, state_text

Lines = list[str]
_ATTENDS = {
    "memory": N_("attends to {state}"),
    "values": N_("takes its values from {state}"),
}


class Cards:
    """The lines of every card of a network on some data; sizes only where everything fits."""

    def __init__(self, resolved: ResolvedNetwork) -> None:
        self._network = resolved.network
        self._states = resolved.inference.states
        self._layers = resolved.inference.layers
        self._counts = {} if resolved.problems else resolved.counts_by_module

    def layer(self, k: int) -> Lines:
        """Of layer k = 1..N."""
        network, counts = self._network, self._counts.get(f"layer{k}")
        shapes = f"{self._source(k)} → {self._shape(k)}"
        return _of_layer(k, network.layers[k - 1], network.style(k), shapes, counts)

    def skip(self, skip: AnySkip) -> Lines:
        """Of a skip."""
        return _of_skip(skip, self._counts.get(skip.module))

    def _source(self, k: int) -> str:
        found = self._layers[k - 1] if k <= len(self._layers) else None
        return self._shape(k - 1) if found is None else shape_text(found.source)

    def _shape(self, k: int) -> str:
        state = self._states[k]
        return "?" if state is None else shape_text(state)


@said_once
def _of_layer(k: int, layer: AnyLayer, style: Style, shapes: str, counts: Counts | None) -> Lines:
    owner, named = tie(layer), attended(layer).items()
    return [
        _("Layer {layer}: {kind}", layer=k, kind=kind_text(layer.kind)),
        *([_("reads {reads}", reads=str(layer.reads))] if layer.reads else []),
        *(_(_ATTENDS[field], state=state_text(state)) for field, state in named),
        *([_("has the weights of layer {layer}", layer=owner)] if owner else []),
        shapes,
        listed(_style(style, draws=owner is None and (not counts or counts.parameters > 0))),
        *_sizes(counts),
    ]


@said_once
def _of_skip(skip: AnySkip, counts: Counts | None) -> Lines:
    at_output = skip.join == "output"
    return [
        _(
            "Skip {source} → {target}: {kind}",
            source=skip.source,
            target=skip.target,
            kind=kind_text(skip.kind),
        ),
        _("joins the output") if at_output else _("joins inside the activation"),
        *([] if skip.resize == "none" else [_("resized: {how}", how=kind_text(skip.resize))]),
        *([_("the state of the time step before")] if skip.is_feedback else []),
        *_sizes(counts),
    ]


def _style(style: Style, *, draws: bool) -> Lines:
    """`draws`: it has weights that are drawn for it."""
    omega = "" if style.frequency == 1 else f" ω {style.frequency:g}"
    said: Lines = [kind_text(style.activation) + omega]
    if style.norm == "weight":
        said.append(norm_text(style.norm))
    elif style.norm != "none":
        norm = norm_text(style.norm)
        said.append(
            _("{norm} (pre-activation)", norm=norm)
            if style.order == "pre"
            else _("{norm} (post-activation)", norm=norm)
        )
    if style.dropout:
        said.append(_("dropout {share}", share=f"{style.dropout:g}"))
    if draws:
        init = _("{scheme} init", scheme=kind_text(style.init.scheme))
        said.append(init if style.init.gain == 1 else f"{init} × {style.init.gain:g}")
    return said


def _sizes(counts: Counts | None) -> Lines:
    if counts is None:
        return []
    if not counts.parameters:
        if not counts.macs:
            return [_("no weights")]
        return [_("no weights of its own"), _macs_text(counts.macs)]
    weights = _n("{count} weight", "{count} weights", counts.parameters)
    return [listed([weights, _macs_text(counts.macs)])]


def _macs_text(count: int) -> str:
    return _n("{count} MAC", "{count} MACs", count)
