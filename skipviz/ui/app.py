"""Navigation between the pages."""

from typing import Literal

import streamlit as st

from skipviz.limits import LimitsError, server_limits
from skipviz.ui.address import hidden_parts
from skipviz.ui.place import app_folder

_ROOT = app_folder()


def main() -> None:
    """Set up the page and run the one chosen."""
    if not _limits_are_sound():
        return
    st.set_page_config(
        page_title="skipviz", page_icon=str(_ROOT / "assets" / "icon.svg"), layout="wide"
    )
    theme = st.context.theme.type or "light"
    st.logo(str(_ROOT / "assets" / f"logo-{theme}.svg"), size="large")
    pages = [
        st.Page(_ROOT / "pages" / "playground.py", title="Playground", default=True),
        st.Page(_ROOT / "pages" / "experiments.py", title="Experiments"),
        st.Page(_ROOT / "pages" / "learn.py", title="Learn"),
        st.Page(_ROOT / "pages" / "paths.py", title="Paths"),
        st.Page(_ROOT / "pages" / "landscape.py", title="Landscape"),
        st.Page(_ROOT / "pages" / "studies.py", title="Studies"),
    ]
    position: Literal["hidden", "top"] = "hidden" if "pages" in hidden_parts() else "top"
    st.navigation(pages, position=position).run()


def _limits_are_sound() -> bool:
    """Whether the limits in the environment can be used; whoever runs the server is told."""
    try:
        server_limits()
    except LimitsError as error:
        st.error("This server is set up wrongly.\n\n" + str(error).replace("\n", "\n\n"))
        return False
    return True
