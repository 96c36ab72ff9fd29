"""All guided experiments by their id, in the order they are read in."""

from skipviz.experiments.catalogue import (
    carried,
    drawn,
    normalised,
    paths,
    start,
    transformer,
    vanishing,
)
from skipviz.experiments.experiment import Experiment
from skipviz.language import _

_EXPERIMENTS: dict[str, Experiment] = {
    experiment.id: experiment
    for module in (vanishing, normalised, paths, carried, start, transformer, drawn)
    for experiment in module.EXPERIMENTS
}


def names() -> tuple[str, ...]:
    """The ids `load` takes."""
    return tuple(_EXPERIMENTS)


def load(name: str) -> Experiment:
    """An experiment by its id; ValueError names those there are."""
    if name not in _EXPERIMENTS:
        raise ValueError(
            _(
                "There is no experiment {name}. Known are {known}.",
                name=repr(name),
                known=", ".join(_EXPERIMENTS),
            )
        )
    return _EXPERIMENTS[name]


def all_experiments() -> tuple[Experiment, ...]:
    """Every experiment, in order."""
    return tuple(_EXPERIMENTS.values())
