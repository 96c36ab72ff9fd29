"""Navigation between the pages."""

from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

from skipviz.language import N_, _, find_by
from skipviz.limits import LimitsError, proxies, server_limits
from skipviz.ui.components.button import forget_clicks
from skipviz.ui.components.error_page import guarded
from skipviz.ui.components.theme import theme
from skipviz.ui.session.address import query
from skipviz.ui.session.lesson import lesson_in
from skipviz.ui.session.spoken import of_visitor
from skipviz.ui.shell.locations import app_folder

_ROOT = app_folder()
PAGES = ("playground", "experiments", "learn", "paths", "landscape", "studies", "model")
TITLES = {
    "playground": N_("Playground"),
    "experiments": N_("Experiments"),
    "learn": N_("Learn"),
    "paths": N_("Paths"),
    "landscape": N_("Landscape"),
    "studies": N_("Studies"),
    "model": N_("Your model"),
}

find_by(of_visitor)


def main() -> None:
    """Set up the app and run the page chosen."""
    if _limits_are_sound():
        guarded(_navigation().run)()
        forget_clicks()


def ensure_navigation() -> None:
    """Set up the app where Streamlit has run a page's file alone.

    Before its first run of app.py a server takes the folder `pages` for the whole app: whoever
    opens the address of a page first would find it without navigation. The page is begun anew then:
    its widgets would be those of another page once app.py runs, and the first click lost.
    """
    if PagesManager.uses_pages_directory:
        if not _limits_are_sound():
            st.stop()
        _navigation()
        st.rerun()


def _navigation() -> StreamlitPage:
    """The pages, in the bar at the top; the one that the address names.

    A lesson may stand alone, and what is part of another site (`?embed=true`) does.
    """
    st.set_page_config(
        page_title="skipviz", page_icon=str(_ROOT / "assets" / "icon.svg"), layout="wide"
    )
    st.logo(str(_ROOT / "assets" / f"logo-{theme()}.svg"), size="large")
    pages = [
        st.Page(
            _ROOT / "pages" / f"{name}.py",
            title=_(TITLES[name]),
            url_path=name,
            default=name == PAGES[0],
        )
        for name in PAGES
    ]
    alone = bool(st.context.is_embedded) or "pages" in lesson_in(query()).hidden
    position: Literal["hidden", "top"] = "hidden" if alone else "top"
    return st.navigation(pages, position=position)


def _limits_are_sound() -> bool:
    """Whether the limits in the environment can be used; whoever runs the server is told."""
    try:
        server_limits()
        proxies()
    except LimitsError as error:
        st.error(_("This server is set up wrongly.") + "\n\n" + str(error).replace("\n", "\n\n"))
        return False
    return True
