"""What the address of the page can hold, and how it is read. Nothing here trusts what it says."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import streamlit as st

NETWORK, VIEW, HIDDEN = "n", "view", "hide"
LONGEST_NAME = 40  # characters of a view
LONGEST_TRAIL = 200  # tokens a browser may be behind
PARTS = {
    "presets": "Presets",
    "build": "Layers, width, activation, skips of the whole network",
    "form": "Form",
    "own": "Own data",
    "data": "Data",
    "arms": "Arms",
    "training": "Learning rate, optimizer, steps",
    "seed": "Seed",
    "more": "More of the training",
    "layers": "Inspector of layers and skips",
    "export": "Export",
    "tray": "Kept runs",
    "pages": "Other pages",
}
"""What a link can hide, so that a lesson shows only the controls it needs."""


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
    `hidden` the parts of the page it hides.
    """

    opened_with: str | None = None
    begun: str = ""
    token: str = ""
    trail: Trail = field(default_factory=Trail)
    view: str = ""
    hidden: frozenset[str] = frozenset()


def given(name: str) -> str:
    """What the address says under this name, the last time where it says so twice; "" without."""
    return st.query_params.get(name, "")


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


def parts_in(text: str) -> frozenset[str]:
    """What an address asks to hide; parts that there are not are ignored."""
    return frozenset(text.split(",")) & PARTS.keys()


def one_of(names: Collection[str], text: str, otherwise: str) -> str:
    """The name that an address gives, in capitals or not; `otherwise` for one that is not known."""
    named = text.lower()
    return named if named in names else otherwise


def hidden_text(parts: Iterable[str]) -> str:
    """The parts as the address lists them."""
    return ",".join(sorted(parts))
