"""Which skips an arm has cut, and at which weights it was measured, in words."""

from collections.abc import Collection
from typing import Literal

from skipviz.arms import arm_label
from skipviz.language import N_, _
from skipviz.own_model.structure import Structure

WHOLE = "skip"
"""The arm in which nothing is changed."""
UNSCALED = "plain_unscaled"
"""Without the skips, and with the factors on their branches at 1: "plain" of a drawn network."""

Weights = Literal["each trained", "beside training", "in turns"]
"""At which weights the arms are measured: each at those that it was trained to; all at those of the
arm "skip", which alone is trained; or those of one loop, that makes passes now in this arm and now
in that."""

Cut = frozenset[int] | None
"""The numbers of the skips that an arm concerns; None for all."""

_BEGINNINGS = {
    "plain": N_("With {skips} cut"),
    UNSCALED: N_("With {skips} cut and branch scales at 1"),
}
_LABELS = {
    "plain": N_("without {skips}"),
    UNSCALED: N_("without {skips}, branch scales at 1"),
}


def cut_text(structure: Structure, cut: Collection[int] | None) -> str:
    """3 of 8 skips; the skips, where they are all."""
    skips = structure.skips
    if cut is None or len(cut) == len(skips):
        return _("the skips")
    merges = len({skip.merge for skip in skips})
    template = _SKIPS if merges == len(skips) else _EDGES
    return _(template, count=len(cut), all=len(skips))


_SKIPS, _EDGES = N_("{count} of {all} skips"), N_("{count} of {all} edges")


def who_text(arm: str, structure: Structure, cut: Cut, weights: Weights) -> str | None:
    """How a sentence about an arm begins; None where the name of the arm says it all."""
    known = _BEGINNINGS.get(arm)
    if known is None or (cut is None and weights == "each trained"):
        return None
    return _(known, skips=cut_text(structure, cut))


def label_text(arm: str, structure: Structure, cut: Cut) -> str:
    """The name of an arm where room is short."""
    known = _LABELS.get(arm)
    if known is None or cut is None or len(cut) == len(structure.skips):
        return arm_label(arm)
    return _(known, skips=_("{count} of {all}", count=len(cut), all=len(structure.skips)))
