"""How wide and how rugged slices of the loss are, with skips and without (after Li et al. 2018)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from skipviz.charts import Axis, Lines, Table, over_seeds
from skipviz.engine.landscape.slices import SECTION_POINTS, loss_slice
from skipviz.engine.measures.minimal import minimal
from skipviz.landscape.results import Row, Section, surface
from skipviz.language import N_, _
from skipviz.measures.results import Result, spread
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.text import percents_alike
from skipviz.types import Array

ARMS = {"skip": N_("with skips"), "plain": N_("without")}


@dataclass(frozen=True)
class Slice:
    """Of one seed: losses (arms, points) along direction 1 and (arms, points, points)."""

    offsets: Array
    line: Array
    plane: Array

    @property
    def centres(self) -> Array:
        """(arms,) the loss where training ended."""
        return self.line[:, SECTION_POINTS // 2]


def basins(
    network: Network,
    settings: Settings,
    threshold: float = 0.5,
    points: int = 11,
    radius: float = 0.5,
    samples: int = 256,
) -> Iterator[Result]:
    """The share of the slice below a loss, its minima, and where it curves down, seed by seed."""
    found: list[Slice] = []
    for seed in range(settings.seed, settings.seed + settings.seeds):
        chosen = minimal(settings, arms=tuple(ARMS), seeds=1, seed=seed)
        news = list(loss_slice(network, chosen, None, points, radius, samples, seed))
        (line,) = (each for each in news if isinstance(each, Section))
        rows = [each for each in news if isinstance(each, Row)]
        plane = surface(rows, len(ARMS), points, radius).losses
        found.append(Slice(line.offsets, line.losses, plane))
        yield _result(found, threshold, points, radius, samples)


def minima(losses: Array) -> int:
    """Inner points of a grid (points, points) that are lower than all eight around them."""
    inner, count = losses[1:-1, 1:-1], len(losses)
    lower = np.ones_like(inner, dtype=bool)
    for down in range(3):
        for right in range(3):
            if (down, right) != (1, 1):
                lower &= inner < losses[down : count - 2 + down, right : count - 2 + right]
    return int(lower.sum())


def curving_down(values: Array) -> float:
    """Share of the inner points of a grid at which some direction curves down (not convex)."""
    across = values[1:-1, 2:] - 2 * values[1:-1, 1:-1] + values[1:-1, :-2]
    along = values[2:, 1:-1] - 2 * values[1:-1, 1:-1] + values[:-2, 1:-1]
    mixed = (values[2:, 2:] - values[2:, :-2] - values[:-2, 2:] + values[:-2, :-2]) / 4
    smallest = (across + along) / 2 - np.hypot((across - along) / 2, mixed)
    return float((smallest < 0).mean())


def _result(
    found: Sequence[Slice], threshold: float, points: int, radius: float, samples: int
) -> Result:
    below = _("below {loss}", loss=format(threshold, "g"))
    above = _("less than {loss} above its centre", loss=format(threshold, "g"))
    measured = [
        {
            below: [float((s.plane[arm] < threshold).mean()) for s in found],
            above: [float((s.plane[arm] < s.centres[arm] + threshold).mean()) for s in found],
            _("minima"): [float(minima(s.plane[arm])) for s in found],
            _("curving down"): [curving_down(s.plane[arm]) for s in found],
            _("its log curving down"): [curving_down(np.log(s.plane[arm])) for s in found],
            _("loss in the centre"): [float(s.centres[arm]) for s in found],
        }
        for arm in range(len(ARMS))
    ]
    with_skips, without = (np.median(each[below]) for each in measured)
    writes = percents_alike((with_skips, without))
    return Result(
        verdict=_(
            "The loss is below {loss} on {skips} of the slice with skips and on {plain} without.",
            loss=format(threshold, "g"),
            skips=writes(with_skips),
            plain=writes(without),
        ),
        note=_(
            "{points} × {points} points within R = {radius} of the trained weights, loss over "
            "{samples} training samples in evaluation mode. Curve: along the first direction. "
            "Median and range of {seeds} seeds, each with directions of its own.",
            points=points,
            radius=format(radius, "g"),
            samples=samples,
            seeds=len(found),
        ),
        figure=Lines(
            tuple(
                over_seeds(_(label), np.stack([s.line[arm] for s in found]), name, found[0].offsets)
                for arm, (name, label) in enumerate(ARMS.items())
            ),
            Axis(_("along direction 1 (1 = length of the weights)")),
            Axis(_("loss"), log=True),
        ),
        table=Table(
            (_("of the slice"), *map(_, ARMS.values())),
            tuple((what, *(spread(each[what], 2) for each in measured)) for what in measured[0]),
        ),
        values=tuple(
            (f"{what}, {label}", float(np.median(each[what])))
            for each, label in zip(measured, ARMS.values(), strict=True)
            for what in each
        ),
    )
