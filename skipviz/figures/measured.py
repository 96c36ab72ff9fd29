"""What the other pages measure, as plotly figures by name: computed here, as long as it takes.

They train what the run trained anew, from its seed, where weights are needed. `own` are the data
where the run was on data of one's own. `progress` shows a bar of the training on stderr; None: in a
notebook only. `theme` is "light" or "dark". ValueError for what is no run of a drawn network.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from skipviz import graph
from skipviz.data import OwnData, split_of
from skipviz.experiments.running import ExperimentRun
from skipviz.figures.chart import chart_spec
from skipviz.figures.landscape import section_spec, slice_spec
from skipviz.figures.lesion import layers_spec, several_spec, skips_spec
from skipviz.figures.paths import (
    by_skips_spec,
    cancellation_spec,
    gradient_by_length_spec,
    lengths_spec,
    skips_taken_spec,
)
from skipviz.figures.studies import study_curves_spec, study_heatmap_spec
from skipviz.figures.units import unit_maps_spec
from skipviz.landscape.requests import LossSlice
from skipviz.landscape.results import Row, Section, surface
from skipviz.lesion.requests import LesionStudy
from skipviz.lesion.results import Several, Singles
from skipviz.network import Network
from skipviz.network.given import takes_network
from skipviz.paths import PathGradients, spread
from skipviz.paths.requests import GradientByLength
from skipviz.request import Answer, Progress, Request
from skipviz.runs.bar import bar
from skipviz.runs.given import takes_drawn_run
from skipviz.runs.requests import NetworkRequest, UnitMaps, UnitsOfLayer
from skipviz.runs.run import Run
from skipviz.studies import Quantity, Result, table

Figures = dict[str, go.Figure]


@takes_network
def path_counts(network: Network, theme: str = "light") -> Figures:
    """How many paths there are, by their "lengths" and by the "skips" they take."""
    lengths, taken = graph.path_lengths(network), graph.skips_taken(network)
    return {
        "lengths": go.Figure(lengths_spec(lengths, spread(lengths), theme)),
        "skips": go.Figure(skips_taken_spec(taken, theme)),
    }


@takes_drawn_run
def path_gradients(
    run: Run,
    train: bool = False,
    theme: str = "light",
    own: OwnData | None = None,
    progress: bool | None = None,
) -> Figures:
    """The gradient by "lengths" of paths, their signed "shares", and by "skips" taken per state.

    At the initial weights, or with `train` after a training with the skips.
    """
    request = GradientByLength(run.network, run.settings, own=own, train=train)
    found = [each for each in _answers(request, progress) if isinstance(each, PathGradients)][-1]
    specs = (gradient_by_length_spec, cancellation_spec, by_skips_spec)
    names = ("lengths", "shares", "skips")
    return {name: go.Figure(spec(found, theme)) for name, spec in zip(names, specs, strict=True)}


@takes_drawn_run
def lesions(
    run: Run, theme: str = "light", own: OwnData | None = None, progress: bool | None = None
) -> Figures:
    """Score after the training when one of the "layers", one of the "skips", or "several" layers
    are deleted."""
    results = list(_answers(LesionStudy(run.network, run.settings, own=own), progress))
    singles = [each for each in results if isinstance(each, Singles)]
    several = {each.arm: each for each in results if isinstance(each, Several)}
    score, chance, whole = run.info.score, run.info.chance, {s.arm: s.score for s in singles}
    named = run.label_of
    figures = {"layers": layers_spec(singles, score, chance, frozenset(), theme, named)}
    if several:
        figures["several"] = several_spec(several, whole, score, chance, theme, named)
    with_skips = [each for each in singles if each.skips]
    if with_skips:
        figures["skips"] = skips_spec(with_skips[0], score, chance, frozenset(), theme)
    return {name: go.Figure(spec) for name, spec in figures.items()}


@takes_drawn_run
def loss_slices(
    run: Run,
    points: int = 15,
    radius: float = 0.5,
    threshold: float = 1.0,
    theme: str = "light",
    own: OwnData | None = None,
    progress: bool | None = None,
) -> Figures:
    """The loss around the trained weights: a "section" of all arms, and a slice by every arm's
    name, of `points` x `points` up to `radius` times the length of the weights."""
    request = LossSlice(run.network, run.settings, own=own, points=points, radius=radius)
    results = list(_answers(request, progress))
    section = next(each for each in results if isinstance(each, Section))
    rows = [each for each in results if isinstance(each, Row)]
    found = surface(rows, len(section.arms), points, radius)
    figures = {"section": section_spec(section, threshold, theme, run.label_of)}
    for place, arm in enumerate(section.arms):
        figures[arm] = slice_spec(found, arm, place, threshold, theme, run.label_of)
    return {name: go.Figure(spec) for name, spec in figures.items()}


@takes_drawn_run
def units_of_layer(
    run: Run,
    layer: int,
    arm: str = "skip",
    at: int = -1,
    theme: str = "light",
    own: OwnData | None = None,
    progress: bool | None = None,
) -> go.Figure:
    """What the first units of a layer say of every place, on points of a plane."""
    named = {each.name: each for each in run.settings.arms_for(run.network)}
    step = int(run.row_steps[at])
    request = UnitsOfLayer(run.network, run.settings, named[arm], layer, step, own=own)
    found = next(each for each in _answers(request, progress) if isinstance(each, UnitMaps))
    return go.Figure(unit_maps_spec(found, split_of(run.settings, own), theme))


def experiment(
    name: str,
    controls: Mapping[str, float] | None = None,
    thin: bool = False,
    theme: str = "light",
    progress: bool | None = None,
) -> Figures:
    """The charts of a guided experiment (`skipviz.experiments.names()`), by their names.

    `thin` is its short version; `controls` are changed from those it has on the page.
    """
    request = ExperimentRun(name, dict(controls or {}), thin)
    with bar(100, progress, "percent") as reach:
        for told in _asked(request):
            reach(int(100 * told.done))
    return {each.name: go.Figure(chart_spec(each.chart, theme)) for each in told.panels}


def study(
    results: Sequence[Result],
    quantity: Quantity = "ratio",
    across: str = "depth",
    by: str = "pattern",
    theme: str = "light",
) -> Figures:
    """What a study found, as "curves" and as a "map": a quantity across one factor, by another."""
    told = table(results, quantity, across, by), quantity, across, by, theme
    return {
        "curves": go.Figure(study_curves_spec(*told)),
        "map": go.Figure(study_heatmap_spec(*told)),
    }


def _answers(request: NetworkRequest[Any], progress: bool | None) -> Iterator[Any]:
    """What is found, without how far the training on the way to it is; that is for the bar."""
    with bar(request.settings.steps, progress) as reach:
        for each in _asked(request):
            if isinstance(each, Progress):
                reach(each.step)
            else:
                yield each


def _asked(request: Request[Answer]) -> Iterator[Answer]:
    from skipviz.answers import answer  # all that can be asked for, which a page need not load

    found: Iterator[Any] = answer(request)  # type: ignore[arg-type]
    yield from found
