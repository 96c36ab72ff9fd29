"""Several networks at their first weights, one beside the other."""

from collections.abc import Iterator, Sequence

import numpy as np

from skipviz.charts import Axis, Lines, Number, over_seeds
from skipviz.engine.measures.passes import first_pass, fresh_stack, state_norms
from skipviz.language import _
from skipviz.measures.cases import Case
from skipviz.measures.results import Result
from skipviz.text import factor_text, listed_apart, number_text
from skipviz.types import Array


def gradients(
    cases: Sequence[Case], data: str = "digits", seeds: int = 3, batch: int = 64
) -> Iterator[Result]:
    """|dL/ds_k| per layer of every case; the verdict names the factor per layer."""
    found: dict[str, Array] = {}
    for case in cases:
        stack = fresh_stack(case.network, data, seeds=range(seeds))
        found[case.label] = state_norms(first_pass(stack, data, batch))[:, :-1]
        yield _result(cases, found, seeds, batch)


def factor_per_layer(norms: Array) -> float:
    """The factor by which the gradient changes from a layer to the one below it.

    norms (seeds, layers), layer 1 first; the geometric mean over layers of the median seed.
    """
    median = np.median(norms, axis=0)
    return float((median[0] / median[-1]) ** (1 / max(len(median) - 1, 1)))


def _result(cases: Sequence[Case], found: dict[str, Array], seeds: int, batch: int) -> Result:
    curves = [over_seeds(c.label, found[c.label], c.style) for c in cases if c.label in found]
    factors = {label: factor_per_layer(norms) for label, norms in found.items()}
    parts = listed_apart(
        _("{name}: {value}", name=label, value=factor_text(factor))
        for label, factor in factors.items()
    )
    numbers = [
        Number(_("{name}, layer 1 over layer N", name=label), number_text(_ratio(norms)))
        for label, norms in found.items()
    ]
    return Result(
        verdict=_("Factor of the gradient per layer on its way down: {factors}.", factors=parts),
        note=_(
            "|∂L/∂s| of every layer at the first weights, float64, batch of {batch}; median of "
            "{seeds} seeds, band from minimum to maximum.",
            batch=batch,
            seeds=seeds,
        ),
        figure=Lines(
            tuple(curves), Axis(_("layer (1 = next to the input)")), Axis("|∂L/∂s|", log=True)
        ),
        numbers=tuple(numbers),
        values=tuple(factors.items()),
    )


def _ratio(norms: Array) -> float:
    median = np.median(norms, axis=0)
    return float(median[0] / median[-1])
