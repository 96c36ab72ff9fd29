"""What multiplies a branch: a learned scale, a gate, drop-path; and calls without it.

Without its skips a branch can be shut for good by such a factor. "plain_unscaled" takes them for 1,
which is what "plain" means for a drawn network: v = merge(h, s) - h.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from skipviz.engine.own_model.operations import LERP, is_in_place
from skipviz.engine.own_model.places import Place
from skipviz.engine.own_model.tensors import Arguments, tensors_in

How = Literal["keep", "ones", "alpha", "blend"]


@dataclass(frozen=True)
class Factor:
    """One factor. `keep`: tensor argument `argument` of the call is the data, which stay as they
    are. `ones`: that argument is the factor. `alpha`: torch.add(.., alpha=). `blend`: of lerp.

    `shut` is whether it was exactly 0 when it was found.
    """

    place: Place
    how: How
    argument: int
    text: str
    shut: bool


def without(
    factor: Factor, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What the call comes to with its factor at 1."""
    if factor.how == "keep":
        return _data(factor, args, kwargs)
    args, kwargs = opened(factor, (args, kwargs))
    return func(*args, **kwargs)


def _data(factor: Factor, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Tensor:
    given = list(tensors_in((args, kwargs)))
    data = given[factor.argument]
    if is_in_place(factor.place.operation):
        return data
    shape = np.broadcast_shapes(*(tuple(each.shape) for each in given))
    return data.expand(shape).clone()


def opened(factor: Factor, call: Arguments) -> Arguments:
    """The arguments of a call with the factor at 1."""
    args, kwargs = call
    if factor.how == "alpha":
        return args, {**kwargs, "alpha": 1}
    if factor.how == "blend":
        return _blended(args, kwargs)
    places: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
    seen, held, named = 0, list(args), dict(kwargs)
    for place, value in places:
        if isinstance(value, Tensor) and seen == factor.argument:
            if isinstance(place, int):
                held[place] = torch.ones_like(value)
            else:
                named[place] = torch.ones_like(value)
        seen += len(list(tensors_in(value)))
    return tuple(held), named


def _blended(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """lerp(start, end, 1) is the end."""
    weight = args[2] if len(args) > 2 else kwargs["weight"]
    one = torch.ones_like(weight) if isinstance(weight, Tensor) else 1.0
    return (*args[:2], *([one] if len(args) > 2 else [])), (
        kwargs if len(args) > 2 else {**kwargs, "weight": one}
    )


def is_zero(value: object) -> bool:
    """Whether a number or every entry of a tensor is exactly 0."""
    if isinstance(value, Tensor):
        return value.numel() > 0 and not bool(value.detach().any())
    return isinstance(value, int | float) and value == 0


def factor_in_call(name: str, place: Place, kwargs: Mapping[str, Any]) -> Factor | None:
    """Of a merge that scales its branch itself: add(x, h, alpha=0.1), lerp(x, h, gate)."""
    if name in LERP:
        return Factor(place, "blend", 2, "the weight of lerp", False)
    alpha = kwargs.get("alpha", 1)
    if alpha == 1:
        return None
    return Factor(place, "alpha", 0, f"alpha={alpha:g}", is_zero(alpha))
