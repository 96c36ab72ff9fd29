"""A widget for every kind of option; each returns what the network language takes."""

from typing import Any

import streamlit as st

from skipviz.language import N_, _
from skipviz.network import Init, Scale
from skipviz.text import kind_text, norm_text
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.playground.inspector.fields import Option, options_of

LEARNED = {"no": N_("fixed"), "scalar": N_("learned"), "channel": N_("per channel")}


def value_of(name: str, option: Option, current: Any, unset: str) -> Any:
    """What the visitor has set; `unset` says what holds while an optional one is left alone."""
    return controlled(name, current, lambda key: _WIDGETS[option.kind](key, option, current, unset))


def unset_text(option: str, value: Any, of_all: bool) -> str:
    """What holds while an option is left alone: what all layers have, or a kind of layer."""
    said = _name(option, value) if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        said = _("yes") if value else _("no")
    return _("as all ({value})", value=said) if of_all else said


def _choice(key: str, option: Option, current: Any, unset: str) -> Any:
    choices: list[str | None] = [*([None] if option.optional else []), *option.choices]

    def title(choice: str | None) -> str:
        return unset if choice is None else _name(option.name, choice)

    return selectbox(option.label, choices, choices.index(current), format_func=title, key=key)


def _flag(key: str, option: Option, current: Any, unset: str) -> Any:
    names = {N_("yes"): True, N_("no"): False}
    said = Option(option.name, "choice", option.optional, tuple(names))
    now = None if current is None else ("yes" if current else "no")
    picked = _choice(key, said, now, unset)
    return None if picked is None else names[picked]


def _number(key: str, option: Option, current: Any, unset: str) -> Any:
    ask = _whole if option.whole else _real
    value = ask(key, option, current, unset)
    return current if value is None and not option.optional else value


def _whole(key: str, option: Option, current: int | None, hint: str) -> int | None:
    low, high = int(option.low), int(option.high)
    return whole_number(option.label, low, high, current, placeholder=hint, key=key)


def _real(key: str, option: Option, current: float | None, hint: str) -> float | None:
    held = () if current is None else (current,)  # a link may be closer to an open end
    return st.number_input(
        option.label,
        min(option.low, *held, option.high),
        max(option.high, *held, option.low),
        current,
        step=0.1,
        format="%g",
        placeholder=hint,
        key=key,
    )


def _scale(key: str, option: Option, current: Any, unset: str) -> Any:  # noqa: ARG001
    value = st.number_input(option.label, -1000.0, 1000.0, current.value, key=key, format="%g")
    kinds = list(LEARNED)
    learned = selectbox(
        _("{option} is", option=option.label),
        kinds,
        kinds.index(current.learned),
        format_func=lambda each: _(LEARNED[each]),
        key=f"{key}_learned",
    )
    return Scale(value=value, learned=learned)


def _init(key: str, option: Option, current: Any, unset: str) -> Any:  # noqa: ARG001
    scheme, gain = options_of(Init)
    schemes: list[str | None] = [*([None] if option.optional else []), *scheme.choices]
    picked = selectbox(
        _("Initial weights"),
        schemes,
        schemes.index(None if current is None else current.scheme),
        format_func=lambda each: _("as all") if each is None else kind_text(each),
        key=key,
    )
    if picked is None:
        return None
    now = 1.0 if current is None else current.gain
    size = st.number_input(_("Gain"), gain.low, gain.high, now, format="%g", key=f"{key}_gain")
    return Init.model_validate({"scheme": picked, "gain": size})


def _shape(key: str, option: Option, current: Any, unset: str) -> Any:  # noqa: ARG001
    text = st.text_input(option.label, " × ".join(map(str, current)), key=key)
    parts = text.replace("×", " ").replace("x", " ").replace(",", " ").split()
    return tuple(map(int, parts)) if parts and all(part.isdigit() for part in parts) else current


def _name(option: str, choice: str) -> str:
    return norm_text(choice) if option == "norm" else kind_text(choice)


_WIDGETS = {
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "scale": _scale,
    "init": _init,
    "shape": _shape,
}
