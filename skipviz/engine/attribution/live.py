"""Attribution as a probe: what the snapshots of a run say of every skip."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from skipviz.engine.attribution.degrees import Visit, skips_taken, undivided, walk
from skipviz.engine.attribution.tape import Node, Tape
from skipviz.engine.model.dense_chain import is_chain
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.settings import Tier
from skipviz.types import Array


def attribution_snapshot(
    stack: Stack, x: Tensor, y: Tensor, tier: Tier, gradients: Sequence[Tensor] = ()
) -> dict[str, Array]:
    """What the gradient of every skip's source owes to it, by the current weights.

    `skip_share` and `skip_norm` (replicas, skips): signed share of the skip's term in the gradient
    of the state it starts from, and the term's norm. In the full tier `share_by_skips_taken`
    (replicas, layers 1..N+1, degrees): the shares of the parts that took 0, 1, 2, .. skips. {} in
    the minimal tier and for networks without skips. `gradients` are those of s_1 .. s_(N+1) where a
    pass on this batch has just been made; for the standard tier of a chain they say it all.
    """
    if tier == "minimal" or not stack.network.skips:
        return {}
    if tier == "standard" and gradients and _is_told_by_gradients(stack):
        return _of_plain_skips(stack, gradients)
    tape = Tape(stack, x)
    skips, numbers = _BySkip(stack), _ByNumber(stack)
    degree = skips_taken if tier == "full" else undivided
    for visit in walk(tape, loss_gradient(tape, y), degree):
        whole = visit.gradient.whole
        skips.take(visit, whole)
        if tier == "full":
            numbers.take(visit, whole)
    taken = skips.tables()
    return taken | ({"share_by_skips_taken": numbers.table()} if tier == "full" else {})


def loss_gradient(tape: Tape, y: Tensor) -> Tensor:
    """dL/d logits, L the mean loss of each replica over the batch."""
    with torch.enable_grad():
        logits = tape.logits.detach().requires_grad_()
        losses = losses_of_samples(logits, y).mean(1).sum()
        (gradient,) = torch.autograd.grad(losses, logits)
    return gradient


def _is_told_by_gradients(stack: Stack) -> bool:
    """What comes down a plain skip p -> k is b dL/ds_k; that of the input is in no pass."""
    return is_chain(stack.network) and all(skip.source > 0 for skip in stack.network.skips)


def _of_plain_skips(stack: Stack, gradients: Sequence[Tensor]) -> dict[str, Array]:
    found = _BySkip(stack)
    gains = gradients[0].new_tensor(stack.plan.gains)[..., 1]  # (replicas, skips)
    terms: defaultdict[int, list[tuple[int, Tensor]]] = defaultdict(list)
    for place, skip in enumerate(stack.network.skips):
        term = gradients[skip.target - 1] * gains[:, place].view(-1, 1, 1)
        terms[skip.source].append((place, term))
    for source, of_source in terms.items():
        found.add(source, gradients[source - 1], of_source)
    return found.tables()


class _BySkip:
    """Norm of every skip's term and its share in the state it starts from, over all time steps."""

    def __init__(self, stack: Stack) -> None:
        self._replicas, self._skips = stack.replicas, len(stack.network.skips)
        self._sources = {skip.source for skip in stack.network.skips}
        self._source_of = [skip.source for skip in stack.network.skips]
        self._terms: defaultdict[Node, list[tuple[int, Tensor]]] = defaultdict(list)
        self._met: list[tuple[int, list[int]]] = []
        self._squares: list[Tensor] = []
        self._products: list[Tensor] = []

    def take(self, visit: Visit, whole: Tensor) -> None:
        """The whole gradient of a node, and what is handed down from it by skips."""
        for edge, parts in visit.below:
            if edge.skip is not None:
                as_it_is = parts.parts is visit.gradient.parts
                term = whole if as_it_is else parts.whole
                self._terms[edge.source].append((edge.skip, term))
        k = visit.node[1]
        if k not in self._sources:
            return
        self.add(k, whole, self._terms.pop(visit.node, []))

    def add(self, k: int, whole: Tensor, terms: Sequence[tuple[int, Tensor]]) -> None:
        """The gradient of s_k, and of it what came down skips."""
        rows = torch.stack([whole, *(term for _, term in terms)], 1).flatten(2).double()
        self._met.append((k, [skip for skip, _ in terms]))
        self._squares.append(torch.linalg.vecdot(rows, rows))
        self._products.append(torch.linalg.vecdot(rows, rows[:, :1]))

    def tables(self) -> dict[str, Array]:
        """(replicas, skips) each; a share is NaN where the whole gradient is 0."""
        whole = np.zeros((self._replicas, max(self._sources) + 1))
        term, product = (np.zeros((self._replicas, self._skips)) for _ in range(2))
        squares, products = _on_cpu(self._squares), _on_cpu(self._products)
        for (k, skips), square, inner in zip(self._met, squares, products, strict=True):
            whole[:, k] += square[:, 0]
            term[:, skips] += square[:, 1:]
            product[:, skips] += inner[:, 1:]
        return {
            "skip_share": _ratio(product, whole[:, self._source_of]),
            "skip_norm": np.sqrt(term),
        }


class _ByNumber:
    """Share of the parts that took 0, 1, 2, .. skips, over all time steps.

    The products are taken as the parts come by, for together they are large.
    """

    def __init__(self, stack: Stack) -> None:
        self._shape = stack.replicas, stack.network.depth + 2
        self._met: list[tuple[int, int, int]] = []
        self._norms: list[Tensor] = []
        self._products: list[Tensor] = []

    def take(self, visit: Visit, whole: Tensor) -> None:
        """Products with the whole scaled to 1: squares of tiny numbers vanish in float32."""
        parts, flat = visit.gradient.parts, whole.flatten(1)
        norm = torch.linalg.vector_norm(flat, dim=1, keepdim=True, dtype=torch.float64)
        unit = flat / norm.to(parts.dtype)
        self._met.append((visit.node[1], visit.gradient.first, visit.gradient.end))
        self._norms.append(norm)
        self._products.append(torch.bmm(parts.flatten(2), unit.unsqueeze(2)).squeeze(2))

    def table(self) -> Array:
        """(replicas, layers 1..N+1, degrees)."""
        degrees = max(end for _, _, end in self._met)
        product, square = np.zeros((*self._shape, degrees)), np.zeros((*self._shape, 1))
        norms, products = _on_cpu(self._norms), _on_cpu(self._products)
        for (k, first, end), norm, inner in zip(self._met, norms, products, strict=True):
            product[:, k, first:end] += inner * norm
            square[:, k] += norm**2
        return _ratio(product, square)[:, 1:]


def _on_cpu(pieces: list[Tensor]) -> list[Array]:
    """Each (replicas, ..), brought over together."""
    together = torch.cat(pieces, 1).double().cpu().numpy()
    ends = np.cumsum([piece.shape[1] for piece in pieces])
    return np.split(together, ends[:-1], axis=1)


def _ratio(part: Array, whole: Array) -> Array:
    ratio = np.full(part.shape, np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
