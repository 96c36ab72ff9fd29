"""What is known of the slice so far, in words and in charts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skipviz import data
from skipviz.arms import arm_label_in
from skipviz.data import DataInfo
from skipviz.figures.landscape import section_spec, slice_spec
from skipviz.landscape.requests import LossSlice
from skipviz.landscape.results import Row, Section, Surface, surface
from skipviz.language import N_, _
from skipviz.request import Progress
from skipviz.text import listed, number_text, percents_alike, sentences
from skipviz.ui.components.headline import Pieces, headline, pieces_of_message
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.shell.computing import Computation, training_text

TRAINING_SHARE = 0.4  # of the progress bar
NOTE = N_(
    "Colour: log of the loss, one scale for all arms. Circle: where training ended; the white line "
    "is the threshold."
)
CAVEAT = N_(
    "It is a slice, not the landscape: two random directions out of very many, each filter as long "
    "as the weights' own, biases and norms as they are (Li et al. 2018)."
)


SliceComputation = Computation[Progress | Section | Row]


@dataclass(frozen=True)
class Shown:
    """What has come for a request, sorted."""

    request: LossSlice
    progress: Progress | None
    section: Section | None
    surface: Surface

    @classmethod
    def of(cls, computation: SliceComputation) -> "Shown | None":
        """What came so far; None where nothing was started."""
        request, results = computation.job and computation.job.request, computation.results
        if not isinstance(request, LossSlice):
            return None
        sections = [each for each in results if isinstance(each, Section)]
        progress = [each for each in results if isinstance(each, Progress)]
        rows = [each for each in results if isinstance(each, Row)]
        return cls(
            request,
            progress[-1] if progress else None,
            sections[0] if sections else None,
            surface(rows, len(request.settings.arms), request.points, request.radius),
        )

    def label_of(self, arm: str) -> str:
        """What an arm is called."""
        return arm_label_in(self.request.network, arm)

    @property
    def info(self) -> DataInfo:
        """Of the data it is trained on."""
        own = self.request.own
        return own.info if own else data.info(self.request.settings.data)

    @property
    def share(self) -> float:
        """How much of all is done."""
        trained = self.progress.share if self.progress else 0.0
        rows: float = self.surface.rows / len(self.surface.offsets)
        return TRAINING_SHARE * trained + (1 - TRAINING_SHARE) * rows

    @property
    def doing(self) -> str:
        """What the job is at."""
        if self.progress is None:
            return _("Starting …")
        if self.section is None:
            return training_text(self.progress)
        return _("Row {row} of {rows}", row=self.surface.rows, rows=len(self.surface.offsets))


def say(found: Shown, threshold: float) -> None:
    """The verdict, as strong as the measurement and no stronger."""
    if found.section is None:
        headline([(_("Training first, then the loss around the weights …"), None)], _(CAVEAT))
    elif not found.surface.complete:
        headline([(_("Computing the slice from its centre outwards …"), None)], _detail(found))
    else:
        headline(
            verdict(found, threshold), sentences([_detail(found), *_too_low(found, threshold)])
        )


def verdict(found: Shown, threshold: float) -> Pieces:
    """The share of the slice below the threshold, arm by arm, or that no centre is."""
    assert found.section is not None
    shares = found.surface.below(threshold)
    arms = dict(enumerate(found.section.arms, start=1))
    writes = percents_alike(shares)
    return pieces_of_message(
        _BELOW[len(arms) - 1],
        {f"share{place}": arm for place, arm in arms.items()},
        radius=f"{found.request.radius:g}",
        threshold=f"{threshold:g}",
        **{f"share{place}": writes(share) for place, share in enumerate(shares, start=1)},
        **{f"arm{place}": found.label_of(arm) for place, arm in arms.items()},
    )


_BELOW = (
    N_("Within R = {radius}, the loss stays below {threshold} on {share1} of the slice."),
    N_(
        "Within R = {radius}, the loss stays below {threshold} on {share1} of the slice {arm1} and "
        "on {share2} {arm2}."
    ),
    N_(
        "Within R = {radius}, the loss stays below {threshold} on {share1} of the slice {arm1}, "
        "{share2} {arm2} and on {share3} {arm3}."
    ),
    N_(
        "Within R = {radius}, the loss stays below {threshold} on {share1} of the slice {arm1}, "
        "{share2} {arm2}, {share3} {arm3} and on {share4} {arm4}."
    ),
)
"""Of one arm up to four, which are the standard ones."""


def _detail(found: Shown) -> str:
    assert found.section is not None
    centres = found.section.losses[:, len(found.section.offsets) // 2]
    arms = found.section.arms
    ended = listed(
        _(
            _ENDED[bool(found.request.network.skips)],
            loss=number_text(float(loss)),
            arm=found.label_of(arm),
            test_score=found.info.test_score_text,
            score=format(score, ".2f"),
        )
        for arm, loss, score in zip(arms, centres, found.section.test_scores, strict=True)
    )
    first = _("Training ended at a loss of {ended}.", ended=ended)
    return sentences([first, *_differ(centres), _(CAVEAT)])


_ENDED = N_("{loss} ({test_score} {score})"), N_("{loss} {arm} ({test_score} {score})")
"""Of a network without skips, and of every arm."""


def _differ(centres: np.ndarray) -> Iterator[str]:
    """Where one arm starts from a worse place, width says less."""
    if len(centres) < 2 or np.nanmax(centres) < 3 * max(np.nanmin(centres), 1e-3):
        return
    yield _(
        "The arms do not start from equally good weights, so part of the difference is how far "
        "training came, not the shape around it."
    )


def _too_low(found: Shown, threshold: float) -> Iterator[str]:
    lowest = float(np.nanmin(found.surface.losses))
    if lowest >= threshold:
        yield _(
            "No loss on the slice is below {threshold}; the lowest is {lowest}.",
            threshold=format(threshold, "g"),
            lowest=number_text(lowest),
        )


def draw(found: Shown, threshold: float) -> None:
    """The slices beside each other and the cross-section below."""
    if found.section is None:
        live_charts([], gradients=None, key="landscape_charts")
        return
    arms, look = found.section.arms, theme()
    charts = [
        Chart(
            f"slice_{arm}",
            slice_spec(found.surface, arm, place, threshold, look, found.label_of),
            _("Loss around the weights, {arm}", arm=found.label_of(arm))
            if len(arms) > 1
            else _("Loss"),
            _(NOTE),
            height=430,
            span=3 if len(arms) > 1 else 6,
        )
        for place, arm in enumerate(arms)
    ]
    section = Chart(
        "section",
        section_spec(found.section, threshold, look, found.label_of),
        _("Cross-section along the first direction"),
        _(
            "Mean loss over {count} training samples, in evaluation mode; log axis.",
            count=found.section.samples,
        ),
        height=300,
    )
    live_charts([*charts, section], gradients=None, key="landscape_charts")
