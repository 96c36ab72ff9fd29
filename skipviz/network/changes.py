"""What a layer or a skip becomes when some of its fields, or its kind, are changed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from skipviz.network.attending import Attention
from skipviz.network.layers import (
    LAYER_CLASSES,
    AnyLayer,
    Conv1d,
    Conv2d,
    Dense,
    FeedForward,
    Identity,
)
from skipviz.network.naming import ATTENDED
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.skips import SKIP_CLASSES, AnySkip, skip_adapter
from skipviz.network.wording import readable

_FIELDS = {name: kind.model_fields for name, kind in {**LAYER_CLASSES, **SKIP_CLASSES}.items()}


def with_fields(old: AnyLayer | AnySkip, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The layer or skip with other fields, or as another kind, which keeps the fields that it
    knows; not validated yet."""
    named = {"kind": old.kind, **fields}
    kind = named["kind"]
    shared = _FIELDS.get(kind, {}) if isinstance(kind, str) else {}
    said = old.model_fields_set - {"kind"}
    return {name: getattr(old, name) for name in said if name in shared} | named


def parse_skip(fields: Mapping[str, Any]) -> AnySkip:
    """A skip from plain data; NetworkError lists every problem."""
    try:
        return skip_adapter.validate_python(fields)
    except ValidationError as error:
        raise readable(error) from None


def changed_skip(old: AnySkip, kind: str | None = None, **options: Any) -> AnySkip:
    """The skip with other options or of another kind, which keeps the options that it knows."""
    return parse_skip(with_fields(old, options | ({"kind": kind} if kind else {})))


def like(layer: AnyLayer) -> AnyLayer:
    """A neighbour for a layer that hands on what it gets: the same, with stride 1, which reads the
    state before and has weights of its own.
    """
    names = ("reads", "tied_to", "tied_norms", *ATTENDED)
    own = {name: type(layer).model_fields[name].default for name in names if hasattr(layer, name)}
    if isinstance(layer, Conv1d | Conv2d):
        return layer.model_copy(update={"stride": 1, "padding": None, **own})
    if not isinstance(layer, Dense | Attention | FeedForward | Rnn | Lstm | Gru):
        return Identity()
    same = all(getattr(layer, name) == value for name, value in own.items())
    return layer if same else layer.model_copy(update=own)


def moved_ends(skips: Iterable[AnySkip], move: Callable[[int], int]) -> tuple[AnySkip, ...]:
    """The same skips between layers under other numbers."""
    return tuple(
        skip.model_copy(update={"source": move(skip.source), "target": move(skip.target)})
        for skip in skips
    )
