"""The JSON Schema of what `Network.to_json` writes and `Network.from_json` reads."""

from typing import Any

from skipviz.network import Network

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) of a drawn network.

    It says what can be written down. Whether skips end where layers are and shapes fit the data
    is for `Network.from_json` and `Network.check` to say.

    >>> import skipviz as sv
    >>> sv.export.json_schema()["title"]
    'skipviz network'
    """
    schema = Network.model_json_schema()
    for definition in schema["$defs"].values():
        _require_kind(definition)
    schema["properties"]["layers"]["minItems"] = 1  # pydantic checks it, yet leaves it out here
    schema |= {
        "$schema": DIALECT,
        "title": "skipviz network",
        "description": "A chain of layers 1..N between input (0) and readout (N + 1), plus skips.",
    }
    return schema


def _require_kind(definition: dict[str, Any]) -> None:
    """Layers and skips are told apart by their kind, so it is never left out."""
    if "const" in definition.get("properties", {}).get("kind", {}):
        definition["required"] = sorted({"kind", *definition.get("required", [])})
