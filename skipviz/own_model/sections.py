"""The parts of a model by the names of its modules, for words below its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipviz.own_model.structure import Layer

MOST = 14
"""Parts; a part that holds over half of the depths is taken apart as long as they are fewer."""


@dataclass(frozen=True)
class Section:
    """Layers whose names begin alike, from the depth of the first to that of the last."""

    name: str
    start: int
    end: int


def sections(layers: Sequence[Layer]) -> list[Section]:
    """In the order of their depths."""
    parts = _split(layers, "")
    while len(parts) <= MOST:
        whole = _room([layer for part in parts.values() for layer in part])
        large = next((name for name, part in parts.items() if 2 * _room(part) > whole), None)
        inner = _split(parts[large], f"{large}.") if large is not None else {}
        if large is None or len(inner) < 2 or len(parts) + len(inner) - 1 > MOST:
            break
        parts = {name: part for name, part in parts.items() if name != large} | inner
    found = [
        Section(name, min(depths), max(depths))
        for name, depths in ((name, [each.depth for each in part]) for name, part in parts.items())
    ]
    return sorted(found, key=lambda section: (section.start, section.end))


def _split(layers: Sequence[Layer], prefix: str) -> dict[str, list[Layer]]:
    """By the next part of their names; what has none keeps its own."""
    found: dict[str, list[Layer]] = {}
    for layer in layers:
        rest = layer.name.removeprefix(prefix)
        found.setdefault(prefix + rest.split(".")[0], []).append(layer)
    return found


def _room(layers: Sequence[Layer]) -> int:
    depths = [layer.depth for layer in layers]
    return max(depths) - min(depths) + 1
