"""The rail of the data: samples of the set chosen, what it is, and other sets a click away."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz import data
from skipviz.arms import arm_label
from skipviz.data import Split, compatibility_problems
from skipviz.data.catalogue import OWN
from skipviz.data.downloads import PLACE
from skipviz.data.mistakes import picture_of_mistakes, wrong
from skipviz.data.pictures import Pictures, own_pictures, pictures_of
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.data_rail import rail_of_data
from skipviz.ui.components.lazy_expander import open_part
from skipviz.ui.components.theme import theme
from skipviz.ui.session.session import Session

KEY = "data_rail"
SETS = {
    "digits": "digits",
    "circles": "circles",
    "xor": "xor",
    "spirals": "spiral",
    "breast_cancer": "table",
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
        "title": session.about.title,
        "sets": [*_sets(session), *_own_set(session)],
        **(_mistakes(session) or _samples(session)),
    }


def _samples(session: Session) -> dict[str, Any]:
    """The data chosen: samples, and what they are."""
    shown = _of_data_chosen(session)
    words = _not_here(session) if shown is None else (shown.line, shown.split, shown.note)
    return {
        "picture": None if shown is None else shown.samples,
        **dict(zip(("line", "split", "note"), words, strict=True)),
    }


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
    counts = [_count(arm, classes, split) for arm, classes in zip(arms, said, strict=True)]
    return {
        "picture": picture,
        "title": f"{run.info.title}, wrong in the test",
        "line": f"Above: {counts[0]}" if len(counts) > 1 else counts[0].capitalize(),
        "split": f"Below: {counts[1]}" if len(counts) > 1 else "",
        "note": "Test samples that are taken for another class: what it is → what is said, "
        f"seed {run.settings.seed}, after step {run.evaluation_steps()[-1]}.",
    }


def _count(arm: str, said: NDArray[np.int16], split: Split) -> str:
    return f"{arm_label(arm)}, {len(wrong(said, split))} of {len(said):,} wrong"


def _of_data_chosen(session: Session) -> Pictures | None:
    if session.settings.data == OWN and session.own is not None:
        return own_pictures(session.own, *_how(session))
    return pictures_of(session.settings.data, *_how(session))


def _how(session: Session) -> tuple[float, float]:
    """Noise and share for the test."""
    return session.settings.noise, session.settings.test_share


def _not_here(session: Session) -> tuple[str, str, str]:
    """Line, split and note on data that have to be downloaded."""
    title = session.about.title
    note = f"Samples are drawn once {title} is here: Train downloads it from {PLACE}."
    return f"{title}: not downloaded yet", session.about.source, note


def _sets(session: Session) -> Iterator[dict[str, Any]]:
    now = session.settings.data
    for name, label in SETS.items():
        shown = pictures_of(name, *_how(session))
        chosen = now in DIGITS if name == "digits" else now == name
        if shown is not None:
            yield _button(name, label, data.info(name).title, shown, chosen)


def _own_set(session: Session) -> Iterator[dict[str, Any]]:
    """Data of one's own; before there are any, a way to the part that takes them."""
    if session.own is not None:
        shown = own_pictures(session.own, *_how(session))
        title = session.own.info.title
        yield _button(OWN, "yours", title, shown, session.settings.data == OWN)
    elif "own" not in session.address.hidden:
        hint = "Bring a table or arrays of your own, or draw points"
        yield {"name": OWN, "label": "yours", "hint": hint, "chosen": None, "picture": None}


def _button(name: str, label: str, title: str, shown: Pictures, chosen: bool) -> dict[str, Any]:
    hint = f"{title}: {shown.line}"
    return {
        "name": name, "label": label, "hint": hint, "chosen": chosen, "picture": shown.stamp,
    }  # fmt: skip


def _fits(session: Session, name: str) -> bool:
    about = data.info(name)
    return not compatibility_problems(about.resolve(session.network), about)
