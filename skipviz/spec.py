"""The base of every validated, frozen piece of data in skipviz, and what is wrong with one."""

from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import ErrorDetails

from skipviz.language import N_, Sentence, _


class Spec(BaseModel):
    """Frozen data: unknown fields, NaN and infinities are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kind(Spec):
    """One of several kinds told apart by `kind`, which is written even where it is the default."""

    kind: str

    @model_serializer(mode="wrap")
    def _keep_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        return {"kind": self.kind} | fields


_SAYINGS = (
    N_("Field required"),
    N_("Extra inputs are not permitted"),
    N_("Input should be greater than {gt}"),
    N_("Input should be greater than or equal to {ge}"),
    N_("Input should be less than {lt}"),
    N_("Input should be less than or equal to {le}"),
    N_("Input should be a finite number"),
    N_("Input should be a valid integer"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be a valid integer, got a number with a fractional part"),
    N_("Input should be a valid number"),
    N_("Input should be a valid number, unable to parse string as a number"),
    N_("Input should be a valid boolean"),
    N_("Input should be a valid string"),
    N_("Input should be a valid tuple"),
    N_("Input should be a valid dictionary"),
    N_("Input should be {expected}"),
    N_("Invalid JSON: {error}"),
    N_("Input should be a valid list"),
    N_("Input should be a valid boolean, unable to interpret input"),
    N_("Unable to parse input string as an integer, exceeded maximum size"),
    N_("Keys should be strings"),
    N_("String should have at least {min_length} character"),
    N_("String should have at most {max_length} characters"),
    N_("Tuple should have at least {min_length} item after validation, not {actual_length}"),
    N_("Tuple should have at most {max_length} items after validation, not {actual_length}"),
    N_("List should have at most {max_length} items after validation, not {actual_length}"),
    N_("Input should be a valid dictionary or instance of {class_name}"),
    N_("Input should be a valid dictionary or object to extract fields from"),
    N_("Input should be an object"),
    N_("Input should be a valid array"),
)
"""What pydantic says of fields."""


def said_of(detail: ErrorDetails) -> str:
    """What is wrong with a field: our sentence as it was said, that of pydantic in our language."""
    context = detail.get("ctx", {})
    match context.get("error"):
        case ValueError(args=(Sentence() as said,)):
            return said
    text = detail["msg"].removeprefix("Value error, ")
    named = {name: context.get(name, "") for name in _NAMES}
    message = next((each for each in _SAYINGS if each.format(**named) == text), None)
    return text if message is None else _(message, **context)


def briefly_said_of(detail: ErrorDetails) -> str:
    """The same for where the value stands behind it: without how pydantic came to it."""
    short = _BRIEF.get(detail["type"])
    return _(short) if short else said_of(detail)


_BRIEF = {
    "int_parsing": "Input should be a valid integer",
    "int_from_float": "Input should be a valid integer",
    "int_parsing_size": "Input should be a valid integer",
    "float_parsing": "Input should be a valid number",
    "bool_parsing": "Input should be a valid boolean",
}
_NAMES = {part[1] for each in _SAYINGS for part in Formatter().parse(each) if part[1]}
