"""What the pages share that measure the drawn network as a whole."""

import streamlit as st

from skipviz.language import _
from skipviz.markup import escape_markdown
from skipviz.text import layer_count_text, skip_count_text
from skipviz.ui.session.session import Session
from skipviz.ui.shell.locations import app_folder

AT_ONCE = 20_000_000  # multiply-accumulates of a forward pass


def about_network(session: Session) -> None:
    """What is measured, and the way to where it is drawn."""
    network = session.network
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "The network of the Playground: {layers}, {skips}, {data}, seed {seed}.",
                layers=layer_count_text(network.depth),
                skips=skip_count_text(len(network.skips)),
                data=escape_markdown(_(session.about.title)),
                seed=session.settings.seed,
            ),
            width="content",
        )
        st.page_link(
            app_folder() / "pages" / "playground.py", label=_("Change it"), icon=":material/edit:"
        )


def require_valid(session: Session) -> bool:
    """Whether the drawing can be measured; what stands in the way is said."""
    problems = session.problems
    if problems:
        st.error(
            _(
                "This network cannot be computed, so nothing can be measured on it. "
                "Fix it in the Playground, where every error is marked red."
            )
            + "\n\n"
            + "\n\n".join(escape_markdown(str(problem)) for problem in problems[:5])
        )
    return not problems


def quick(session: Session) -> bool:
    """Whether a measurement may start by itself; larger networks wait for a click."""
    return session.resolved.counts.macs <= AT_ONCE
