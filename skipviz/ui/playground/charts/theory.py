"""The theory of the run shown, computed in a worker, for the server holds no torch."""

from typing import Any

from skipviz.jobs import Computation, JobPool
from skipviz.runs.run import Run
from skipviz.ui.session.session import Session

NAME = "theory"
AT_ONCE = 0.2  # seconds a refresh waits for it


def theory_of(session: Session, pool: JobPool, run: Run) -> Any:
    """Curves of weights and states by arm, and why there are none; None until they are there."""
    arms = [arm for arm in run.settings.arms_for(run.network) if arm.name in run.main_arms]
    asked = {
        "network": run.network,
        "input_shape": run.info.input_shape,
        "outputs": run.info.outputs,
        "arms": arms,
    }
    try:
        job = session.compute(NAME, Computation("skipviz.theory.curves:curves", asked), pool)
    except RuntimeError:
        return None  # too busy for an extra
    job.wait_for_results(1, AT_ONCE)
    return job.results[-1] if job.results else None


def theory_pending(session: Session) -> bool:
    """Whether a refresh may bring it."""
    job = session.computations.get(NAME)
    return job is not None and not job.ended
