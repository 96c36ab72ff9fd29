"""Edits after which the readout gives so many positions, for data with a target at each of them."""

from collections.abc import Iterator

from skipviz.language import _
from skipviz.network.edits import apply_edits
from skipviz.network.layers import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from skipviz.network.network import Network, ResolvedNetwork
from skipviz.network.problems import Edit, Fix, NetworkError
from skipviz.network.sizes import positions
from skipviz.types import Shape


def refits(resolved: ResolvedNetwork, wanted: Shape) -> list[Fix]:
    """Fixes of a network that can be built and gives other positions than `wanted`.

    Each of them gives just these.
    """
    made = positions(resolved.shapes.states[-1])
    if len(made) != len(wanted) or made == wanted:
        return []
    ways = (*_padded(resolved.network), *_scaled(resolved, made, wanted))
    return [fix for fix in ways if _gives(resolved, fix, wanted)]


def _gives(resolved: ResolvedNetwork, fix: Fix, wanted: Shape) -> bool:
    try:
        network = apply_edits(resolved.network, fix.edits)
    except NetworkError:
        return False
    found = network.on(resolved.input_shape, resolved.outputs)
    return not found.problems and positions(found.shapes.states[-1]) == wanted


def _padded(network: Network) -> Iterator[Fix]:
    """Convolutions that keep the size, where some lose positions at the edges."""
    bare = [
        k
        for k, layer in enumerate(network.layers, start=1)
        if isinstance(layer, Conv1d | Conv2d) and sum(layer.margins) < layer.reach
    ]
    if bare:
        edits = ({"do": "change_layer", "layer": k, "padding": None} for k in bare)
        yield Fix(_("Pad the convolutions"), tuple(edits))


def _scaled(resolved: ResolvedNetwork, made: Shape, wanted: Shape) -> Iterator[Fix]:
    """One more layer at the end, or larger steps of a transposed convolution."""
    end = resolved.last
    if factor := _ratio(wanted, made):
        layer = {"kind": "upsample", "factor": factor}
        edit: Edit = {"do": "insert_layer", "at": end, "layer": layer}
        yield Fix(_("Put an upsample by {factor} at the end", factor=factor), (edit,))
    if factor := _ratio(made, wanted):
        layer = {"kind": "average_pool", "kernel": factor}
        edit = {"do": "insert_layer", "at": end, "layer": layer}
        yield Fix(_("Put an average pool of {factor} at the end", factor=factor), (edit,))
    for k in range(resolved.network.depth, 0, -1):
        yield from _transposed(resolved, k, made, wanted)


def _transposed(resolved: ResolvedNetwork, k: int, made: Shape, wanted: Shape) -> Iterator[Fix]:
    layer = resolved.network.layers[k - 1]
    if not isinstance(layer, ConvTranspose1d | ConvTranspose2d):
        return
    lacking = wanted[0] - made[0]
    if 0 < lacking < max(layer.stride, layer.dilation) - layer.output_padding:
        more = layer.output_padding + lacking
        edit: Edit = {"do": "change_layer", "layer": k, "output_padding": more}
        yield Fix(_("Use output padding {size} in layer {layer}", size=more, layer=k), (edit,))
    factor = _ratio(wanted, made)
    if factor and layer.kernel == layer.stride and layer.dilation == 1:
        size = factor * layer.stride
        edit = {"do": "change_layer", "layer": k, "kernel": size, "stride": size}
        yield Fix(_("Use kernel and stride {size} in layer {layer}", size=size, layer=k), (edit,))


def _ratio(larger: Shape, smaller: Shape) -> int | None:
    """The whole number by which one is larger along every axis."""
    ratios = {n / m for n, m in zip(larger, smaller, strict=True)}
    factor = int(min(ratios))
    return factor if ratios == {factor} and factor > 1 else None
