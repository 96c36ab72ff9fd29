"""The first pictures of networks, measured once for all visitors of a server."""

from skipviz.data import DataInfo, at_hand
from skipviz.data.downloads import PLACE
from skipviz.jobs import TrainingJob
from skipviz.language import _
from skipviz.runs.requests import Training
from skipviz.ui.session.recent import Recent

MOST = 64


class FirstPictures:
    """Finished measurements of initial weights; the one asked for longest ago goes first.

    They are the same for everybody, for on one server request and seed fix every number, so that a
    preset is seen at once even where all cores are busy. Safe to use from any thread.
    """

    def __init__(self, most: int = MOST) -> None:
        self._jobs: Recent[Training, TrainingJob] = Recent(most)

    def find(self, request: Training) -> TrainingJob | None:
        """A finished measurement that this asks for."""
        return self._jobs.find(request)

    def note(self, job: TrainingJob) -> None:
        """Remember a measurement if it is finished."""
        if job.state == "finished" and job.request.own is None:
            self._jobs.keep(job.request, job)


def still_to_come(about: DataInfo) -> str | None:
    """Why there is no first picture: the data have to be downloaded; None where they are here."""
    if at_hand(about.name):
        return None
    return _(
        "{data} is not on this computer yet, so nothing is measured before training. Train "
        "downloads it from {place} once, which takes minutes.",
        data=_(about.title),
        place=PLACE,
    )
