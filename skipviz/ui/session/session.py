"""Everything one visitor has: the drawing with its history, the settings, and the run."""

import uuid
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import streamlit as st

from skipviz import data, presets
from skipviz.data import DataError, DataInfo, OwnData, compatibility_problems
from skipviz.data.catalogue import OWN
from skipviz.data.files.reading import FileRead
from skipviz.jobs import ComputingJob, Job, JobPool, TrainingJob
from skipviz.language import _, again
from skipviz.limits import ServerLimits, server_limits
from skipviz.network import Network, Problem, ResolvedNetwork
from skipviz.network.limits import structure_problems
from skipviz.own_model.run import ModelRun
from skipviz.request import Request
from skipviz.runs.requests import Training
from skipviz.runs.run import Run
from skipviz.settings import MAX_RATE_CHANGES, Settings
from skipviz.ui.session.address import Address
from skipviz.ui.session.brought import Brought
from skipviz.ui.session.editor_state import EditorState
from skipviz.ui.session.first_pictures import FirstPictures, still_to_come
from skipviz.ui.session.history import History
from skipviz.ui.session.tray import ModelTray, Tray

LONGEST_NOTICE = 1_000  # characters
MOST_LINES = 8
MOST_NOTICES = 5  # at once; of more the last ones are said


@dataclass
class Session:
    """The state behind one open tab.

    `client` is the address its tab was last seen at. `settled` once the tab's memory of an earlier
    session has been looked into (`skipviz.ui.session.restore`). `refused` is why the initial
    weights were not measured, `refusals` are the requests that the server refused, by the names of
    their computations. `remembered` is what was made last for parts of the page, with what it was
    made from.
    """

    history: History
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    settings: Settings = field(default_factory=Settings)
    own: OwnData | None = None
    brought: Brought | None = None
    model: ModelRun | None = None
    editing: EditorState = field(default_factory=EditorState)
    address: Address = field(default_factory=Address)
    notices: list[str] = field(default_factory=list)
    refused_link: str = ""
    job: TrainingJob | None = None
    preview: TrainingJob | None = None
    computations: dict[str, Job[Any]] = field(default_factory=dict)
    refusals: dict[str, Request[Any]] = field(default_factory=dict)
    tray: Tray = field(default_factory=Tray)
    client: str = ""
    model_tray: ModelTray = field(default_factory=ModelTray)
    settled: bool = False
    limits: ServerLimits = field(default_factory=server_limits)
    refused: str | None = None
    remembered: dict[str, tuple[object, Any]] = field(default_factory=dict)
    _resolved: tuple[Network, DataInfo, ResolvedNetwork] | None = None

    @property
    def network(self) -> Network:
        """The drawing as it stands."""
        return self.history.present

    @property
    def about(self) -> DataInfo:
        """What is known of the data chosen."""
        if self.settings.data == OWN and self.own is not None:
            return self.own.info
        return data.info(self.settings.data)

    @property
    def resolved(self) -> ResolvedNetwork:
        """The drawing on the data chosen, found out once for as long as neither changes."""
        known, network, about = self._resolved, self.network, self.about
        if known is None or known[0] is not network or known[1] != about:
            known = self._resolved = network, about, about.resolve(network)
        return known[2]

    @property
    def problems(self) -> list[Problem]:
        """Everything in the way of training the drawing on the data; [] when nothing is."""
        return compatibility_problems(self.resolved, self.about, self.limits.network)

    @property
    def measured(self) -> TrainingJob | None:
        """What the charts show: the run, or the initial weights where there is none of this."""
        if self.job is None or self.redrawn:
            return self.preview
        return self.job if self.job.run.steps or self.preview is None else self.preview

    @property
    def shown(self) -> Run | None:
        """What the charts show as far as it is measured; None while nothing is."""
        job = self.measured
        return job.run.frozen() if job is not None and job.run.steps else None

    @property
    def trained(self) -> Run | None:
        """The last run so far, also while the charts show what was drawn since."""
        return self.job.run.frozen() if self.job is not None and self.job.run.steps else None

    @property
    def ghost(self) -> Run | None:
        """The run of before, which stays in the charts of what was drawn since."""
        return self.trained if self.redrawn else None

    @property
    def own_shown(self) -> OwnData | None:
        """The visitor's own data that what the charts show was measured on."""
        return self.measured.request.own if self.measured is not None else None

    @property
    def redrawn(self) -> bool:
        """What is drawn starts otherwise than the run did: another network, other data or seed."""
        if self.job is None:
            return False
        then, now = self.job.request, self._training(self.settings)
        started = replace(then, settings=then.settings.at_start)
        return started != replace(now, settings=now.settings.at_start)

    @property
    def outdated(self) -> bool:
        """The drawing or the settings have changed since the run began, but for a learning rate
        that was changed in the run as well."""
        return self.job is not None and not self.job.repeats(self._training(self.settings))

    @property
    def linked(self) -> Settings:
        """What a link holds: the settings, or those that repeat the run which has them."""
        return self.settings if self.job is None or self.outdated else self.job.run.settings

    def change_rate(self, rate: float) -> None:
        """Train with this learning rate alone from now on, a run that goes on too."""
        update = {"learning_rate": rate, "rate_changes": ()}
        self.settings = self.settings.model_copy(update=update)
        if self.job is None or self.job.ended:
            return
        if len(self.job.run.settings.rate_changes) < MAX_RATE_CHANGES:
            self.job.set_learning_rate(rate)
        else:
            self.notify(
                _(
                    "The learning rate of this run was changed {count} times, and no more is kept. "
                    "Train again to train with the new one.",
                    count=MAX_RATE_CHANGES,
                )
            )

    def draw(self, network: Network) -> None:
        """Take a new drawing into the history."""
        self.history.record(network)
        self.editing.revision += 1

    def open(self, network: Network) -> bool:
        """Take a drawing from outside; one too large to draw is refused with a notice."""
        problems = structure_problems(network, self.limits.network)
        if problems:
            self.notify(str(problems[0]))
        else:
            self.draw(network)
        return not problems

    def load_preset(self, network: Network, data_name: str) -> None:
        """Take a preset with the data it is meant for, or with what stands in for them."""
        chosen = data.stand_in(data_name)
        if chosen != data_name:
            self.notify(
                _(
                    "This network is meant for {better}, which has to be downloaded first, so it "
                    "starts on {here}. Choose {better} under Data, and Train downloads it.",
                    better=_(data.info(data_name).title),
                    here=_(data.info(chosen).title),
                )
            )
        self.draw(network)
        self.choose_data(chosen)

    def take_data(self, own: OwnData) -> None:
        """Train on data of one's own from now on."""
        self.own = own
        self.choose_data(OWN)

    def choose_data(self, name: str) -> None:
        """Train on this data set from now on: a name of `data.names()`, or one's own."""
        self.settings = self.settings.model_copy(update={"data": name})

    def refuse(self, error: DataError) -> None:
        """Say why a file or a drawing of the visitor's cannot be taken."""
        self.notify("\n\n".join(map(again, error.errors[:3])))

    def notify(self, message: str) -> None:
        """Say something once, at the next rerun; long lists are cut."""
        lines = message[:LONGEST_NOTICE].splitlines()
        more = ["…"] if len(message) > LONGEST_NOTICE or len(lines) > MOST_LINES else []
        self.notices.append("\n".join([*lines[:MOST_LINES], *more]))
        del self.notices[:-MOST_NOTICES]

    def start(self, pool: JobPool) -> None:
        """Train the drawing as it stands; a run still going on is stopped.

        RuntimeError says what the server refuses.
        """
        self._check_limits(self.settings)
        self.discard()
        self.job = pool.submit(self._training(self.settings), self.owner, client=self.client)

    def discard(self) -> None:
        """Forget the run and return to the initial weights."""
        if self.job is not None:
            self.job.kill()
        self.job = None

    def measure_start(self, pool: JobPool, known: FirstPictures) -> None:
        """Measure the gradient of the initial weights, unless that has been done."""
        request = self._at_start
        if self.preview is not None:
            if self.preview.request == request:
                return
            self.preview.leave(self.owner)
        self.preview = None
        self.refused = still_to_come(self.about)
        if self.refused:
            return
        try:
            self._check_limits(request.settings)
            submit = partial(pool.submit, request, self.owner, client=self.client)
            shared = request.own is None
            self.preview = known.ask(request, self, submit) if shared else submit()
        except RuntimeError as error:
            self.refused = str(error)

    def recall_start(self, known: FirstPictures) -> None:
        """Show the gradient of the initial weights where it has been measured before."""
        self.preview = known.find(self._at_start)

    def forget(self, name: str) -> None:
        """End a computation and leave nothing of it, so that the same can be computed again."""
        self.refusals.pop(name, None)
        job = self.computations.pop(name, None)
        if job is not None:
            job.leave(self.owner)

    def own_with(self, settings: Settings) -> OwnData | None:
        """The visitor's own data, where the settings name them."""
        return self.own if settings.data == OWN else None

    def jobs(self) -> list[Job[Any]]:
        """What has to end when the visitor leaves."""
        trained = [job for job in (self.job, self.preview) if job is not None]
        return [*trained, *self.computations.values()]

    @property
    def bytes(self) -> int:
        """Memory that its runs take, its own data, and the file these come from."""
        jobs = [job for job in (self.job, self.preview) if job is not None]
        models = [self.model, *(kept.run for kept in self.model_tray.runs)]
        runs = [*(job.run for job in jobs), *(kept.run for kept in self.tray.runs), *models]
        read = [job for job in self.computations.values() if isinstance(job, ComputingJob)]
        come = [each.own for job in read for each in job.results if isinstance(each, FileRead)]
        own = [self.own, *come, *(job.request.own for job in jobs)]
        held = {id(run): run.bytes for run in runs if run is not None}
        held |= {id(each): each.split.bytes for each in own if each is not None}
        return sum(held.values()) + (len(self.brought.content) if self.brought else 0)

    @property
    def owner(self) -> int:
        """By what the pool tells visitors apart."""
        return int(self.id, 16)

    def _check_limits(self, settings: Settings) -> None:
        problems = self.problems or self.limits.problems(self.network, settings)
        if problems:
            raise RuntimeError("\n\n".join(map(str, problems[:MOST_LINES])))

    def _training(self, settings: Settings) -> Training:
        return Training(self.network, settings, own=self.own_with(settings))

    @property
    def _at_start(self) -> Training:
        """The training that measures the initial weights and makes no step."""
        return self._training(self.settings.model_copy(update={"steps": 0}))


def current() -> Session:
    """The session of this tab; a new one has the network the page opens with."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(History(presets.load("default")))
    session: Session = st.session_state["session"]
    return session
