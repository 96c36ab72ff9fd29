"""Layers that no gradient has ever reached, and where to look for the reason."""

from collections.abc import Sequence

import numpy as np

from skipviz.own_model.cut import WHOLE
from skipviz.own_model.run import ModelRun
from skipviz.own_model.selection import folded_names
from skipviz.own_model.structure import Structure
from skipviz.text import plural
from skipviz.types import Array

_MOST_NAMED = 3


def never_reached(norms: Array, structure: Structure) -> tuple[str, ...]:
    """The layers that are exactly 0 in each of the (rows, layers) norms, if these are several."""
    never = (norms == 0).all(axis=0) if len(norms) > 1 else np.zeros(len(structure.layers), bool)
    return tuple(layer.name for layer, zero in zip(structure.layers, never, strict=True) if zero)


def said_of_unreached(layers: Sequence[str], structure: Structure) -> str:
    """Layers of the whole model that are never trained though they might be; where to look."""
    return (
        f"{plural(len(layers), 'layer')} of {len(structure.layers)} got a gradient of exactly 0 in "
        f"all frames of the whole model: {folded_names(layers)}. What they compute does not reach "
        "the loss, or only times 0: look behind them for detach() or no_grad, an output that "
        f"nothing uses, units that are dead, a factor of 0.{said_of_shut(structure)}"
    )


def said_of_shut(structure: Structure) -> str:
    """The factors of branches that were 0 when the skips were found, as a further sentence."""
    shut = sorted({text for skip in structure.skips for text in skip.shut})
    more = ", .." if len(shut) > _MOST_NAMED else ""
    factors = f"{', '.join(shut[:_MOST_NAMED])}{more}"
    return f" At the start these factors on branches are exactly 0: {factors}." if shut else ""


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
