"""Layers that no gradient has ever reached, and where to look for the reason."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from skipviz.language import Sentence, _, _n
from skipviz.own_model.cut import WHOLE
from skipviz.own_model.run import ModelRun
from skipviz.own_model.selection import folded_names
from skipviz.own_model.structure import Structure
from skipviz.text import listed, sentences
from skipviz.types import Array

_MOST_NAMED = 3


def never_reached(norms: Array, structure: Structure) -> tuple[str, ...]:
    """The layers that are exactly 0 in each of the (rows, layers) norms, if these are several; NaN
    where they did not run."""
    zero, known = norms == 0, ~np.isnan(norms)
    never = (zero.sum(axis=0) > 1) & (zero == known).all(axis=0)
    return tuple(layer.name for layer, zero in zip(structure.layers, never, strict=True) if zero)


def said_of_unreached(layers: Sequence[str], structure: Structure) -> str:
    """Layers of the whole model that are never trained though they might be; where to look."""
    said = _n(
        "{count} layer of {all} got a gradient of exactly 0 in all frames of the whole model: "
        "{layers}. What it computes does not reach the loss, or only times 0: look behind it for "
        "detach() or no_grad, an output that nothing uses, units that are dead, a factor of 0.",
        "{count} layers of {all} got a gradient of exactly 0 in all frames of the whole model: "
        "{layers}. What they compute does not reach the loss, or only times 0: look behind them "
        "for detach() or no_grad, an output that nothing uses, units that are dead, a factor of 0.",
        len(layers),
        all=len(structure.layers),
        layers=folded_names(layers, structure.modules),
    )
    return sentences([said, *said_of_shut(structure)])


def said_of_left_out(norms: Array, structure: Structure) -> list[str]:
    """Layers that ran in some of the (rows, layers) and not in others: a note, or none."""
    rested = np.flatnonzero(np.isnan(norms).any(axis=0))
    layers = [structure.layers[place] for place in rested]
    names = [layer.name for layer in layers if layer.trained]
    if not names or not np.isfinite(norms).any():
        return []
    return [
        _(
            "The model left out layers in some steps, where they have no gradient (NaN): {layers}. "
            "Verdicts are on the layers that ran.",
            layers=folded_names(names, structure.modules),
        )
    ]


def said_of_frozen(structure: Structure) -> list[str]:
    """Layers that are not trained: a note, or none."""
    names = [layer.name for layer in structure.layers if not layer.trained]
    if not names:
        return []
    return [
        _(
            "Frozen (requires_grad is False), so without a gradient (NaN): {layers}. Verdicts are "
            "on the layers that are trained.",
            layers=folded_names(names, structure.modules),
        )
    ]


def said_of_unused(parts: Sequence[str], names: Collection[str]) -> list[str]:
    """Parts of the model that no pass has used, among the `names` of all: a note, or none."""
    if not parts:
        return []
    return [
        _(
            "No forward pass used {parts}: what they hold is not trained, and they stand in no "
            "table or chart. Look in forward() for a call that is missing, or leave them out of "
            "the model.",
            parts=folded_names(parts, names),
        )
    ]


def said_of_shut(structure: Structure) -> Iterator[Sentence]:
    """The factors of branches that were 0 when the skips were found, as a further sentence."""
    shut = sorted({text for skip in structure.skips for text in skip.shut})
    if shut:
        named = [*shut[:_MOST_NAMED], *([".."] if len(shut) > _MOST_NAMED else [])]
        yield _(
            "At the start these factors on branches are exactly 0: {factors}.",
            factors=listed(named),
        )


def notes_of(run: ModelRun) -> tuple[str, ...]:
    """The notes of a run, and what its frames so far show: layers that were never reached."""
    if WHOLE not in run.arms or not run.steps:
        return run.notes
    norms = run.gradient_norms(WHOLE)
    measured = norms[~np.isnan(norms).all(axis=1)]
    if not len(measured) or not (measured[-1] == 0).any():
        return run.notes
    never = never_reached(measured, run.structure)
    said = (said_of_unreached(never, run.structure),) if never else ()
    return tuple(dict.fromkeys((*run.notes, *said)))
