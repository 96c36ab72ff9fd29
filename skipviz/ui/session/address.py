"""What the address of the page can hold, and how it is read. Nothing here trusts what it says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from skipviz.language import SOURCE, set_language
from skipviz.ui.session.lesson import NO_LESSON, Lesson

NETWORK, VIEW, LANGUAGE = "n", "view", "lang"
CHAPTER, EXPERIMENT, STUDY = "chapter", "e", "s"
OF_ONE_PAGE = frozenset({VIEW, CHAPTER, EXPERIMENT, STUDY})
LONGEST_NAME = 40  # characters of a view
_CONTEXT, _FROM_BROWSER = "browser_context", "from_browser"
_CONFIRMED = "address_confirmed"
LONGEST_TRAIL = 200  # tokens a browser may be behind


@dataclass
class Trail:
    """The tokens that a browser was given, from the one it showed when it was last heard.

    A browser's messages arrive in order, and its address moves along the trail as ours reach it.
    So a token that lies ahead is an echo of ours, sent before it had the next. One from further
    back (the back button) or from elsewhere (a link) was opened. No clock decides.
    """

    ahead: list[str] = field(default_factory=list)

    def given(self, token: str) -> None:
        """It was given this token too."""
        self.ahead = [*self.ahead, token][-LONGEST_TRAIL:]

    def echoes(self, token: str) -> bool:
        """Whether this token, heard now, is one of ours; those before it are behind from now on."""
        if token not in self.ahead:
            return False
        self.ahead = self.ahead[self.ahead.index(token) :]
        return True


@dataclass
class Address:
    """What the address of a tab says of its session.

    `opened_with` is the token it had when the tab opened, `begun` that of what the session began
    with, `token` what it holds now of the drawing and the settings, `view` the chart chosen,
    `lesson` what a teacher makes of the page. `language` is the one that a link or the visitor
    chose, `languages` its trail, and `preferred` what the browser asks for; "" for none. `refused`
    is a token that could not be read, as long as the address keeps it.
    """

    opened_with: str | None = None
    begun: str = ""
    token: str = ""
    refused: str = ""
    trail: Trail = field(default_factory=Trail)
    view: str = ""
    lesson: Lesson = NO_LESSON
    language: str = ""
    preferred: str = ""
    languages: Trail = field(default_factory=Trail)

    @property
    def spoken(self) -> str:
        """The language that the page is read in."""
        return self.language or set_language() or self.preferred or SOURCE

    @property
    def hidden(self) -> frozenset[str]:
        """The parts of the page that the lesson hides."""
        return self.lesson.hidden


def look_who_asked() -> None:
    """Find out whether this run was asked for by the browser, or by the page itself (`st.rerun`).

    A message of the browser brings its context as one object, which such a run hands on. The
    attribute is private; without it every run is taken for the browser's. Once at the start of a
    run, before `from_browser`.
    """
    context = getattr(get_script_run_ctx(), "context_info", None)
    before = st.session_state.get(_CONTEXT)
    st.session_state[_CONTEXT] = context
    st.session_state[_FROM_BROWSER] = context is None or context is not before


def from_browser() -> bool:
    """Whether the address is what the browser showed: in a run that the page asked for it is our
    own word, which the browser need not have read."""
    return bool(st.session_state.get(_FROM_BROWSER, True))


def gone_back() -> bool:
    """Whether the visitor came here by Back or Forward: then the address wins over all else.

    The attribute is private as well; without it an address gone back to is told by its trail.
    """
    return from_browser() and bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def given(name: str) -> str:
    """What the address says under this name, the last time where it says so twice; "" without."""
    return st.query_params.get(name, "")


def query() -> dict[str, str]:
    """All that the address says."""
    return dict(st.query_params)


def say(values: Mapping[str, str]) -> None:
    """Write these into the address; "" takes a name out.

    All in one message, for each may add to the history of the browser. Where nothing is another it
    is told once what this run was asked with: after a click on a link within the app its address
    lacks the parameters until the server writes.
    """
    asked = query()
    without = {name: value for name, value in asked.items() if name not in values}
    wanted = without | {name: value for name, value in values.items() if value}
    if wanted != asked or (asked and st.session_state.get(_CONFIRMED) != asked):
        st.query_params.from_dict(wanted)
    st.session_state[_CONFIRMED] = wanted


def put(name: str, value: str) -> None:
    """Write a value into the address where another one is; "" takes the name out."""
    if given(name) == value:
        return
    if value:
        st.query_params[name] = value
    else:
        del st.query_params[name]


def view_in(text: str) -> str:
    """The view that an address names, if it can be the name of one; "" is the first view."""
    text = text[:LONGEST_NAME]
    return text if text.isascii() and text.isprintable() else ""


def one_of(names: Collection[str], text: str, otherwise: str) -> str:
    """The name that an address gives, in capitals or not; `otherwise` for one that is not known."""
    named = text.lower()
    return named if named in names else otherwise
