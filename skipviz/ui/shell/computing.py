"""What the pages share that measure the drawn network as a whole."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from skipviz.data.catalogue import OWN
from skipviz.jobs import Computation, ComputingJob, JobPool
from skipviz.markup import escape_markdown
from skipviz.settings import Settings
from skipviz.text import plural
from skipviz.ui.session.session import Session
from skipviz.ui.shell.locations import app_folder

AT_ONCE = 20_000_000  # multiply-accumulates of a forward pass
LAST_NEWS = 0.5  # seconds that Stop waits for a process to end
FIRST_NEWS = 0.3  # seconds a rerun waits for a job to move, so that it need not wait a tick


def about_network(session: Session) -> None:
    """What is measured, and the way to where it is drawn."""
    network = session.network
    layers, skips = plural(network.depth, "layer"), plural(len(network.skips), "skip")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"The network of the Playground: {layers}, {skips}, "
            f"{escape_markdown(session.about.title)}, seed {session.settings.seed}.",
            width="content",
        )
        st.page_link(
            app_folder() / "pages" / "playground.py", label="Change it", icon=":material/edit:"
        )


def sound(session: Session) -> bool:
    """Whether the drawing can be measured; what stands in the way is said."""
    problems = session.problems
    if problems:
        st.error(
            "This network cannot be computed, so nothing can be measured on it. "
            "Fix it in the Playground, where every error is marked red.\n\n"
            + "\n\n".join(escape_markdown(str(problem)) for problem in problems[:5])
        )
    return not problems


def quick(session: Session) -> bool:
    """Whether a measurement may start by itself; larger networks wait for a click."""
    return session.resolved.counts.macs <= AT_ONCE


def at_hand(session: Session, settings: Settings) -> dict[str, Any]:
    """Network, settings and data as the engine's functions take them."""
    own = session.own if settings.data == OWN else None
    return {"network": session.network, "settings": settings, "own": own}


def start(
    session: Session, pool: JobPool, name: str, function: str, arguments: Mapping[str, Any]
) -> bool:
    """Start a computation within the limits of the server; False for one refused, said once."""
    try:
        refused = session.limits.problems(session.network, arguments["settings"])
        if refused:
            raise RuntimeError(str(refused[0]))
        session.compute(name, Computation(function, arguments), pool)
    except RuntimeError as error:
        session.notify(str(error))
        return False
    return True


def stop_now(job: ComputingJob) -> None:
    """End it and wait until it has, so that the page that is drawn next says so."""
    job.kill()
    job.wait_until_ended(LAST_NEWS)


def goes_on(job: ComputingJob | None) -> bool:
    """Whether news are to be expected."""
    return job is not None and not job.ended


def of_another_drawing(session: Session, job: ComputingJob) -> bool:
    """Whether the network, its data or its seed have changed since."""
    then, now = job.computation.arguments, at_hand(session, session.settings)
    asked, set_now = then["settings"], now["settings"]
    return (then["network"], then["own"], asked.data, asked.seed) != (
        now["network"], now["own"], set_now.data, set_now.seed,
    )  # fmt: skip


def status(job: ComputingJob, pool: JobPool, text: str, share: float) -> None:
    """How far a job is, and a way to stop it; its error where it has failed."""
    if job.error:
        st.error(escape_markdown(job.error))
    if job.ended:
        return
    if job.state == "queued":
        text = f"Waiting for a free core, position {pool.position(job)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(max(share, 0.0), 1.0), text=text)
        st.button("Stop", icon=":material/stop:", on_click=job.stop, key=f"stop_{job.id}")
