"""One call that is written down: what goes into it, and what that makes of it."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from types import FrameType

import numpy as np
import torch
from torch import Tensor

from skipviz.engine.own_model import operations as ops
from skipviz.engine.own_model.factors import Factor, is_zero
from skipviz.engine.own_model.merges import Form, argument
from skipviz.engine.own_model.places import Place
from skipviz.engine.own_model.tensors import Arguments, tensors_in
from skipviz.engine.own_model.weights import Weights

_LARGEST_MASK = 10**6
WHOLE = 2
"""Dimensions from which on a weight makes an operation heavy."""


class Step:
    """One call that is written down, with what goes into it."""

    def __init__(
        self,
        name: str,
        call: Arguments,
        at: tuple[Place, FrameType],
        node_of: Callable[[Tensor], int | None],
        weights: Weights,
    ) -> None:
        self.name, self.call = name, call
        self._is_buffer = weights.is_buffer
        self.args, self.kwargs = call
        self.place, self.frame = at
        self.given = list(tensors_in(call))
        self.nodes = [node_of(each) for each in self.given]
        self.weights = [
            weights.of(each) if node is None else None
            for each, node in zip(self.given, self.nodes, strict=True)
        ]
        self.parents = list(dict.fromkeys(node for node in self.nodes if node is not None))
        self.reads: dict[int, int] = {}
        for place, node in enumerate(self.nodes):
            if node is not None:
                self.reads.setdefault(node, place)

    @cached_property
    def weight_names(self) -> frozenset[str]:
        return frozenset().union(*(names for names in self.weights if names is not None))

    @cached_property
    def matrices(self) -> frozenset[str]:
        """The names of the weights of two or more dimensions among them."""
        pairs = zip(self.given, self.weights, strict=True)
        wide = [names for each, names in pairs if names is not None and each.dim() >= WHOLE]
        return frozenset().union(*wide)

    @property
    def has_matrix(self) -> bool:
        return bool(self.matrices)

    @property
    def derives_weights(self) -> bool:
        """Whether weights are made of weights and buffers alone, not data out of constants."""
        if self.name in ops.ELEMENTWISE:
            return True
        pairs = zip(self.given, self.weights, strict=True)
        return all(
            is_data(each) and (names is not None or self._is_buffer(each)) for each, names in pairs
        )

    @property
    def is_heavy(self) -> bool:
        name = self.name
        weighs = self.has_matrix and name not in ops.NORMS and name not in ops.ELEMENTWISE
        mixes = name in ops.MIXING and len(self.parents) > 1
        return weighs or mixes or ops.is_fourier(name)

    @property
    def covers(self) -> bool:
        """Of target[key] = value: whether all of the target is written over."""
        target = self.args[0].detach()
        return bool(target[self.args[1]].numel() == target.numel())

    @property
    def writes_into_a_view(self) -> bool:
        """x[:, :k].add_(..): into a part of another tensor."""
        target = self.args[0] if ops.is_in_place(self.name) else None
        return isinstance(target, Tensor) and target._base is not None

    def argument_of(self, node: int) -> int | None:
        """Which of the tensor arguments a node is."""
        return self.reads.get(node)

    def detaches(self, outs: Sequence[Tensor]) -> bool:
        """Whether no gradient gets through, though it could have."""
        if not torch.is_grad_enabled() or any(each.requires_grad for each in outs):
            return False
        return any(each.requires_grad for each in self.given)

    def product_shape(self, form: Form) -> tuple[int, ...]:
        """Of the hidden product that a fused merge adds."""
        first, second = (argument(self.call, each) for each in form.product)
        if self.name in ops.FUSED_SCALE:
            return np.broadcast_shapes(tuple(first.shape), tuple(second.shape))
        wide: tuple[int, ...] = (*first.shape[-3:-1], second.shape[-1])
        return wide[1:] if self.name.startswith("addbmm") else wide

    def shut_norm(self) -> Factor | None:
        """A norm whose weights are all 0 multiplies by 0; the bias, which comes after, does not."""
        for place, (each, names) in enumerate(zip(self.given, self.weights, strict=True)):
            if names is not None:
                shut = is_zero(each) and not all(name.endswith("bias") for name in names)
                return Factor(self.place, "ones", place, _listed(names), True) if shut else None
        return None

    def scale(self) -> Factor | None:
        """Data times what is no data: a learned scale, a number, the mask of drop-path."""
        data = self.reads[self.parents[0]]
        others = [(k, each) for k, each in enumerate(self.given) if k != data]
        numbers = [each for each in self.args if isinstance(each, int | float)]
        if others:
            place, other = others[0]
            shut = other.numel() <= _LARGEST_MASK and is_zero(other)
            return Factor(self.place, "keep", data, self._name(place), shut)
        if numbers:
            return Factor(self.place, "keep", data, f"{numbers[0]:g}", is_zero(numbers[0]))
        return None

    def scale_among(self, form: Form) -> Factor | None:
        """The one of two arguments of a fused product that is no data."""
        for each in form.product:
            value = argument(self.call, each)
            place = next((k for k, given in enumerate(self.given) if given is value), None)
            if place is not None and self.nodes[place] is None:
                return Factor(self.place, "ones", place, self._name(place), is_zero(value))
        return None

    def _name(self, place: int) -> str:
        names = self.weights[place]
        return _listed(names) if names else "a factor that is drawn or fixed"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def is_data(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()
