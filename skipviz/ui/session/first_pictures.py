"""The first pictures of networks, measured once for all visitors of a server."""

from skipviz.data import DataInfo, at_hand
from skipviz.data.downloads import PLACE
from skipviz.jobs import TrainingJob
from skipviz.language import _
from skipviz.runs.requests import Training
from skipviz.ui.session.common import Common

FirstPictures = Common[Training, TrainingJob]
"""Measurements of initial weights: a preset is seen at once even where all cores are busy."""


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
