"""What a layer or a skip becomes when some of its fields, or its kind, are changed."""

from collections.abc import Mapping
from typing import Any

from skipviz.network.layers import LAYER_CLASSES, AnyLayer
from skipviz.network.skips import SKIP_CLASSES, AnySkip

_FIELDS = {name: kind.model_fields for name, kind in {**LAYER_CLASSES, **SKIP_CLASSES}.items()}


def with_fields(old: AnyLayer | AnySkip, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The layer or skip with other fields, or as another kind, which keeps the fields that it
    knows; not validated yet."""
    named = {"kind": old.kind, **fields}
    kind = named["kind"]
    shared = _FIELDS.get(kind, {}) if isinstance(kind, str) else {}
    said = old.model_fields_set - {"kind"}
    return {name: getattr(old, name) for name in said if name in shared} | named
