"""Runs a visitor keeps, to lay them over others and to come back to their networks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from skipviz import link
from skipviz.language import N_, _
from skipviz.network import Network
from skipviz.own_model.run import ModelRun
from skipviz.runs.brief import cells, scored_at
from skipviz.runs.recording import Recording
from skipviz.runs.run import Run
from skipviz.runs.verdict import finding
from skipviz.settings import Settings
from skipviz.text import layer_count_text, skip_count_text

MOST = 8
LONGEST_NAME = 40
GHOST = N_("before")
"""The name, in the charts, of the run that what is drawn now has left behind."""


@dataclass
class Kept:
    """A run under a name. `run` is None where only its link is left: the server was restarted."""

    name: str
    network: Network
    settings: Settings
    run: Run | None = None

    @property
    def result(self) -> str:
        """What its arms reached, in a few words."""
        if self.run is None:
            return _("not measured since the server restarted")
        run, at = self.run, scored_at(self.run)
        arms = run.distinct_arms[:2]
        reached = (cells(run, finding(run, a)).score for a in arms)
        return _(
            "{score} {reached}, step {step}",
            score=_(run.info.score), reached=" / ".join(reached),
            step=run.row_steps[-1] if at is None else at,
        )  # fmt: skip

    @property
    def about(self) -> str:
        """Which network it was."""
        layers = layer_count_text(self.network.depth)
        skips = skip_count_text(len(self.network.skips))
        return _("{layers}, {skips}", layers=layers, skips=skips)


@dataclass
class KeptModel:
    """The run of a model of one's own under a name."""

    name: str
    run: ModelRun

    @property
    def about(self) -> str:
        """Which model it was, and how far it was trained."""
        return _(
            "{model}, step {step}", model=self.run.structure.model, step=self.run.row_steps[-1]
        )


AnyKept = TypeVar("AnyKept", Kept, KeptModel)


@dataclass
class Shelf(Generic[AnyKept]):
    """Kept runs, oldest first; `overlaid` names those in the charts."""

    runs: list[AnyKept] = field(default_factory=list)
    overlaid: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """No room for another one."""
        return len(self.runs) >= MOST

    @property
    def drawn(self) -> list[tuple[str, Recording]]:
        """Those in the charts, by name."""
        return [(kept.name, kept.run) for kept in self.runs
                if kept.run is not None and kept.name in self.overlaid]  # fmt: skip

    def take(self, kept: AnyKept) -> None:
        """Take in a run; it is laid over the charts from now on."""
        self.runs.append(kept)
        self.overlaid = (*self.overlaid, kept.name)

    def named(self, name: str | None) -> AnyKept | None:
        """The run of this name."""
        return next((kept for kept in self.runs if kept.name == name), None)

    def rename(self, name: str, new: str) -> None:
        """Call a run otherwise; ValueError where that cannot be its name."""
        new = new.translate(_MARKUP).strip()[:LONGEST_NAME]
        taken = {"", GHOST, _(GHOST), *(kept.name for kept in self.runs if kept.name != name)}
        if new in taken:
            raise ValueError(_("Every kept run has a name of its own."))
        for kept in self.runs:
            kept.name = new if kept.name == name else kept.name
        self.overlaid = tuple(new if each == name else each for each in self.overlaid)

    def forget(self, name: str) -> None:
        """Take a run out."""
        self.runs = [kept for kept in self.runs if kept.name != name]
        self.overlaid = tuple(each for each in self.overlaid if each != name)

    def free_name(self) -> str:
        """For the next one."""
        taken = {kept.name for kept in self.runs}
        return next(name for name in "ABCDEFGHI" if name not in taken)


class ModelTray(Shelf[KeptModel]):
    """Kept runs of models of one's own."""

    def keep(self, run: ModelRun) -> None:
        """Take in a run as it stands."""
        self.take(KeptModel(self.free_name(), run))


@dataclass
class Tray(Shelf[Kept]):
    """Kept runs of drawn networks; `compared` names the one the drawing is compared with."""

    compared: str | None = None

    def keep(self, run: Run) -> None:
        """Take in a run as it stands, but for its weights: those of the last run are kept alone."""
        if run.has_weights:
            run = run.frozen()
            run.keep_weights(None)
        self.take(Kept(self.free_name(), run.network, run.settings, run))

    def rename(self, name: str, new: str) -> None:
        """Call a run otherwise; ValueError where that cannot be its name."""
        compared = self.named(self.compared)
        super().rename(name, new)
        self.compared = compared.name if compared is not None else None

    def forget(self, name: str) -> None:
        """Take a run out."""
        super().forget(name)
        self.compared = None if self.compared == name else self.compared

    def links(self) -> list[list[str]]:
        """Name and token of every run that fits a link, for the browser to hold."""
        named = [[kept.name, link.encode(kept.network, kept.settings)] for kept in self.runs]
        return [[name, token] for name, token in named if link.fits(token)]


_MARKUP = str.maketrans("", "", "<>[]`\\*$:")  # what charts and pages would take for more than text


def from_links(found: object) -> Tray:
    """The tray that a browser held; whatever cannot be read is left out."""
    tray = Tray()
    for entry in found[:MOST] if isinstance(found, list) else ():
        if not isinstance(entry, Sequence) or len(entry) != 2:
            continue
        name, token = map(str, entry)
        try:
            network, settings = link.decode(token)
        except link.LinkError:
            continue
        if tray.named(name) is None:
            tray.runs.append(Kept(name[:LONGEST_NAME], network, settings))
    return tray
