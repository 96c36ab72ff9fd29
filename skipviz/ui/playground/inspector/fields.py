"""What can be set of a layer, a skip or a style, read off the models of the network language.

So the inspector offers every option there is, with the bounds and choices the language has.
"""

import types
import typing
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from skipviz.language import N_, _
from skipviz.network import Init, Network, Scale
from skipviz.network.naming import ATTENDED

Kind = Literal["choice", "flag", "number", "scale", "init", "shape"]
HIDDEN = {"kind", "source", "target", "reads", "tied_to", "tied_norms", *ATTENDED}
FIRST = ("width", "channels", "heads", "kernel", "stride", "activation", "gate_bias", "join")

_APART = {"by": N_("By{units}"), "start": N_("Start{index}"), "stop": N_("Stop{index}")}
"""Words that the page says of something else as well: an empty place tells them apart."""

OF_ACTIVATION = ("activation", "omega")
_NO_ACTIVATION = N_("No layer of this network has an activation that could be set here.")
_OWN_ACTIVATIONS = N_("Every layer that has an activation sets its own: select it to change that.")


def why_unused(network: Network) -> str | None:
    """Why the activation of all layers changes nothing, as a message; None where it does."""
    having = [each for each in network.layers if each.inherits and each.has_activation()]
    if not having:
        return _NO_ACTIVATION
    inheriting = any(getattr(layer, "activation", None) is None for layer in having)
    return None if inheriting else _OWN_ACTIVATIONS


@dataclass(frozen=True)
class Option:
    """One field. `optional`: it may be left to the network's style or found automatically."""

    name: str
    kind: Kind
    optional: bool
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 1
    whole: bool = False

    @property
    def label(self) -> str:
        """The field's name as people read it."""
        return _(self.message, units="", index="")

    @property
    def message(self) -> str:
        """That in English; `tools.messages` gathers all there are."""
        return _APART.get(self.name, self.name.replace("_", " ").capitalize())


def options_of(model: type[BaseModel]) -> list[Option]:
    """The options of a kind of layer or skip, those asked for most often first."""
    own = {name: field for name, field in model.model_fields.items() if name not in HIDDEN}
    found = [_option(name, field) for name, field in own.items()]
    free = [option for option in found if option.kind != "choice" or len(option.choices) > 1]
    return sorted(free, key=lambda o: FIRST.index(o.name) if o.name in FIRST else len(FIRST))


def _option(name: str, field: FieldInfo) -> Option:
    inner, optional, limits = _unwrapped(field.annotation, list(field.metadata))
    if inner is Init:
        return Option(name, "init", optional)
    if inner is Scale:
        return Option(name, "scale", optional)
    if inner is bool:
        return Option(name, "flag", optional)
    if get_origin(inner) is Literal:
        return Option(name, "choice", optional, choices=tuple(map(str, _flat(inner))))
    if get_origin(inner) is tuple:
        return Option(name, "shape", optional)
    if inner in (int, float):
        low, high = _bounds(limits, whole=inner is int)
        return Option(name, "number", optional, low=low, high=high, whole=inner is int)
    raise TypeError(f"The inspector does not know fields like {name}: {inner!r}.")


def _unwrapped(annotation: Any, limits: list[Any]) -> tuple[Any, bool, list[Any]]:
    """The type without Annotated and without None, and whether there was a None."""
    optional = False
    while True:
        if get_origin(annotation) is typing.Annotated:
            annotation, *more = get_args(annotation)
            limits = limits + more
        elif get_origin(annotation) in (typing.Union, types.UnionType):
            inner = [each for each in get_args(annotation) if each is not type(None)]
            if len(inner) == len(get_args(annotation)) or len(inner) != 1:
                return Literal[tuple(_flat(annotation))], optional, limits
            annotation, optional = inner[0], True
        else:
            return annotation, optional, limits


def _flat(annotation: Any) -> list[Any]:
    """The values of a Literal, also of nested ones."""
    if get_origin(annotation) is Literal or get_origin(annotation) in (
        typing.Union,
        types.UnionType,
    ):
        return [value for each in get_args(annotation) for value in _flat(each)]
    return [annotation]


def _bounds(limits: list[Any], whole: bool) -> tuple[float, float]:
    """Inclusive; an open end of a real number is moved in by a thousandth."""
    low, high = 0.0, 1e6
    step = 1.0 if whole else 1e-3
    for limit in _spread(limits):
        match limit:
            case annotated_types.Ge(ge):
                low = float(ge)  # type: ignore[arg-type]
            case annotated_types.Gt(gt):
                low = float(gt) + step  # type: ignore[arg-type]
            case annotated_types.Le(le):
                high = float(le)  # type: ignore[arg-type]
            case annotated_types.Lt(lt):
                high = float(lt) - step  # type: ignore[arg-type]
    return low, high


def _spread(limits: list[Any]) -> list[Any]:
    """pydantic keeps limits either one by one or in a field of their own."""
    return [
        inner
        for limit in limits
        for inner in (limit.metadata if isinstance(limit, FieldInfo) else [limit])
    ]
