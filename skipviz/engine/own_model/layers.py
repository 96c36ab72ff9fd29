"""The layers of a model as they were met: which weights, at which depth, in which tower."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn

from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.own_model.structure import Layer

_MOST_DEPTHS = 1000


@dataclass
class _Met:
    lane: int
    depths: list[int] = field(default_factory=list)
    weights: dict[str, None] = field(default_factory=dict)


class LayerList:
    """Modules that own a weight of two or more dimensions which some operation has used."""

    def __init__(self) -> None:
        self._met: dict[str, _Met] = {}
        self._tables: list[tuple[Node, frozenset[str]]] = []

    def put(self, weights: frozenset[str], node: Node) -> None:
        """An operation has used these weights."""
        if node.bare:
            self._tables.append((node, weights))
        else:
            self._put(weights, node.depth, node.lane)

    def place_tables(self, lineage: Lineage) -> None:
        """What was looked up for no data (position biases) stands where data take it in."""
        for table, weights in self._tables:
            later = lineage.nodes[table.index + 1 :]
            taken = (each for each in later if not each.bare and each.ancestors >> table.index & 1)
            place = next(taken, table)
            self._put(weights, place.depth, place.lane)
        self._tables = []

    def _put(self, weights: Iterable[str], depth: int, lane: int) -> None:
        for owner, names in _byowner_of(sorted(weights)).items():
            met = self._met.setdefault(owner, _Met(lane))
            met.depths.append(depth)
            met.weights |= dict.fromkeys(names)

    def layers(
        self,
        parameters: Mapping[str, nn.Parameter],
        tied: Mapping[str, Sequence[str]],
        lanes: Mapping[int, int],
    ) -> tuple[Layer, ...]:
        """By depth, each with what it shares; `lanes` renumbers the towers."""
        ordered = sorted(self._met.items(), key=lambda item: item[1].depths[0])
        found = (self._layer(*item, parameters, tied, lanes) for item in ordered)
        return tuple(layer for layer in found if layer is not None)

    def _layer(
        self,
        name: str,
        met: _Met,
        parameters: Mapping[str, nn.Parameter],
        tied: Mapping[str, Sequence[str]],
        lanes: Mapping[int, int],
    ) -> Layer | None:
        whole = [each for each in met.weights if each in parameters and parameters[each].dim() > 1]
        if not whole:
            return None
        trained = [each for each in whole if parameters[each].requires_grad]
        own = tuple(trained or whole)
        others = [owner_of(each) for weight in own for each in tied.get(weight, ())]
        return Layer(
            name=name or "the model",
            weights=own,
            depth=met.depths[0],
            depths=tuple(met.depths[:_MOST_DEPTHS]),
            lane=lanes.get(met.lane, 0),
            uses=len(met.depths),
            tied=tuple(dict.fromkeys(others)),
            trained=bool(trained),
        )

    def lanes(self) -> dict[int, int]:
        """How many layers each lane has."""
        counts: dict[int, int] = {}
        for met in self._met.values():
            counts[met.lane] = counts.get(met.lane, 0) + 1
        return counts


def _byowner_of(weights: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for weight in weights:
        found.setdefault(owner_of(weight), []).append(weight)
    return found


def owner_of(weight: str) -> str:
    """The module of a parameter; of a parametrised one that which it parametrises."""
    return (
        weight.rpartition(".")[0].split(".parametrizations.")[0].removesuffix(".parametrizations")
    )
