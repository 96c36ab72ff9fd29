"""Every page opens under any address: usable, without a traceback, nothing rendered raw."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from skipviz import presets
from skipviz.settings import Settings
from skipviz.ui.shell.navigation import PAGES
from tests.app.helpers import APP, ran, session

SCRIPT = "<script>alert(1)</script>"
FAULTS: dict[str, Any] = {
    "HTML": SCRIPT,
    "Markdown": "![x](https://example.org/x.png) $\\href{https://example.org}{x}$ `code`",
    "control characters": "\x00\x1b[31m\r\n\u202e\ufeff",
    "other scripts": "نموذج 网络 ١٢ 😀 İſ",
    "10 kB": "form," * 2_000,
    "a path": "../../../../etc/passwd",
    "repeated": [SCRIPT, "1", SCRIPT],
    "empty": "",
}
PARAMETERS = ("n", "view", "hide", "e", "s", "chapter", "unknown")


def opened(page: str, given: Any) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name in PARAMETERS:
        app.query_params[name] = given
    app.switch_page(f"pages/{page}.py")
    return ran(app)


def raw(app: AppTest) -> str:
    """All that is shown as HTML, and as Markdown in which HTML is allowed."""
    allowed = [each for each in app.markdown if each.proto.allow_html]
    return "\n".join([*(each.proto.body for each in app.get("html")), *(e.value for e in allowed)])


@pytest.mark.parametrize("given", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_under_any_address(page: str, given: Any) -> None:
    app = opened(page, given)
    visitor = session(app)
    assert app.main.children
    assert SCRIPT not in raw(app)
    assert "example.org" not in raw(app)
    assert all("![" not in toast.value for toast in app.toast)
    read = given if isinstance(given, str) else given[-1]
    assert app.query_params["n"] in (read, [read])  # it stays, to be looked at and put right
    begun_with = (presets.load("default"), Settings())  # which is in no address
    assert begun_with == (visitor.network, visitor.settings)
