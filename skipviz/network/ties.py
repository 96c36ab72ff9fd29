"""Weights that several layers share: what is shared, and whether it can be.

A layer `tied_to` an earlier one of its kind has the tensors of that one's op, biases included, and
with `tied_norms` those of its norms; running statistics and all that has no weights stay its own.
The readout can be tied to the table of an embedding, whose rows its weight then are; its bias is
its own. A tensor belongs to the first layer that has it.
"""

from skipviz.language import _
from skipviz.network.architecture import Architecture
from skipviz.network.inference import LayerShapes
from skipviz.network.mismatch import Change, MismatchError
from skipviz.network.naming import shares_norms
from skipviz.network.rules import Place, op_tensors
from skipviz.network.sizes import shape_text
from skipviz.network.tensors import Tensors, norm_tensors, with_lengths
from skipviz.network.tokens import Embedding

Names = dict[str, str]


def ties_of(network: Architecture, modules: dict[str, Tensors]) -> Names:
    """`layer3.weight` to `layer1.weight`: every tensor that is that of an earlier layer."""
    found: Names = {}
    for k, owner in network.ties.items():
        last = k > network.depth
        mine, its = f"{'readout' if last else f'layer{k}'}", f"layer{owner}"
        norms = not last and shares_norms(network.layers[k - 1])
        for name in modules[mine]:
            is_norm = name.startswith(("norm_", "state_norm_"))
            if name in modules[its] and (norms or not is_norm):
                found[f"{mine}.{name}"] = f"{its}.{name}"
    return found


def check_tie(network: Architecture, k: int, shapes: LayerShapes, owner: LayerShapes) -> None:
    """MismatchError where layer k (N + 1: the readout) cannot have the weights of its owner."""
    named = network.ties[k]
    its = network.layers[named - 1]
    if k > network.depth:
        _check_readout(network, named, shapes)
        return
    layer = network.layers[k - 1]
    if layer.kind != its.kind:
        message = _(
            "cannot have the weights of layer {layer}, which is {kind}", layer=named, kind=its.kind
        )
        raise MismatchError(message, _own())
    pairs = {
        number: _shared(network, number, found, norms=shares_norms(layer))
        for number, found in ((k, shapes), (named, owner))
    }
    mine, others = ({name: t.shape for name, t in pairs[number].items()} for number in (k, named))
    differing = sorted(name for name in {*mine, *others} if mine.get(name) != others.get(name))
    if differing:
        name = differing[0]
        here, there = (
            shape_text(found[name]) if name in found else _("none") for found in (mine, others)
        )
        message = _(
            "has a {tensor} of {here} and cannot have that of layer {layer}, {there}",
            tensor=name.replace("_", " "),
            here=here,
            layer=named,
            there=there,
        )
        raise MismatchError(message, _own())


def _check_readout(network: Architecture, owner: int, shapes: LayerShapes) -> None:
    its = network.layers[owner - 1]
    if not isinstance(its, Embedding):
        message = _(
            "can only have the weights of an embedding; layer {layer} is {kind}",
            layer=owner,
            kind=its.kind,
        )
        raise MismatchError(message, _own())
    *places, width = shapes.source
    outputs = shapes.mapped[-1]
    if len(places) > 1 or (places and network.readout.kind == "dense"):
        message = _(
            "has the weights of layer {layer}; it reads vectors, not {shape}",
            layer=owner,
            shape=shape_text(shapes.source),
        )
        raise MismatchError(message, _own())
    if (outputs, width) != (its.vocabulary, its.width):
        message = _(
            "makes {outputs} outputs from {channels} channels and cannot have the table of layer "
            "{layer}, {rows} rows of {width}",
            outputs=outputs,
            channels=width,
            layer=owner,
            rows=its.vocabulary,
            width=its.width,
        )
        raise MismatchError(message, _own())


def _own() -> list[Change]:
    return [(_("Give it weights of its own"), {"tied_to": None})]


def _shared(network: Architecture, k: int, shapes: LayerShapes, *, norms: bool) -> Tensors:
    layer, style = network.layers[k - 1], network.style(k)
    tensors = with_lengths(op_tensors(layer, Place(style, shapes, mirrored=False)), style.norm)
    if norms:
        normed = shapes.source if style.order == "pre" else shapes.mapped
        tensors = tensors | norm_tensors("norm", style.norm, normed)
        tensors |= norm_tensors("state_norm", layer.state_norm, shapes.state)
    return tensors
