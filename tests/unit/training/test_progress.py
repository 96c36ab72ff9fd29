"""How often training on the way to something else says how far it is."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from skipviz.engine.training.progress import REPORTS, trained, unwatched
from skipviz.runs.frame import Frame
from skipviz.settings import Settings


@dataclass
class Steps:
    """A trainer that only counts, and stops early when told to."""

    settings: Settings
    stops_after: int
    made: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.settings.steps

    @property
    def finished(self) -> bool:
        return len(self.made) > self.stops_after

    def step(self) -> Frame:
        step = len(self.made)
        self.made.append(step)
        losses = np.array([[step, 0.25], [step + 0.5, 0.75]])  # (arms, seeds)
        return Frame(step, 0.0, losses, losses / 10, probes={})


@pytest.mark.parametrize("steps", [5, 59, 60, 119, 120, 1000])
def test_reports_come_evenly_and_the_last_step_is_among_them(steps: int) -> None:
    trainer = Steps(Settings(steps=steps), steps)
    reports = list(trained(trainer))
    every = {5: 1, 59: 1, 60: 1, 119: 1, 120: 2, 1000: 16}[steps]
    assert [report.step for report in reports] == sorted({*range(0, steps + 1, every), steps})
    assert trainer.made == [*range(steps + 1)]
    assert {report.steps for report in reports} == {steps}
    assert REPORTS == 60


def test_a_report_tells_the_first_seed_of_every_arm() -> None:
    *_, last = trained(Steps(Settings(steps=3), 3))
    assert last.losses.tolist() == [3.0, 3.5]
    assert last.scores.tolist() == pytest.approx([0.3, 0.35])


def test_when_every_arm_has_failed_that_is_the_last_report() -> None:
    reports = list(trained(Steps(Settings(steps=1000), 17)))
    assert [report.step for report in reports] == [0, 16, 17]


def test_what_nobody_watches_is_not_measured() -> None:
    settings = unwatched(Settings(steps=7, probes="full"), seeds=1)
    assert (settings.probes, settings.steps, settings.seeds) == ("minimal", 7, 1)
    assert min(settings.evaluate_every, settings.snapshot_every) >= 100_000
