"""Which run the page shows: an example that comes with the app, or a file of the visitor's."""

import functools
from dataclasses import dataclass

import streamlit as st

from skipviz.data import DataError
from skipviz.language import N_, _, again
from skipviz.markup import escape_markdown
from skipviz.own_model.run import ModelRun
from skipviz.own_model.saved import load_run, run_from_json
from skipviz.ui.session.session import Session
from skipviz.ui.shell.locations import app_folder

OWN = "yours"
LIVE = "live"
KEY = "model_file"
_REFUSED = "model_file_refused"
_MOST_ERRORS, _LONGEST_NAME = 3, 60


@dataclass(frozen=True)
class Example:
    """A model that comes with the app, and what it was trained on."""

    title: str
    about: str


EXAMPLES = {
    "resnet18": Example("ResNet-18", N_("scikit-learn's digits at 32 × 32, batches of 16")),
    "gpt2": Example(N_("GPT-2, 96 wide"), N_("characters of the MIT licence, 16 stretches of 32")),
    "unet": Example("U-Net", N_("digits at 16 × 16 with noise, which it is to take away")),
}


@functools.cache
def example(name: str) -> ModelRun:
    """One of `EXAMPLES`, read once for all visitors."""
    return load_run(app_folder() / "assets" / "models" / f"{name}.json")


def chosen(session: Session, live: bool) -> tuple[str, ModelRun | None]:
    """Draw the choice; what was chosen, and its run, None for the model that is `live`."""
    titles: dict[str, str] = {LIVE: _("Your model, live")} if live else {}
    titles |= {name: _(each.title) for name, each in EXAMPLES.items()}
    if session.model is not None:
        titles |= {OWN: session.model.structure.model}
    name = st.segmented_control(
        _("Model"),
        list(titles),
        default=OWN if session.model is not None else next(iter(titles)),
        format_func=titles.__getitem__,
        key=f"model_{id(session.model)}",
        required=True,
    )
    if name == LIVE:
        return name, None
    if name == OWN and session.model is not None:
        return name, session.model
    return name, example(name)


def opener(session: Session) -> None:
    """Draw the way to bring a run of one's own."""

    def take() -> None:
        brought = st.session_state[KEY]
        refused = () if brought is None else _read(session, brought.getvalue(), brought.name)
        st.session_state[_REFUSED] = refused

    st.file_uploader(
        _("Open a run of your model"),
        "json",
        key=KEY,
        on_change=take,
        max_upload_size=session.limits.upload_mb,
    )

    for why in st.session_state.get(_REFUSED, ()):
        st.error(escape_markdown(again(why)))


def _read(session: Session, content: bytes, name: str) -> tuple[str, ...]:
    """Why a file cannot be read, which changes nothing; nothing where it was."""
    try:
        session.model = run_from_json(content, name[:_LONGEST_NAME])
    except DataError as error:
        return error.errors[:_MOST_ERRORS]
    return ()
