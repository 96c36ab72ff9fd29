"""What has to be known beside the numbers, in sentences."""

from collections.abc import Sequence

from skipviz.engine.own_model.new_ways import MOST_RECORDINGS, NewWays
from skipviz.engine.own_model.unseen import Unseen
from skipviz.language import N_, _, _n
from skipviz.own_model.cut import UNSCALED
from skipviz.own_model.structure import Structure
from skipviz.own_model.unreached import said_of_shut
from skipviz.text import listed, sentences

LOCAL = N_(
    "Gradients are those of this process before DistributedDataParallel averages them over "
    "processes."
)
TOO_LARGE = N_("The model is too large to be followed to its end.")
ALWAYS_NEW = N_("It goes new ways time and again; what came after them is not followed.")
_MOST_NAMED = 3


def said_of_dead(arm: str, layers: Sequence[str], structure: Structure) -> str:
    """An arm shuts layers off: not by what it measures but by how it is built; and the way out."""
    said = [
        _n(
            'In the arm "{arm}" {count} layer of {all} get a gradient of exactly 0, which in the '
            "whole model they do not.",
            'In the arm "{arm}" {count} layers of {all} get a gradient of exactly 0, which in the '
            "whole model they do not.",
            len(layers),
            arm=arm,
            all=len(structure.layers),
        ),
        *said_of_shut(structure),
    ]
    if not arm.startswith(UNSCALED):
        said.append(
            _(
                'The arm "{arm}" also takes branch scales and gates for 1 and leaves out '
                "drop-path.",
                arm=UNSCALED,
            )
        )
    return sentences(said)


def said_of_frames(ways: NewWays, skipped: int) -> list[str]:
    """The model went ways that were not known before; the GradScaler left out steps."""
    said: list[str] = []
    if ways.recordings > 1:
        said.append(
            _(
                "The model went ways it had not gone before: it was recorded {count} times, and "
                "the frames of these steps say so.",
                count=ways.recordings,
            )
        )
    if ways.asked >= MOST_RECORDINGS:
        said.append(_(ALWAYS_NEW))
    if ways.places:
        said.append(
            _(
                "In {places} states are joined on a way that has not been recorded yet: a skip in "
                "there is not found so far, and not cut. Run more steps: it is recorded when one "
                "of them goes that way again.",
                places=_named(sorted(place.text for place in ways.places)),
            )
        )
    if skipped:
        said.append(
            _n(
                "{count} frame before a step that the GradScaler left out.",
                "{count} frames before a step that the GradScaler left out.",
                skipped,
            )
        )
    return said


def said_of_recording(cut_short: bool, unseen: Unseen, losses: Sequence[str]) -> list[str]:
    """What a recording could not follow, and what it took for no skip."""
    said: list[str] = [_(TOO_LARGE)] if cut_short else []
    if losses:
        said.append(
            _(
                "In {modules} what is returned is compared with what the model was given, for a "
                "number alone: a loss, no skip.",
                modules=_named(losses),
            )
        )
    if unseen.modules:
        said.append(
            _(
                "In {modules} states are joined where Python does not see it or gradients are off "
                "(autograd.Function, TorchScript, torch.func, no_grad): a skip in there would not "
                "be found.",
                modules=_named(unseen.modules),
            )
        )
    if unseen.joined:
        operations = sorted({name for name, _module in unseen.joined})
        said.append(
            _(
                "In {modules} a state goes on beside what was made of it, joined by {operations}: "
                "no sum or concatenation that could be switched, so it stays in every arm.",
                modules=_named([module for _name, module in unseen.joined]),
                operations=listed(operations),
            )
        )
    return said


def _named(modules: Sequence[str]) -> str:
    """The first few, each once."""
    return listed(list(dict.fromkeys(path or _("the model") for path in modules))[:_MOST_NAMED])
