"""What of a model is drawn: of repeated blocks the first alone, of many skips the first ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from skipviz.own_model.structure import Layer, Skip, Structure

FEWEST = 3  # alike in a row
DEEPEST = 40  # a model that is not deeper is drawn as it is
MOST_ARCS = 1000
MOST_STACKED = 4  # layers of one depth


@dataclass(frozen=True)
class Fold:
    """Blocks that repeat: the first spans depths `start` to `start` + `period`, `times` in all."""

    start: int
    period: int
    times: int

    def place(self, depth: float) -> float:
        """Where a depth is drawn once all but the first block are left out."""
        end = self.start + self.period
        if depth <= end:
            return depth
        return max(end, depth - (self.times - 1) * self.period)

    def hides(self, depth: int) -> bool:
        """Whether a layer lies in one of the blocks that are left out."""
        return self.start + self.period <= depth < self.start + self.times * self.period


@dataclass(frozen=True)
class Drawn:
    """The layers and skips that are drawn, and where depths are."""

    layers: tuple[tuple[int, Layer], ...]
    skips: tuple[Skip, ...]
    folds: tuple[Fold, ...]

    def place(self, depth: float) -> float:
        """Of a depth, in steps from the left."""
        for fold in reversed(self.folds):
            depth = fold.place(depth)
        return depth


def folded_blocks(structure: Structure) -> Drawn:
    """Of repeated blocks the first alone; the numbers of layers are those of the structure."""
    folds = tuple(_folds(structure)) if structure.depth > DEEPEST else ()
    layers = [(k, each) for k, each in enumerate(structure.layers)
              if not any(fold.hides(each.depth) for fold in folds)]  # fmt: skip
    skips = [each for each in structure.skips if not any(_inside(each, fold) for fold in folds)]
    return Drawn(tuple(layers), tuple(skips), folds)


def members(structure: Structure, drawn: Drawn) -> dict[int, list[int]]:
    """Of every skip that is drawn which it stands for: itself, and those that lie in its place in
    the blocks that are left out."""
    found = {skip.index: [skip.index] for skip in drawn.skips}
    places = {(s.kind, s.lane, s.from_depth, s.to_depth): s.index for s in reversed(drawn.skips)}
    for skip in structure.skips:
        for fold in drawn.folds:
            if skip.index in found or not _inside(skip, fold):
                continue
            back = (skip.from_depth + 1 - fold.start) // fold.period * fold.period
            place = (skip.kind, skip.lane, skip.from_depth - back, skip.to_depth - back)
            if place in places:
                found[places[place]].append(skip.index)
    return found


def _inside(skip: Skip, fold: Fold) -> bool:
    """Whether all layers that it goes around are left out."""
    return fold.hides(skip.from_depth + 1) and fold.hides(skip.to_depth)


def _folds(structure: Structure) -> list[Fold]:
    if len({layer.lane for layer in structure.layers}) > 1:
        return []  # towers side by side do not repeat at the same depths
    found = []
    runs = groupby(structure.layers, key=lambda layer: _block(layer.name)[0])
    for prefix, layers in runs:
        if prefix:
            blocks = [list(block) for _, block in groupby(layers, lambda x: _block(x.name)[1])]
            found += _alike(structure.skips, prefix, blocks)
    return found


def _alike(skips: Sequence[Skip], prefix: str, blocks: Sequence[Sequence[Layer]]) -> list[Fold]:
    """Folds of the blocks that follow each other and look the same."""
    starts = [block[0].depth for block in blocks]
    periods = [after - before for before, after in pairwise(starts)]
    looks = [_look(skips, prefix, block) for block in blocks]
    found, first = [], 0
    for k in range(1, len(blocks) + 1):
        ends = k == len(blocks) or looks[k] != looks[first] or periods[k - 1] != periods[first]
        if ends:
            if k - first >= FEWEST:
                found.append(Fold(starts[first], periods[first], k - first))
            first = k
    return found


def _look(skips: Sequence[Skip], prefix: str, block: Sequence[Layer]) -> object:
    """A block relative to its own start."""
    start, (_, number, _) = block[0].depth, _block(block[0].name)
    own = f"{prefix}.{number}"
    layers = [(_block(layer.name)[2], layer.depth - start) for layer in block]
    arcs = [(skip.kind, skip.from_depth - start, skip.to_depth - start) for skip in skips
            if skip.target == own or skip.target.startswith(f"{own}.")]  # fmt: skip
    return layers, arcs


def _block(name: str) -> tuple[str, str, str]:
    """(h, 3, mlp.up) of h.3.mlp.up; ("", "", name) without a number."""
    parts = name.split(".")
    for k, part in enumerate(parts):
        if part.isdigit() and k:
            return ".".join(parts[:k]), part, ".".join(parts[k + 1 :])
    return "", "", name
