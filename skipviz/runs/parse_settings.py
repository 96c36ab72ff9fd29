"""Settings as people write them in a notebook or a shell, and what is wrong with them in words."""

import difflib
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skipviz.settings import Settings


def parse_settings(fields: Mapping[str, object]) -> Settings:
    """The settings of a run that has an end; ValueError says of each field what is wrong."""
    try:
        settings = Settings.model_validate(dict(fields))
    except ValidationError as error:
        raise ValueError("\n".join(map(_readable, error.errors()))) from None
    if settings.endless:
        raise ValueError("steps: nobody could stop this run; take sv.training.stream, or an end.")
    return settings


def _readable(error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden" and name == str(error["loc"][0]):
        return _unknown(name)
    if error["type"] == "tuple_type" and isinstance(error["input"], str):
        return f"{name}: give names in a tuple, as in {name}=({error['input']!r},)."
    text = error["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{name}: {text}, not {_shown(error['input'])}." if name else f"{text}."


def _unknown(name: str) -> str:
    known = [*Settings.model_fields]
    near = difflib.get_close_matches(name, known, n=1) or [f for f in known if _stands_for(name, f)]
    hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
    return f"There is no setting {name!r}. {hint}"


def _stands_for(name: str, field: str) -> bool:
    """Whether a name is a field's initials, as lr is those of learning_rate."""
    return name == "".join(word[0] for word in field.split("_"))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
