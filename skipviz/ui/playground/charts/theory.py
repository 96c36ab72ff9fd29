"""The theory of the run shown, computed in a worker, for the server holds no torch."""

from skipviz.jobs import JobPool
from skipviz.runs.run import Run
from skipviz.theory.curves import Predicted, Theory
from skipviz.ui.session import shared
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation


def theory_in(session: Session, pool: JobPool) -> Computation[Predicted]:
    """Of the run shown last."""
    return Computation(session, pool, "theory", common=shared.theories())


def theory_of(session: Session, pool: JobPool, run: Run) -> Predicted | None:
    """Curves of weights and states by arm, and why there are none; None until they are there."""
    arms = tuple(arm for arm in run.settings.arms_for(run.network) if arm.name in run.main_arms)
    computation = theory_in(session, pool)
    if computation.refusal(Theory(run.network, run.info.input_shape, run.info.outputs, arms)):
        return None  # too busy for an extra
    computation.await_result()
    return computation.results[-1] if computation.results else None
