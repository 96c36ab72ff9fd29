"""What cannot be switched in a forward pass, and so is told: states that are joined where Python
does not see it, and by operations that are no merges."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from skipviz.engine.own_model import operations as ops
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.rules import Operand, judge
from skipviz.engine.own_model.steps import Step
from skipviz.engine.own_model.tensors import Notes
from skipviz.engine.own_model.weights import Weights

_OTHERS = ops.MERGES | ops.MULTIPLY | ops.DIVIDE | ops.NORMS | {"grad", "to", "sum_to_size"}
"""Told otherwise; or they read the shape or the type of another argument, as what ends in "_as"."""


class Unseen:
    """Of one forward pass: modules by what happens in them."""

    def __init__(self, lineage: Lineage, weights: Weights) -> None:
        self.modules: list[str] = []
        self.joined: dict[tuple[str, str], None] = {}
        self._lineage, self._weights = lineage, weights
        self._first = torch.autograd._get_sequence_nr()  # type: ignore[attr-defined]
        self._of_constants: Notes[bool] = Notes()

    def take_constants(self, made: Iterable[Tensor]) -> None:
        """They were computed from weights and constants, where Python saw it."""
        for tensor in made:
            self._of_constants.put(tensor, True)

    def are_data(self, tensor: Tensor, weights: Sequence[Tensor]) -> bool:
        """Whether what leads to weights alone was computed from data all the same: in this pass,
        and not as a weight of the same shape (quantized, masked) out of a weight."""
        made: int = tensor.grad_fn._sequence_nr()  # type: ignore[union-attr]
        if made < self._first or self._of_constants.get(tensor):
            return False
        same = [each for each in weights if each.shape == tensor.shape]
        for each in same:
            self._weights.derive(tensor, self._weights.of(each) or ())
        return not same

    def joins(self, step: Step, node: Node) -> None:
        """Look whether an operation other than a merge lays a state beside what was made of it."""
        name = step.name
        if len(step.parents) < 2 or node.heavy or name in _OTHERS or name.endswith("_as"):
            return
        if self._writes_over(step):
            return
        shapes = [self._lineage[k].shape for k in step.parents]
        if node.shape not in shapes:  # a loss, a distance: nothing is carried on
            return
        operands = [Operand(step.reads[k], k) for k in step.parents]
        if any(
            "projection" not in each.kind for each in judge(self._lineage, "sum", operands).skips
        ):
            self.joined[name, node.module] = None

    def _writes_over(self, step: Step) -> bool:
        """x.copy_(..) of all of x: what was there is gone."""
        target = step.args[0] if step.name == "copy_" else None
        base = target._base if isinstance(target, Tensor) else None
        return target is not None and (base is None or base.numel() == target.numel())


def are_transformed(tensors: Iterable[Tensor]) -> bool:
    """Whether several of them are inside of torch.func (vmap, grad), where nothing is followed."""
    return sum(map(torch._C._functorch.is_functorch_wrapped_tensor, tensors)) > 1
