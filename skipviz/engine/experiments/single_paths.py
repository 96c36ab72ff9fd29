"""The gradient by path length, seed by seed, with `skipviz.paths`."""

from collections.abc import Iterator

import numpy as np

from skipviz.charts import Axis, Curve, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.engine.paths.gradient import path_gradients
from skipviz.experiments.parts import SinglePaths, Variant
from skipviz.language import _
from skipviz.paths.results import PathGradients
from skipviz.types import Array


def single_paths(part: SinglePaths) -> Iterator[Findings]:
    """Both ways of saying which paths carry the gradient, for every network and seed."""
    found: dict[str, list[PathGradients]] = {}
    total = len(part.variants) * part.seeds
    for done in range(total):
        variant = part.variants[done // part.seeds]
        settings = part.settings.model_copy(update={"seed": part.settings.seed + done % part.seeds})
        *_, last = path_gradients(variant.network, settings, samples=part.samples)
        assert isinstance(last, PathGradients)
        found.setdefault(variant.name, []).append(last)
        yield Findings((done + 1) / total, _panels(part.variants, found), _values(found))


def _values(found: dict[str, list[PathGradients]]) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, runs in found.items():
        values[f"{name}.estimated"] = np.array([run.centre(run.estimate) for run in runs])
        values[f"{name}.exact"] = np.array([run.centre(run.exact) for run in runs])
        values[f"{name}.cancellation"] = np.array([run.cancellation for run in runs])
    return values


def _panels(variants: tuple[Variant, ...], found: dict[str, list[PathGradients]]) -> list[Panel]:
    known = [variant for variant in variants if variant.name in found]
    titles = {
        "estimate": _("Count × mean norm of a single path, as Veit et al. estimate it"),
        "exact": _("Norm of the exact sum over all paths of a length"),
    }
    return [
        Panel(
            which,
            title,
            _("Share of each length, at the initial weights; median and span of the seeds."),
            Lines(
                tuple(_curve(which, variant, found[variant.name]) for variant in known),
                Axis(_("length of the path, in blocks")),
                Axis(_("share"), from_zero=True),
            ),
        )
        for which, title in titles.items()
    ]


def _curve(which: str, variant: Variant, runs: list[PathGradients]) -> Curve:
    shares = np.stack([getattr(run, which) for run in runs])
    return variant.curve(runs[0].lengths, shares)
