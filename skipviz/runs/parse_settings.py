"""Settings as people write them in a notebook or a shell, and what is wrong with them in words."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skipviz.language import _, again
from skipviz.settings import Settings
from skipviz.spec import briefly_said_of
from skipviz.text import meant, value_text


def parse_settings(fields: Mapping[str, object]) -> Settings:
    """The settings of a run that has an end; ValueError says of each field what is wrong."""
    try:
        settings = Settings.model_validate(dict(fields))
    except ValidationError as error:
        raise ValueError("\n".join(map(_readable, error.errors()))) from None
    if settings.endless:
        raise ValueError(
            _("steps: nobody could stop this run; take sv.training.stream, or an end.")
        )
    return settings


def _readable(error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden" and name == str(error["loc"][0]):
        return _unknown(name)
    if error["type"] == "tuple_type" and isinstance(error["input"], str):
        return _(
            "{name}: give names in a tuple, as in {name}=({value},).",
            name=name,
            value=repr(error["input"]),
        )
    said = again(briefly_said_of(error)).rstrip(".。")
    if not name:
        return _("{problem}.", problem=said)
    return _(
        "{name}: {problem}, not {value}.", name=name, problem=said, value=value_text(error["input"])
    )


def _unknown(name: str) -> str:
    known = [*Settings.model_fields]
    if near := meant_field(name, known):
        return _("There is no setting {name}. Did you mean {near}?", name=repr(name), near=near)
    return _(
        "There is no setting {name}. Known are {known}.", name=repr(name), known=", ".join(known)
    )


def meant_field(name: str, known: Iterable[str]) -> str | None:
    """The field that may be meant by another name; None where none is like it."""
    fields = [*known]
    return meant(name, fields) or next((each for each in fields if _stands_for(name, each)), None)


def _stands_for(name: str, field: str) -> bool:
    """Whether a name is a field's initials, as lr is those of learning_rate."""
    return name == "".join(word[0] for word in field.split("_"))
