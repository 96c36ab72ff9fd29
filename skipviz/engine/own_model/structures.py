"""What a recording showed, as data: layers, skips, and what was found besides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skipviz.engine.own_model.recorder import Recording
from skipviz.engine.own_model.switches import Switchboard
from skipviz.engine.own_model.uses import Uses
from skipviz.engine.own_model.weights import Weights
from skipviz.own_model.structure import Layer, Structure

SMALLEST_TOWER = 3  # layers; fewer beside a larger tower are drawn in its lane


@dataclass(frozen=True)
class Known:
    """What a model has shown: its structure, the switches of its skips, what of it is used."""

    structure: Structure
    board: Switchboard
    uses: Uses

    def copy(self) -> "Known":
        """With gains of its own."""
        return Known(self.structure, self.board.copy(), self.uses)


def structure_of(
    recording: Recording,
    board: Switchboard,
    weights: Weights,
    before: Structure,
    notes: Sequence[str],
) -> Structure:
    """The structure that is known now; what earlier recordings have shown stays."""
    recording.layers.place_tables(recording.lineage)
    lanes = _lanes(recording.layers.lanes())
    layers = recording.layers.layers(weights.parameters, weights.tied, lanes)
    skips = tuple(
        spec.model_copy(update={"lane": lanes.get(spec.lane, 0)})
        for spec in (switch.spec() for switch in board)
    )
    return Structure(
        model=before.model,
        layers=_merged(before.layers, layers),
        skips=skips,
        gates=_modules_once((*before.gates, *recording.gates)),
        parallel=_modules_once((*before.parallel, *recording.parallel)),
        recurrent=_modules_once((*before.recurrent, *recording.recurrent)),
        notes=tuple(dict.fromkeys((*before.notes, *notes))),
    )


def _merged(old: Sequence[Layer], new: Sequence[Layer]) -> tuple[Layer, ...]:
    """Each as it was met deepest, the last time that it was: a pass may leave out what is before.
    A layer of which other weights are used is as it was met now."""
    found = {layer.name: layer for layer in old}
    for layer in new:
        known = found.get(layer.name)
        if known is None or known.depth <= layer.depth or known.weights != layer.weights:
            found[layer.name] = layer
    return tuple(sorted(found.values(), key=lambda layer: layer.depth))


def _lanes(layers: Mapping[int, int]) -> dict[int, int]:
    """Towers from 0 on; what is too small for one goes with the first."""
    towers = [lane for lane, count in sorted(layers.items()) if count >= SMALLEST_TOWER]
    if not towers:
        return dict.fromkeys(layers, 0)
    numbers = {lane: number for number, lane in enumerate(towers)}
    return {lane: numbers.get(lane, 0) for lane in layers}


def _modules_once(paths: Iterable[str]) -> tuple[str, ...]:
    """In order, each once, with "" as the model itself."""
    return tuple(dict.fromkeys(path or "the model" for path in paths))
