"""The arms that a verdict speaks of, and by what name."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipviz.arms import arm_label
from skipviz.language import _
from skipviz.network import Network
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.evidence import Evidence
from skipviz.runs.verdict.findings import Finding, finding_of
from skipviz.runs.verdict.message import Message, Value

MOST_ARMS = 4
_FIRST = ("plain", "skip")


@dataclass(frozen=True)
class Told:
    """An arm with what is known of it; `who` begins a sentence about it."""

    seen: Evidence
    found: Finding
    who: str

    @property
    def arm(self) -> str:
        """Its name."""
        return self.found.arm

    @property
    def trained(self) -> bool:
        """Whether what is measured comes of a training in this arm."""
        return self.seen.run.trains(self.arm)

    def message(self, template: str, **values: str) -> Message:
        """A message about this arm, whose values are its own."""
        own = {name: Value(text, self.arm) for name, text in values.items()}
        return Message(template, {"who": Value(self.who), **own})


def told_arms(run: Recording, at: int) -> list[Told]:
    """Without the skips first; one arm alone where the network has none."""
    arms: Sequence[str] = sorted(run.main_arms, key=_order)[:MOST_ARMS]
    if not run.skips:
        arms = arms[-1:] if arms[-1:] == ["skip"] else arms[:1]
    seen = [Evidence(run, arm, at) for arm in arms]
    return [Told(each, finding_of(each), _who(run, each.arm)) for each in seen]


def _order(arm: str) -> int:
    return _FIRST.index(arm) if arm in _FIRST else len(_FIRST)


def _without_skips(drawn: Network | None) -> str:
    """A model, a network whose layers read several states, or a chain."""
    if drawn is None:
        return say.WHO_MODEL
    return say.WHO_NETWORK if drawn.is_wired else say.WHO_CHAIN


def _who(run: Recording, arm: str) -> str:
    own = run.who_text(arm)
    if own is not None:
        return own
    if not run.skips:
        return _(_without_skips(run.drawn))
    return _(say.WHO[arm]) if arm in say.WHO else _(say.WHO_OTHER, name=arm_label(arm))
