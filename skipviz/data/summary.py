"""What a data set is, in one line: how many samples, of what shape, and what is to be told."""

from skipviz.data.catalogue import DataInfo
from skipviz.types import Shape

_SIDES = {"digits": 8, "digits_rows": 8, "digits_pixels": 8, "mnist": 28}


def summary(info: DataInfo, samples: int) -> str:
    """For example "1,797 images 8×8, 10 classes"; `samples` of both parts of the split."""
    return f"{samples:,} {_things(info)}{_wanted(info)}"


def side(name: str) -> int | None:
    """Pixels along each side of the images that a data set is made of, where its shape hides it."""
    return _SIDES.get(name)


def _things(info: DataInfo) -> str:
    shape, pixels = info.input_shape, side(info.name)
    if info.vocabulary is not None:
        return f"windows of {shape[0]} {info.things}"
    if pixels is not None:
        return f"images {pixels}×{pixels}"
    if len(shape) == 3:
        noisy = "noisy " if _is_to_clean(info) else ""
        return f"{noisy}images {shape[1]}×{shape[2]}{_channels(shape)}"
    if len(shape) == 2:
        numbers = f" of {shape[1]} numbers" if shape[1] > 1 else ""
        things = "samples" if info.per_position else info.things
        return f"{things} of {shape[0]} steps{numbers}"
    return "points" if shape[0] <= 2 else f"{info.things} by {shape[0]} numbers"


def _channels(shape: Shape) -> str:
    return {1: "", 3: " in colour"}.get(shape[0], f" of {shape[0]} channels")


def _wanted(info: DataInfo) -> str:
    if info.vocabulary is not None:
        return ""  # every letter has the next one: the title says so
    if _is_to_clean(info):
        return " to clean"
    each = f" for each of the {info.things}" if info.per_position else ""
    if info.task == "classification":
        return f", {info.outputs} classes{each}"
    return f", {f'{info.outputs} numbers' if info.outputs > 1 else 'a number'} to predict{each}"


def _is_to_clean(info: DataInfo) -> bool:
    return info.name == "digits_denoising"
