"""The first pictures of networks, measured once for all visitors of a server."""

import threading
from collections import OrderedDict

from skipviz.jobs import TrainingJob
from skipviz.runs.requests import Training

MOST = 64


class FirstPictures:
    """Finished measurements of initial weights; the one asked for longest ago goes first.

    They are the same for everybody, for on one server request and seed fix every number, so that a
    preset is seen at once even where all cores are busy. Safe to use from any thread.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._jobs: OrderedDict[Training, TrainingJob] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, request: Training) -> TrainingJob | None:
        """A finished measurement that this asks for."""
        with self._lock:
            if request in self._jobs:
                self._jobs.move_to_end(request)
            return self._jobs.get(request)

    def note(self, job: TrainingJob) -> None:
        """Remember a measurement if it is finished."""
        if job.state != "finished" or job.request.own is not None:
            return
        with self._lock:
            self._jobs[job.request] = job
            while len(self._jobs) > self._most:
                self._jobs.popitem(last=False)
