"""What the address of the page can hold, and how it is read. Nothing here trusts what it says."""

import time
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import streamlit as st

NETWORK, VIEW, HIDDEN = "n", "view", "hide"
ECHO = 5.0  # seconds in which the browser may still send an address that has been replaced
LONGEST_NAME = 40  # characters of a view
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
class Address:
    """What the address of a tab says of its session.

    `opened_with` is the token it had when the tab opened, `token` what it holds now of the drawing
    and the settings, `view` the chart chosen, `hidden` the parts of the page it hides.
    """

    opened_with: str | None = None
    token: str = ""
    view: str = ""
    hidden: frozenset[str] = frozenset()


@dataclass
class Written:
    """The addresses written a short while ago.

    Quick edits reach the server with the address of the drawing before them, which must not
    be taken for a link that was opened.
    """

    recent: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=50))

    def note(self, token: str) -> None:
        """Remember a token that has just been replaced by another."""
        self.recent.append((time.monotonic(), token))

    def is_echo(self, token: str) -> bool:
        """Whether the token was replaced so lately that the browser cannot know."""
        since = time.monotonic() - ECHO
        return any(known == token and at > since for at, known in self.recent)


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
