"""The chain of layers and arcs that can be clicked away, and what is cut in it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from skipviz.lesion.ways import Cut
from skipviz.network import Network
from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.served_script import ServedScript

_HERE = Path(__file__).parent
_EDITOR = _HERE.parent / "editor"
LONGEST = 6000  # ids in one message; a network has fewer layers and skips


@dataclass
class Selection:
    """What is cut of a drawing; `resets` counts how often all was put back."""

    network: Network
    resets: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def cut(self) -> Cut:
        """As layers and skips."""
        layers = {int(each) for each in self.ids if "-" not in each}
        skips = [each.split("-") for each in self.ids if "-" in each]
        return Cut(frozenset(layers), frozenset((int(p), int(q)) for p, q in skips))

    def put_back(self) -> None:
        """Nothing is cut any more."""
        self.ids, self.resets = [], self.resets + 1

    def take(self, sent: object) -> None:
        """What the browser sent; whatever the network does not have is passed over."""
        if not isinstance(sent, Sequence) or isinstance(sent, str):
            return
        known = {str(k) for k in range(1, self.network.depth + 1)}
        known |= {f"{skip.source}-{skip.target}" for skip in self.network.skips}
        self.ids = list(dict.fromkeys(str(each) for each in sent[:LONGEST] if str(each) in known))


def selection(network: Network) -> Selection:
    """That of this tab; a new drawing starts with nothing cut."""
    known = st.session_state.get("lesion_selection")
    if not isinstance(known, Selection) or known.network != network:
        resets = known.resets + 1 if isinstance(known, Selection) else 0
        known = st.session_state["lesion_selection"] = Selection(network, resets)
    return known


def clickable_chain(view: Mapping[str, Any], *, key: str, on_cut: Callable[[], None]) -> object:
    """Draw `view`; the state under `key` then holds `cut`, a list of ids such as "3" or "1-3"."""
    component = st.components.v2.component(
        "skipviz_lesions",
        html='<div class="lesions"></div>',
        css=(_HERE / "chain.css").read_text(encoding="utf-8"),
        js=_script().sent,
    )
    return component(key=key, data=view, on_cut_change=on_cut)


@functools.cache
def _script() -> ServedScript:
    modules = ("../languages/messages.js", "geometry.js", "lanes.js")
    return ServedScript("chain", bundle(_EDITOR, modules, "../chain/chain.js"))
