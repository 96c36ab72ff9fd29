"""How the calls that merge hold their operands, and how one is called with other operands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from skipviz.engine.own_model.operations import (
    ADD,
    CONCAT,
    FUSED_PRODUCT,
    FUSED_SCALE,
    INDEXED,
    LERP,
    is_in_place,
)
from skipviz.engine.own_model.rules import Family
from skipviz.engine.own_model.tensors import Arguments


@dataclass(frozen=True)
class Form:
    """Of one function that merges: where its operands stand, as (position, keyword).

    `product` are arguments whose product is the other operand: addmm(input, mat1, mat2).
    """

    family: Family
    operands: tuple[tuple[int, str], ...] = ()
    product: tuple[tuple[int, str], ...] = ()

    @property
    def writes(self) -> bool:
        """Whether one operand is written into a part of the other."""
        return self.family == "concat" and not self.sequence

    @property
    def sequence(self) -> bool:
        """Whether the operands stand in one list."""
        return not self.operands


_SUM = Form("sum", ((0, "input"), (1, "other")))
_PRODUCT = Form("sum", ((0, "input"),), ((1, "mat1"), (2, "mat2")))
_SCALED = Form("sum", ((0, "input"),), ((1, "tensor1"), (2, "tensor2")))
_LIST = Form("concat")
_BLEND = Form("blend", ((0, "input"), (1, "end")))
_ADDED_AT = Form("sum", ((0, "input"), (3, "source")))
_SCATTERED = Form("sum", ((0, "input"), (3, "src")))
_PUT = Form("sum", ((0, "input"), (2, "values")))
_WRITTEN = Form("concat", ((0, "self"), (2, "value")))


def form_of(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Form | None:
    """The form of a call; None where it merges nothing."""
    if name in ADD:
        return _SUM
    if name in CONCAT:
        return _LIST
    if name in FUSED_PRODUCT:
        return _PRODUCT
    if name in FUSED_SCALE:
        return _SCALED
    if name in LERP:
        return _BLEND
    return _indexed(name, args, kwargs) if name in INDEXED else None


def _indexed(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Form | None:
    if name.startswith("index_add"):
        return _ADDED_AT
    if name.startswith("scatter_add"):
        return _SCATTERED
    if name == "__setitem__":
        return _WRITTEN
    adds = kwargs.get("accumulate", args[3] if len(args) > 3 else False)
    return _PUT if adds else _WRITTEN


def argument(call: Arguments, place: tuple[int, str]) -> Any:
    """An argument by position or keyword; None where it is not given."""
    args, kwargs = call
    position, keyword = place
    return args[position] if position < len(args) else kwargs.get(keyword)


def operands_of(form: Form, call: Arguments) -> list[tuple[int, Tensor]]:
    """(position, tensor) of every operand that is a tensor."""
    given = _listed(call) if form.sequence else [argument(call, each) for each in form.operands]
    return [(place, each) for place, each in enumerate(given) if isinstance(each, Tensor)]


def _listed(call: Arguments) -> list[Any]:
    found = argument(call, (0, "tensors"))
    return list(found) if isinstance(found, list | tuple) else []


def with_operands(form: Form, call: Arguments, new: Mapping[int, Tensor]) -> Arguments:
    """The same call with other operands at some positions."""
    args, kwargs = call
    if form.sequence:
        listed = [new.get(place, each) for place, each in enumerate(_listed(call))]
        return ((listed, *args[1:]), kwargs) if args else (args, {**kwargs, "tensors": listed})
    held, named = list(args), dict(kwargs)
    for place, tensor in new.items():
        position, keyword = form.operands[place]
        if position < len(held):
            held[position] = tensor
        else:
            named[keyword] = tensor
    return tuple(held), named


def call_with(
    func: Callable[..., Any], name: str, form: Form, call: Arguments, new: Mapping[int, Tensor]
) -> Any:
    """Call with other operands. What is written into is still the tensor that was given."""
    args, kwargs = with_operands(form, call, new)
    if not (is_in_place(name) and 0 in new and not form.sequence):
        return func(*args, **kwargs)
    target = argument(call, form.operands[0])
    func(*args, **kwargs)  # writes into the replacement, which is nobody else's
    target.copy_(new[0])
    return None if name == "__setitem__" else target


def result_of(
    func: Callable[..., Any], name: str, form: Form, call: Arguments, new: Mapping[int, Tensor]
) -> Tensor:
    """What a call comes to, without touching what it would write into."""
    replaced = dict(new)
    if is_in_place(name) and not form.sequence:
        replaced.setdefault(0, argument(call, form.operands[0]))
        replaced[0] = replaced[0].clone()
    args, kwargs = with_operands(form, call, replaced)
    done = func(*args, **kwargs)
    found: Tensor = replaced[0] if name == "__setitem__" else done
    return found


def same_bits(first: Tensor, second: Tensor) -> bool:
    """Equal to the bit, NaN and signed zeros too."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    one, other = (each.detach().contiguous().flatten() for each in (first, second))
    return torch.equal(one.view(torch.uint8), other.view(torch.uint8))
