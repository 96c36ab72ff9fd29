"""A loop of the user's own, shown live: what its backward passes bring, and what is asked of it."""

import atexit
from typing import Protocol

from skipviz.engine.own_model.arms import own_arm
from skipviz.engine.own_model.current_arm import CurrentArm
from skipviz.engine.own_model.live_frames import told_notes, told_part
from skipviz.engine.own_model.uses import Uses
from skipviz.language import _
from skipviz.own_model.cut import WHOLE
from skipviz.own_model.live.messages import LiveFrame, Switch
from skipviz.own_model.live.page_server import PageServer
from skipviz.own_model.live.source import GONE, Source
from skipviz.own_model.structure import Structure
from skipviz.types import Array


class Followed(Protocol):
    """What is shown of a watch."""

    current: CurrentArm

    @property
    def structure(self) -> Structure: ...
    @property
    def notes_of_model(self) -> tuple[str, ...]: ...
    @property
    def uses(self) -> Uses: ...
    @property
    def made(self) -> int: ...
    def latest_norms(self) -> Array: ...


class LiveWatch:
    """Called at the end of every backward pass, in the thread of the loop."""

    def __init__(self, watch: Followed) -> None:
        self._watch = watch
        self.source = Source()
        self.source.tell_state(weights="in turns", doing="running", arm="plain", cut=())
        self._server: PageServer | None = None
        self._structure: Structure | None = None
        self._used = 0
        if watch.structure.layers:
            self._tell_structure()

    def serve(self, port: int | None, browser: bool) -> str:
        """The address of the page; served from the first call on."""
        if self._server is None or not self._server.runs:
            self._server = PageServer(self.source, port)
            atexit.register(self.source.close, _(GONE))
        return self._server.open(browser)

    def began(self) -> None:
        """The model is watched again."""
        self.source.tell_state(doing="running", why="")

    def idles(self) -> None:
        """The model is watched no longer, or not just now."""
        self.source.tell_state(doing="idle")

    def frame(self, name: str, seconds: float, shares: list[float] | None) -> None:
        """A backward pass of the arm of this name has ended."""
        if self._watch.structure is not self._structure or self._watch.uses.size != self._used:
            self._tell_structure()
        arm, cut = self._watch.current.meant_by(name)
        part = told_part(arm, cut, None, self._watch.latest_norms(), shares)
        self.source.tell_frame(
            LiveFrame(step=self._watch.made - 1, seconds=max(seconds, 0.0), parts=(part,))
        )
        self.source.obey(self._switch, len(self._watch.structure.skips))

    def _tell_structure(self) -> None:
        self._structure, self._used = self._watch.structure, self._watch.uses.size
        self.source.tell_structure(self._structure)
        self.source.tell_state(notes=told_notes(self._watch.notes_of_model))

    def _switch(self, asked: Switch) -> None:
        if self._watch.current.held:  # the loop's own `watch.arm(..)` holds just now
            self.source.desk.put_back(asked)
            return
        cut = None if asked.cut is None else frozenset(asked.cut)
        open_again = cut is not None and not cut
        self._watch.current.switch(own_arm(WHOLE if open_again else asked.arm), cut or None)
        self.source.tell_state(arm=asked.arm, cut=asked.cut)
