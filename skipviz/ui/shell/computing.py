"""A computation on a page: started, shown while it goes on, stopped, and known to be of before.

A page says what it requests, and draws the results that have come:

    slice_ = Computation[Row](session, pool, "slice")
    slice_.start(LossSlice(session.network, session.settings))
    refreshed(draw, slice_)(slice_)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, ParamSpec

import streamlit as st

from skipviz.jobs import ComputingJob, Job, JobPool, JobState
from skipviz.language import _, again
from skipviz.markup import escape_markdown
from skipviz.request import Answer, Progress, Request
from skipviz.runs.requests import NetworkRequest, Training
from skipviz.ui.components.auto_refresh import TICK, auto_refreshed
from skipviz.ui.session.common import Common, may_await
from skipviz.ui.session.session import Session

FIRST_RESULT = 0.3  # seconds a rerun waits for a result, so that it need not wait a tick
LAST_RESULT = 0.5  # seconds that Stop waits for a process to end
_P = ParamSpec("_P")


@dataclass(frozen=True)
class Computation(Generic[Answer]):
    """What a visitor has computed under a name, of which there is one at a time.

    It may take so many `seconds`, within the bounds of the server. With a memory in `common` it is
    computed once for all visitors who ask for the same.
    """

    session: Session
    pool: JobPool
    name: str
    seconds: float = math.inf
    common: Common[Any, Any] | None = None

    @property
    def job(self) -> Job[Answer] | None:
        """The last one started, whether it goes on or not."""
        return self.session.computations.get(self.name)

    @property
    def results(self) -> list[Answer]:
        """What has come so far."""
        return list(self.job.results) if isinstance(self.job, ComputingJob) else []

    @property
    def going(self) -> bool:
        """Whether more is to come."""
        return self.job is not None and not self.job.ended

    @property
    def state(self) -> JobState | None:
        """How it stands; None before it was started."""
        return None if self.job is None else self.job.state

    @property
    def outdated(self) -> bool:
        """Whether the network, its data or its seed have changed since."""
        then, session = self.job and self.job.request, self.session
        if not isinstance(then, NetworkRequest):
            return False
        now, own = session.settings, session.own_with(session.settings)
        same = (then.network, then.own) == (session.network, own)
        return not same or any(
            getattr(then.settings, name) != getattr(now, name)
            for name in ("data", "noise", "test_share", "seed")
        )

    def start(self, request: Request[Answer]) -> None:
        """Start it unless it was; a refusal is said once, and then a click has to ask for it."""
        if self.session.refusals.get(self.name) == request:
            return
        refused = self.refusal(request)
        if refused is not None:
            self.session.refusals[self.name] = request
            self.session.notify(refused)
            st.rerun()

    def refusal(self, request: Request[Answer]) -> str | None:
        """Start it unless it was; why the server refuses to, or None."""
        problems = []
        # what Learn trains is our own, and the Playground looks at the limits itself
        if isinstance(request, NetworkRequest) and not isinstance(request, Training):
            problems = self.session.limits.problems(request.network, request.settings)
        try:
            if problems:
                raise RuntimeError(str(problems[0]))
            self._submit(request)
        except RuntimeError as error:
            return str(error)
        return None

    def _submit(self, request: Request[Answer]) -> None:
        """Hand it to the pool, and end what went on; RuntimeError where the queue is full."""
        if self.job is not None and self.job.request == request:
            return
        if self.job is not None:
            self.job.leave(self.session.owner)
        asked = self.session.owner, self.seconds, self.session.client

        def submit() -> Job[Any]:
            if isinstance(request, Training):
                return self.pool.submit(request, *asked)
            return self.pool.compute(request, *asked)

        found = submit() if self.common is None else self.common.ask(request, self.session, submit)
        self.session.computations[self.name] = found

    def restart(self, request: Request[Answer]) -> None:
        """Start it anew, and draw the page with it: what a click asks for."""
        self.forget()
        self.start(request)
        st.rerun()

    def forget(self) -> None:
        """End it and leave nothing of it."""
        self.session.forget(self.name)

    def await_result(self, count: int = 1) -> None:
        """Give it a moment to come so far."""
        if self.job is not None and may_await(self.session, self.job):
            self.job.wait_for_results(count, FIRST_RESULT)

    def await_end(self, timeout: float) -> None:
        """Give it so many seconds to end."""
        if self.job is not None:
            self.job.wait_until_ended(timeout)

    def status(self, doing: str, share: float, outdated: str) -> None:
        """How far it is, and a way to stop it; why it failed, and whether it is `outdated`."""
        if self.outdated:
            st.info(outdated)
        self.say_error()
        if self.going:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.progress(min(max(share, 0.0), 1.0), text=self.waiting or doing)
                self.stop_button()

    def say_error(self) -> None:
        """Why it ended, if nobody asked it to."""
        if self.job is not None:
            say_why(self.job.error, self.job.state)

    @property
    def waiting(self) -> str | None:
        """Which place it has in the queue, or None where it is in none."""
        if self.job is None or self.job.state != "queued":
            return None
        return _(
            "Waiting for a free core, position {position}",
            position=self.pool.position(self.job),
        )

    def stop_button(self, look: Literal["secondary", "tertiary"] = "secondary") -> None:
        """Draw the button that ends it; what has come is kept."""
        st.button(
            _("Stop"),
            icon=":material/stop:",
            on_click=self._stop,
            key=f"stop_{self.name}",
            type=look,
        )

    def _stop(self) -> None:
        """End it and wait until it has, so that the page that is drawn next says so."""
        if self.job is not None:
            self.job.kill()
            self.job.wait_until_ended(LAST_RESULT)


def refreshed(draw: Callable[_P, None], *shown: Computation[Any]) -> Callable[_P, None]:
    """A part of a page that is drawn anew while one of the computations shown goes on.

    The whole page is drawn when one begins or ends.
    """

    def going() -> list[bool]:
        return [each.going for each in shown]

    return auto_refreshed(draw, TICK if any(going()) else None, going)


def training_text(progress: Progress) -> str:
    """How far a training is that comes before a measurement."""
    return _("Training, step {step} of {steps}", step=progress.step, steps=progress.steps)


def say_why(error: str | None, state: JobState) -> None:
    """Why a job ended, if there is something to say; what stopped has not failed."""
    if error:
        say = st.error if state == "failed" else st.info
        say(escape_markdown(again(error)))
