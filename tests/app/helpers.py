"""The page as Streamlit runs it, without a browser."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from skipviz.ui.playground.own_data import read_data
from skipviz.ui.session import address
from skipviz.ui.session.session import Session

PATIENCE = 60  # seconds
APP = Path(__file__).parents[2] / "app.py"


FOLDED = ("layers", "own", "own_text", "own_arms", "more", "form", "export", "tray")


def opened(token: str | None = None, unfolded: bool = True) -> AppTest:
    """The page, all its parts open: AppTest cannot click on what is folded away."""
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.context = {"timezone": "UTC"}  # every message of a browser has a context
    for part in FOLDED if unfolded else ():
        page.session_state[f"part_{part}"] = True
    if token is not None:
        page.query_params["n"] = token
    return ran(page)


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def gone_back(page: AppTest, **query: str) -> AppTest:
    """The page after Back, or Forward, has led to an address."""
    page.query_params.clear()
    page.query_params.update(query)
    run = SimpleNamespace(context_info=object(), is_history_navigation=True)
    with patch.object(address, "get_script_run_ctx", lambda: run):
        return ran(page)


def session(page: AppTest) -> Session:
    found: Session = page.session_state["session"]
    return found


def component(page: AppTest, name: str) -> dict[str, Any]:
    """The data sent to one of our components."""
    found = [each.proto for each in page.get("bidi_component") if name in each.proto.component_name]
    assert found, f"{name} is not on the page"
    return json.loads(found[0].json)


def bring(page: AppTest, name: str, content: bytes) -> AppTest:
    """Bring a file of data, and draw the page until it is read."""
    read_data(session(page), name, content)
    return until_read(page)


def until_read(page: AppTest) -> AppTest:
    """Draw the page until the file that was brought is read as it is chosen."""
    for _ in range(PATIENCE):
        ran(page)
        brought, job = session(page).brought, session(page).computations.get("own_data")
        if brought is None or not brought.pending:
            return page
        if job is not None:
            job.wait_until_ended(1)
    raise AssertionError("the file was not read in time")


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)
