"""Layers of one shape, one after the other, whose weights get their gradients in one product.

dL/dW_k = s_(k-1)' dL/dz_k,  dL/db_k = dL/dz_k summed over the batch
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from skipviz.engine.probes.links import Call, Link

Block = list[Link]

ROOM = 2**17  # bytes of dL/dz in a block: what is read again for the product is still in the cache


def blocks_of(links: Sequence[Link]) -> list[Block]:
    """All links, in order; those of a block have their states and gradients side by side."""
    blocks = [[links[0]]]
    for before, link in pairwise(links):
        if _go_together(before, link) and (len(blocks[-1]) + 1) * link.state.nbytes <= ROOM:
            blocks[-1].append(link)
        else:
            blocks.append([link])
    return blocks


def weights_of(block: Block, inner: Sequence[Tensor]) -> Iterator[Call]:
    """The gradients of all weights and biases from the dL/dz_k, which lie side by side."""
    gradient = side_by_side(inner)
    linears = [link.linear for link in block]
    x = side_by_side([link.below for link in block])
    weights = side_by_side([linear.weight_gradient for linear in linears])
    yield partial(torch.bmm, x.transpose(1, 2), gradient, out=weights)
    biases = [linear.bias_gradient for linear in linears if linear.bias_gradient is not None]
    if biases:
        yield partial(torch.sum, gradient, 1, keepdim=True, out=side_by_side(biases))


def side_by_side(tensors: Sequence[Tensor]) -> Tensor:
    """(replicas, ..) each -> (tensors * replicas, ..), the same memory."""
    first = tensors[0]
    shape = (len(tensors) * first.shape[0], *first.shape[1:])
    return first.as_strided(shape, first.stride(), first.storage_offset())


def _go_together(one: Link, next_: Link) -> bool:
    pairs = (
        (one.below, next_.below),
        (one.state, next_.state),
        (one.linear.weight_gradient, next_.linear.weight_gradient),
        (one.linear.bias_gradient, next_.linear.bias_gradient),
    )
    return one.is_linear == next_.is_linear and all(_follows(*pair) for pair in pairs)


def _follows(one: Tensor | None, next_: Tensor | None) -> bool:
    """Whether both have one shape and lie side by side; two that are missing do."""
    if one is None or next_ is None:
        return one is next_
    same_storage = one.untyped_storage().data_ptr() == next_.untyped_storage().data_ptr()
    ends = one.storage_offset() + one.numel()
    return one.shape == next_.shape and same_storage and ends == next_.storage_offset()
