"""What is known of the slice so far, in words and in charts."""

from dataclasses import dataclass

import numpy as np

from skipviz import data
from skipviz.arms import arm_label
from skipviz.data import DataInfo
from skipviz.figures.landscape import section_spec, slice_spec
from skipviz.landscape.requests import LossSlice
from skipviz.landscape.results import Row, Section, Surface, surface
from skipviz.request import Progress
from skipviz.text import number_text, percent_text
from skipviz.ui.components.headline import Pieces, headline
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.shell.computing import Computation

TRAINING_SHARE = 0.4  # of the progress bar
NOTE = (
    "Colour: log of the loss, one scale for all arms. Circle: where training ended; the white line "
    "is the threshold."
)
CAVEAT = (
    "It is a slice, not the landscape: two random directions out of very many, each filter as "
    "long as the weights' own, biases and norms as they are (Li et al. 2018)."
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
            return "Starting …"
        if self.section is None:
            return f"Training, step {self.progress.step} of {self.progress.steps}"
        return f"Row {self.surface.rows} of {len(self.surface.offsets)}"


def say(found: Shown, threshold: float) -> None:
    """The verdict, as strong as the measurement and no stronger."""
    if found.section is None:
        headline([("Training first, then the loss around the weights …", None)], CAVEAT)
    elif not found.surface.complete:
        headline([("Computing the slice from its centre outwards …", None)], _detail(found))
    else:
        headline(verdict(found, threshold), _detail(found) + _too_low(found, threshold))


def verdict(found: Shown, threshold: float) -> Pieces:
    """The share of the slice below the threshold, arm by arm, or that no centre is."""
    assert found.section is not None
    shares = found.surface.below(threshold)
    pieces: list[tuple[str, str | None]] = [
        (f"Within R = {found.request.radius:g}, the loss stays below {threshold:g} on ", None)
    ]
    for place, (arm, share) in enumerate(zip(found.section.arms, shares, strict=True)):
        between = (", ", " and on ")[place == len(shares) - 1] if place else ""
        of = "" if place else " of the slice"
        label = "" if len(shares) == 1 else f" {arm_label(arm)}"
        pieces += [(between, None), (percent_text(share), arm), (f"{of}{label}", None)]
    return [*pieces, (".", None)]


def _detail(found: Shown) -> str:
    assert found.section is not None
    centres = found.section.losses[:, len(found.section.offsets) // 2]
    arms = found.section.arms
    ended = ", ".join(
        f"{number_text(float(loss))} {arm_label(arm)} (test {found.info.score} {score:.2f})"
        for arm, loss, score in zip(arms, centres, found.section.test_scores, strict=True)
    )
    differ = _differ(centres)
    return f"Training ended at a loss of {ended}.{differ} {CAVEAT}"


def _differ(centres: np.ndarray) -> str:
    """Where one arm starts from a worse place, width says less."""
    if len(centres) < 2 or np.nanmax(centres) < 3 * max(np.nanmin(centres), 1e-3):
        return ""
    return (
        " The arms do not start from equally good weights, so part of the difference is how far "
        "training came, not the shape around it."
    )


def _too_low(found: Shown, threshold: float) -> str:
    lowest = float(np.nanmin(found.surface.losses))
    if lowest < threshold:
        return ""
    return f" No loss on the slice is below {threshold:g}; the lowest is {number_text(lowest)}."


def draw(found: Shown, threshold: float) -> None:
    """The slices beside each other and the cross-section below."""
    if found.section is None:
        live_charts([], gradients=None, key="landscape_charts")
        return
    arms, look = found.section.arms, theme()
    charts = [
        Chart(
            f"slice_{arm}",
            slice_spec(found.surface, arm, place, threshold, look),
            f"Loss around the weights, {arm_label(arm)}" if len(arms) > 1 else "Loss",
            NOTE,
            height=430,
            span=3 if len(arms) > 1 else 6,
        )
        for place, arm in enumerate(arms)
    ]
    section = Chart(
        "section",
        section_spec(found.section, threshold, look),
        "Cross-section along the first direction",
        f"Mean loss over {found.section.samples} training samples, in evaluation mode; log axis.",
        height=300,
    )
    live_charts([*charts, section], gradients=None, key="landscape_charts")
