"""Sentences that come from another process, with what they were made of.

As JSON a sentence is plain text, unless it is told to a reader: who reads then says it again.
"""

import string
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, SerializationInfo, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from skipviz.language import Sentence

LONGEST = 2_000
WHOLE = "whole sentences"
"""The context in which JSON holds what sentences were made of."""


def _taken(said: Any, as_text: ValidatorFunctionWrapHandler) -> str:
    """Text, or the sentence of `_parts`; ValueError where it is too long, or none."""
    made = _sentence(said) if isinstance(said, dict) else said
    text: str = as_text(str(made) if isinstance(made, Sentence) else made)
    return made if isinstance(made, Sentence) else text


def _parts(said: str, info: SerializationInfo) -> Any:
    """What a sentence was made of, else its text."""
    return _made_of(said) if info.context == WHOLE else str.__str__(said)


def _made_of(said: Any) -> Any:
    if not isinstance(said, Sentence):
        return str(said)
    one, many, number, values = said.origin
    told = {"one": one, "many": many, "number": number}
    return told | {"values": {name: _made_of(value) for name, value in values.items()}}


def _sentence(told: dict[str, Any]) -> Sentence:
    one, many, number = (told.get(name) for name in ("one", "many", "number"))
    values = {
        str(name): _sentence(value) if isinstance(value, dict) else str(value)
        for name, value in dict(told.get("values") or {}).items()
    }
    for form in (one, many) if many is not None else (one,):
        if not isinstance(form, str) or not isinstance(number, int):
            raise ValueError("is no sentence")
        if values and not _places(form) <= values.keys():
            raise ValueError("has other places than values")
    return Sentence.made(str(one), many, int(str(number)), values)


def _places(message: str) -> set[str]:
    """The names of its places; ValueError where one is more than a name (`{a.b}`, `{a:99}`)."""
    found = [part[1:] for part in string.Formatter().parse(message) if part[1] is not None]
    if any(not str(name).isidentifier() or form or how for name, form, how in found):
        raise ValueError("has places that are more than names")
    return {str(name) for name, __, __ in found}


Said = Annotated[
    str,
    Field(max_length=LONGEST),
    WrapValidator(_taken),
    PlainSerializer(_parts, when_used="json"),
]
