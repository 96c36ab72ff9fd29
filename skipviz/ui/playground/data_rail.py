"""The rail of the data: samples of the set chosen, what it is, and other sets a click away."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz import data
from skipviz.data import Split, compatibility_problems
from skipviz.data.catalogue import OWN
from skipviz.data.downloads import PLACE
from skipviz.data.mistakes import picture_of_mistakes, wrong
from skipviz.data.pictures import Pictures, own_pictures, pictures_of
from skipviz.language import N_, _, again
from skipviz.text import capital
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.data_rail import rail_of_data
from skipviz.ui.components.lazy_expander import open_part
from skipviz.ui.components.theme import theme
from skipviz.ui.session.session import Session

KEY = "data_rail"
SETS = {
    "digits": N_("digits"),
    "circles": N_("circles"),
    "xor": N_("xor"),
    "spirals": N_("spiral"),
    "breast_cancer": N_("table"),
}
"""Data sets a click away, by what stands on their buttons; the select box has all."""
DIGITS = ("digits", "digits_images", "digits_rows", "digits_pixels")
"""The same samples in the shapes that layers read."""


def data_rail(session: Session) -> None:
    """Draw the rail; a click chooses data as the select box does."""

    def choose() -> None:
        take_choice(session, component_value(KEY, "chosen"))

    rail_of_data(view_of(session, theme()), key=KEY, on_choose=choose)


def take_choice(session: Session, name: object) -> None:
    """What a click on the rail asks for; anything else is passed over."""
    if name == OWN and session.own is None:
        open_part("own")
    elif name in (*SETS, OWN):
        session.choose_data(shape_for(session, str(name)))


def shape_for(session: Session, name: str) -> str:
    """The digits in the shape that the drawing reads, where it reads one; else the set itself."""
    if name != "digits":
        return name
    return next((shape for shape in DIGITS if _fits(session, shape)), name)


def view_of(session: Session, theme_name: str) -> dict[str, Any]:
    """All that the component draws."""
    return {
        "theme": theme_name,
        "title": _(session.about.title),
        "sets": [*_sets(session), *_own_set(session)],
        **(_mistakes(session) or _samples(session)),
    }


def _samples(session: Session) -> dict[str, Any]:
    """The data chosen: samples, and what they are."""
    shown = _of_data_chosen(session)
    words = _not_here(session) if shown is None else _words(shown)
    return {
        "picture": None if shown is None else shown.samples,
        **dict(zip(("line", "split", "note"), words, strict=True)),
    }


def _words(shown: Pictures) -> tuple[str, str, str]:
    """Line, split and note; the pictures are kept, and those who read them differ."""
    return again(shown.line), again(shown.split), again(shown.note)


def _mistakes(session: Session) -> dict[str, Any] | None:
    """After a run on pictures those that it takes for another class, of the first two arms."""
    run = session.shown
    if run is None or len(run.evaluation_steps()) < 2:
        return None
    arms = run.main_arms[:2]
    said = [classes for arm in arms if (classes := run.predicted(arm)) is not None]
    split = data.split_of(run.settings, session.own_shown)
    picture = picture_of_mistakes(run.info, split, said) if said else None
    if picture is None:
        return None
    labels = map(run.label_of, arms)
    counts = [_count(arm, classes, split) for arm, classes in zip(labels, said, strict=True)]
    return {
        "picture": picture,
        "title": _("{data}, wrong in the test", data=_(run.info.title)),
        "line": _("Above: {count}", count=counts[0]) if len(counts) > 1 else capital(counts[0]),
        "split": _("Below: {count}", count=counts[1]) if len(counts) > 1 else "",
        "note": _(
            "Test samples that are taken for another class: what it is → what is said, "
            "seed {seed}, after step {step}.",
            seed=run.settings.seed,
            step=run.evaluation_steps()[-1],
        ),
    }


def _count(arm: str, said: NDArray[np.int16], split: Split) -> str:
    return _(
        "{arm}, {wrong} of {all} wrong",
        arm=arm,
        wrong=len(wrong(said, split)),
        all=f"{len(said):,}",
    )


def _of_data_chosen(session: Session) -> Pictures | None:
    if session.settings.data == OWN and session.own is not None:
        return own_pictures(session.own, *_how(session))
    return pictures_of(session.settings.data, *_how(session))


def _how(session: Session) -> tuple[float, float]:
    """Noise and share for the test."""
    return session.settings.noise, session.settings.test_share


def _not_here(session: Session) -> tuple[str, str, str]:
    """Line, split and note on data that have to be downloaded."""
    title = _(session.about.title)
    note = _(
        "Samples are drawn once {data} is here: Train downloads it from {place}.",
        data=title,
        place=PLACE,
    )
    return _("{data}: not downloaded yet", data=title), _(session.about.source), note


def _sets(session: Session) -> Iterator[dict[str, Any]]:
    now = session.settings.data
    for name, label in SETS.items():
        shown = pictures_of(name, *_how(session))
        chosen = now in DIGITS if name == "digits" else now == name
        if shown is not None:
            yield _button(name, _(label), _(data.info(name).title), shown, chosen)


def _own_set(session: Session) -> Iterator[dict[str, Any]]:
    """Data of one's own; before there are any, a way to the part that takes them."""
    if session.own is not None:
        shown = own_pictures(session.own, *_how(session))
        title = session.own.info.title
        yield _button(OWN, _("yours"), title, shown, session.settings.data == OWN)
    elif "own" not in session.address.hidden:
        hint = _("Bring a table or arrays of your own, or draw points")
        yield {"name": OWN, "label": _("yours"), "hint": hint, "chosen": None, "picture": None}


def _button(name: str, label: str, title: str, shown: Pictures, chosen: bool) -> dict[str, Any]:
    hint = _("{title}: {line}", title=title, line=again(shown.line))
    return {
        "name": name, "label": label, "hint": hint, "chosen": chosen, "picture": shown.stamp,
    }  # fmt: skip


def _fits(session: Session, name: str) -> bool:
    about = data.info(name)
    return not compatibility_problems(about.resolve(session.network), about)
