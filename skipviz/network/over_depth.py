"""Attention over depth: one state as a mixture of several earlier ones."""

from typing import ClassVar, Literal

from skipviz.language import _, _n
from skipviz.network.layer_base import LayerBase, Size
from skipviz.network.mismatch import MismatchError
from skipviz.network.sizes import channels, fitting_groups, positions_in, with_channels
from skipviz.network.tensors import InitSpec, Tensor, Tensors
from skipviz.types import Shape

SMALLEST = 1e-5
"""What is added to the mean square under the root."""


class DepthAttention(LayerBase):
    """Attention over depth, with a learned query, after Attention Residuals (2026).

    It reads `parts` states of D channels each, concatenated by its `reads`:
    op([r_1, r_2, ..]) = sum over e of a_e r_e at every position, a = softmax over e of
    q r_e / sqrt(mean of r_e^2 + 1e-5). q (D,) starts at 0, so that all weigh the same.
    """

    mark: ClassVar[str] = "D"
    kind: Literal["depth_attention"] = "depth_attention"
    parts: Size = 1


def mixed_shape(layer: DepthAttention, source: Shape) -> Shape:
    """One part of the channels; MismatchError where they cannot be shared."""
    count = channels(source)
    if count % layer.parts:
        fitting = fitting_groups(count, layer.parts)
        raise MismatchError(
            _n(
                "cannot tell {states} states apart in {count} channel",
                "cannot tell {states} states apart in {count} channels",
                count,
                states=layer.parts,
            ),
            [(_("Make it {size}", size=fitting), {"parts": fitting})],
        )
    return with_channels(source, count // layer.parts)


def query_tensors(layer: DepthAttention, fed: Shape) -> Tensors:
    """The query, met by every part at every position."""
    uses = layer.parts * positions_in(fed)
    query = Tensor((channels(fed) // layer.parts,), InitSpec("constant", value=0.0), uses)
    return {"query_weight": query}
