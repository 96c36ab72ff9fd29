"""Everything one visitor has: the drawing with its history, the settings, and the run."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from skipviz import link, presets
from skipviz.jobs import Job, JobPool
from skipviz.jobs.messages import Task
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.training.run import Run
from skipviz.ui.history import History


@dataclass
class Acknowledged:
    """The last edit taken from the editor; numbers start anew with each mounted editor."""

    instance: str = ""
    seq: int = 0


@dataclass
class Session:
    """The state behind one open tab."""

    history: History
    settings: Settings = field(default_factory=Settings)
    acknowledged: Acknowledged = field(default_factory=Acknowledged)
    revision: int = 0
    token: str = ""
    notices: list[str] = field(default_factory=list)
    job: Job | None = None
    preview: Job | None = None

    @property
    def network(self) -> Network:
        """The drawing as it stands."""
        return self.history.present

    @property
    def training(self) -> bool:
        """A run is waiting, running or paused."""
        return self.job is not None and not self.job.ended

    @property
    def shown(self) -> Run | None:
        """What the charts show: the run so far, else the gradient of the initial weights."""
        shown = self.job or self.preview
        return shown.run.frozen() if shown is not None and shown.run.steps else None

    @property
    def outdated(self) -> bool:
        """The drawing or the settings have changed since the run began."""
        if self.job is None:
            return False
        return (self.job.task.network, self.job.task.settings) != (self.network, self.settings)

    def draw(self, network: Network) -> None:
        """Take a new drawing into the history."""
        self.history.record(network)
        self.revision += 1

    def load_preset(self, network: Network, data: str) -> None:
        """Take a preset with the data it is meant for."""
        self.draw(network)
        self.settings = self.settings.model_copy(update={"data": data})

    def notify(self, message: str) -> None:
        """Say something once, at the next rerun."""
        self.notices.append(message)

    def start(self, pool: JobPool) -> None:
        """Train the drawing as it stands; a run still going on is stopped."""
        self.discard()
        self.job = pool.submit(Task(self.network, self.settings))

    def discard(self) -> None:
        """Forget the run and return to the initial weights."""
        if self.job is not None:
            self.job.kill()
        self.job = None

    def measure_start(self, pool: JobPool) -> None:
        """Measure the gradient of the initial weights, unless that has been done."""
        task = Task(self.network, self.settings.model_copy(update={"steps": 0}))
        if self.preview is not None and self.preview.task == task:
            return
        if self.preview is not None:
            self.preview.kill()
        self.preview = pool.submit(task)

    def jobs(self) -> list[Job]:
        """What has to end when the visitor leaves."""
        return [job for job in (self.job, self.preview) if job is not None]


def current() -> Session:
    """The session of this tab, from the link in the address when it is new."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(History(presets.load("default")))
    session: Session = st.session_state["session"]
    _follow_address(session)
    return session


def write_address(session: Session) -> None:
    """Put the drawing and the settings into the address, when they have changed."""
    token = link.encode(session.network, session.settings)
    if token == session.token:
        return
    session.token = token
    if len(token) <= link.MAX_TOKEN:
        st.query_params["n"] = token
    else:
        st.query_params.pop("n", None)
        session.notify("This network is too large for a link. Download it as JSON instead.")


def _follow_address(session: Session) -> None:
    """A link opened, edited by hand or reached with the back button wins over the session."""
    token: Any = st.query_params.get("n", "")
    if not token or token == session.token:
        return
    session.token = token
    try:
        network, session.settings = link.decode(token)
        session.draw(network)
    except link.LinkError as error:
        session.notify(str(error))
