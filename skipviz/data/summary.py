"""What a data set is, in one line: how many samples, of what shape, and what is to be told."""

from skipviz.data.catalogue import DataInfo
from skipviz.language import N_, _, _n

_CLASSES = N_(", {count} classes")
_NUMBERS = N_(", {count} numbers to predict")
_NUMBER = N_(", a number to predict")
_EACH_CLASS = N_(", {count} classes for each of the {things}")
_EACH_NUMBERS = N_(", {count} numbers to predict for each of the {things}")
_EACH_NUMBER = N_(", a number to predict for each of the {things}")
_SIDES = {"digits": 8, "digits_rows": 8, "digits_pixels": 8, "mnist": 28}


def summary(info: DataInfo, samples: int) -> str:
    """For example "1,797 images 8×8, 10 classes"; `samples` of both parts of the split."""
    return _(
        "{count} {things}{wanted}",
        count=format(samples, ","),
        things=_things(info),
        wanted=_wanted(info),
    )


def side(name: str) -> int | None:
    """Pixels along each side of the images that a data set is made of, where its shape hides it."""
    return _SIDES.get(name)


def _things(info: DataInfo) -> str:
    shape, pixels = info.input_shape, side(info.name)
    if info.vocabulary is not None:
        return _("windows of {count} {things}", count=shape[0], things=_(info.things))
    if pixels is not None:
        return _("images {height}×{width}", height=pixels, width=pixels)
    if len(shape) == 3:
        size = {"height": shape[1], "width": shape[2]}
        if _is_to_clean(info):
            return _("noisy images {height}×{width}", **size)
        if shape[0] == 1:
            return _("images {height}×{width}", **size)
        if shape[0] == 3:
            return _("images {height}×{width} in colour", **size)
        return _("images {height}×{width} of {channels} channels", channels=shape[0], **size)
    if len(shape) == 2:
        things = _("samples") if info.per_position else _(info.things)
        if shape[1] == 1:
            return _n(
                "{things} of {count} step", "{things} of {count} steps", shape[0], things=things
            )
        return _n(
            "{things} of {count} step of {numbers} numbers",
            "{things} of {count} steps of {numbers} numbers",
            shape[0],
            things=things,
            numbers=shape[1],
        )
    if shape[0] <= 2:
        return _("points")
    return _("{things} by {numbers} numbers", things=_(info.things), numbers=shape[0])


def _wanted(info: DataInfo) -> str:
    if info.vocabulary is not None:
        return ""  # every letter has the next one: the title says so
    if _is_to_clean(info):
        return _(" to clean")
    classes, several = info.task == "classification", info.outputs > 1
    if info.per_position:
        template = _EACH_CLASS if classes else _EACH_NUMBERS if several else _EACH_NUMBER
    else:
        template = _CLASSES if classes else _NUMBERS if several else _NUMBER
    return _(template, count=info.outputs, things=_(info.things))


def _is_to_clean(info: DataInfo) -> bool:
    return info.name == "digits_denoising"
