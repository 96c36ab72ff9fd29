"""Weights that several layers share: what is shared, and whether it can be.

A layer `tied_to` an earlier one of its kind has the tensors of that one's op, biases included, and
with `tied_norms` those of its norms; running statistics and all that has no weights stay its own.
The readout can be tied to the table of an embedding, whose rows its weight then are; its bias is
its own. A tensor belongs to the first layer that has it.
"""

from skipviz.network.architecture import Architecture
from skipviz.network.inference import LayerShapes
from skipviz.network.layers import Embedding
from skipviz.network.mismatch import MismatchError
from skipviz.network.naming import shares_norms
from skipviz.network.rules import Place, op_tensors
from skipviz.network.sizes import shape_text
from skipviz.network.tensors import Tensors, norm_tensors, with_lengths

OWN = [("Give it weights of its own", {"tied_to": None})]
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
        raise MismatchError(f"cannot have the weights of layer {named}, which is {its.kind}", OWN)
    pairs = {
        number: _shared(network, number, found, norms=shares_norms(layer))
        for number, found in ((k, shapes), (named, owner))
    }
    mine, others = ({name: t.shape for name, t in pairs[number].items()} for number in (k, named))
    differing = sorted(name for name in {*mine, *others} if mine.get(name) != others.get(name))
    if differing:
        name = differing[0]
        here, there = (
            shape_text(found[name]) if name in found else "none" for found in (mine, others)
        )
        mine_is = f"has a {name.replace('_', ' ')} of {here}"
        raise MismatchError(f"{mine_is} and cannot have that of layer {named}, {there}", OWN)


def _check_readout(network: Architecture, owner: int, shapes: LayerShapes) -> None:
    its = network.layers[owner - 1]
    if not isinstance(its, Embedding):
        raise MismatchError(
            f"can only have the weights of an embedding; layer {owner} is {its.kind}", OWN
        )
    *places, width = shapes.source
    outputs = shapes.mapped[-1]
    if len(places) > 1 or (places and network.readout.kind == "dense"):
        here = shape_text(shapes.source)
        raise MismatchError(f"has the weights of layer {owner}; it reads vectors, not {here}", OWN)
    if (outputs, width) != (its.vocabulary, its.width):
        raise MismatchError(
            f"makes {outputs} outputs from {width} channels and cannot have the table of layer "
            f"{owner}, {its.vocabulary} rows of {its.width}",
            OWN,
        )


def _shared(network: Architecture, k: int, shapes: LayerShapes, *, norms: bool) -> Tensors:
    layer, style = network.layers[k - 1], network.style(k)
    tensors = with_lengths(op_tensors(layer, Place(style, shapes, mirrored=False)), style.norm)
    if norms:
        normed = shapes.source if style.order == "pre" else shapes.mapped
        tensors = tensors | norm_tensors("norm", style.norm, normed)
        tensors |= norm_tensors("state_norm", layer.state_norm, shapes.state)
    return tensors
