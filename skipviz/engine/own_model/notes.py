"""What has to be known beside the numbers, in sentences."""

from collections.abc import Sequence

from skipviz.own_model.cut import UNSCALED
from skipviz.own_model.structure import Structure
from skipviz.own_model.unreached import said_of_shut
from skipviz.text import plural

LOCAL = (
    "Gradients are those of this process before DistributedDataParallel averages them over "
    "processes."
)
NONE_YET = (
    "No skip is known yet: they are found in the first forward pass that has gradients. Run one "
    "step, then switch."
)
TOO_LARGE = "The model is too large to be followed to its end."
ALWAYS_NEW = "It goes new ways time and again; what came after them is not followed."
_MOST_NAMED = 3


def said_of_dead(arm: str, layers: Sequence[str], structure: Structure) -> str:
    """An arm shuts layers off: not by what it measures but by how it is built; and the way out."""
    why = said_of_shut(structure)
    out = "" if arm.startswith(UNSCALED) else (
        f' The arm "{UNSCALED}" also takes branch scales and gates for 1 and leaves out drop-path.'
    )  # fmt: skip
    return (
        f'In the arm "{arm}" {plural(len(layers), "layer")} of {len(structure.layers)} get a '
        f"gradient of exactly 0, which in the whole model they do not.{why}{out}"
    )


def said_of_frames(recordings: int, most: int, skipped: int) -> list[str]:
    """The model went ways that were not known before; the GradScaler left out steps."""
    said = []
    if recordings > 1:
        said.append(
            f"The model went ways it had not gone before: it was recorded {recordings} times, and "
            "the frames of these steps say so."
        )
    if recordings >= most:
        said.append(ALWAYS_NEW)
    if skipped:
        said.append(f"{plural(skipped, 'frame')} before a step that the GradScaler left out.")
    return said


def said_of_recording(cut_short: bool, unseen: Sequence[str], losses: Sequence[str]) -> list[str]:
    """What a recording could not follow, and what it took for no skip."""
    said = [TOO_LARGE] if cut_short else []
    if losses:
        said.append(
            f"In {_named(losses)} what is returned is compared with what the model was given, for "
            "a number alone: a loss, no skip."
        )
    if unseen:
        said.append(
            f"In {_named(unseen)} states are joined where Python does not see it or gradients "
            "are off (autograd.Function, TorchScript, no_grad): a skip in there would not be found."
        )
    return said


def _named(modules: Sequence[str]) -> str:
    """The first few, each once."""
    return ", ".join(list(dict.fromkeys(path or "the model" for path in modules))[:_MOST_NAMED])
