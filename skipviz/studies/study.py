"""A study as data: the factors to sweep over, the seeds, and what is measured of every run."""

import json
import tomllib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError, model_validator
from pydantic_core import ErrorDetails

from skipviz import data as data_sets
from skipviz.arms import STANDARD_ARMS
from skipviz.language import _
from skipviz.network import Activation, Init, Norm, Order
from skipviz.network.skips import SkipKind
from skipviz.network.wording import with_value
from skipviz.runs.parse_settings import meant_field
from skipviz.settings import Optimizer
from skipviz.spec import Spec, said_of
from skipviz.studies.patterns import Pattern

MAX_RUNS = 100_000
Factor = Literal[
    "data", "depth", "width", "activation", "init", "norm", "order", "pattern", "join", "kind",
    "branch_scale", "learning_rate", "arm", "source", "target",
]  # fmt: skip
"""What runs of a study can differ in besides the seed; source and target where it is one skip."""

OfGradient = Literal["ratio", "first", "last", "weakest"]
OfTraining = Literal["train_loss", "test_loss", "test_score"]
Quantity = OfGradient | OfTraining
"""What is drawn of every run; see `skipviz.studies.results`."""

FACTORS: tuple[str, ...] = get_args(Factor)
OF_GRADIENT: tuple[OfGradient, ...] = get_args(OfGradient)
"""At the initial weights; they spread over decades, so their mean is the geometric one."""
QUANTITIES: tuple[Quantity, ...] = (*OF_GRADIENT, *get_args(OfTraining))
_SWEPT = tuple(name for name in FACTORS if name not in {"arm", "source", "target"})


class StudyError(ValueError):
    """A study that cannot be; every line of the message is one problem."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def init_label(init: Init) -> str:
    """The scheme, and its gain where that is not 1."""
    return init.scheme if init.gain == 1 else f"{init.scheme} × {init.gain:g}"


def _init_as_written(init: Init) -> Any:
    return init.scheme if init.gain == 1 else init.model_dump()


_Many = BeforeValidator(_listed)
_Init = Annotated[Init, PlainSerializer(_init_as_written)]
_Some = Field(min_length=1, max_length=1000)
_Depth = Annotated[int, Field(ge=1, le=1000)]
_Width = Annotated[int, Field(ge=1, le=4096)]
_Scale = Annotated[float, Field(ge=-1000, le=1000)]
_Rate = Annotated[float, Field(gt=0, le=100)]


class Study(Spec):
    """Every combination of the factors, times arms and seeds, is one run. A factor takes one
    value or a list.

    `measure` "gradient" takes the gradient of the initial weights on one batch, "training" also
    trains for `steps`. `init` is a scheme or {scheme, gain}, `pattern` as in
    `skipviz.studies.patterns`, `join` and `kind` concern its skips, `branch_scale` the factor of
    the branch of add skips. `seeds` count up from `seed`. `across` and `by` say what is drawn:
    the first factor along the axis, a curve (or a row of the heat map) per value of the second.
    `show` is the quantity: unless given, the ratio of gradients or what training reached.
    """

    title: str = Field(default="A study", min_length=1, max_length=120)
    question: str = Field(default="", max_length=500)
    data: Annotated[tuple[str, ...], _Many, _Some] = ("digits",)
    depth: Annotated[tuple[_Depth, ...], _Many, _Some] = (10,)
    width: Annotated[tuple[_Width, ...], _Many, _Some] = (32,)
    activation: Annotated[tuple[Activation, ...], _Many, _Some] = ("relu",)
    init: Annotated[tuple[_Init, ...], _Many, _Some] = (Init(),)
    norm: Annotated[tuple[Norm, ...], _Many, _Some] = ("none",)
    order: Annotated[tuple[Order, ...], _Many, _Some] = ("post",)
    pattern: Annotated[tuple[Pattern, ...], _Many, _Some] = (Pattern(name="none"),)
    join: Annotated[tuple[Literal["output", "preactivation"], ...], _Many, _Some] = ("output",)
    kind: Annotated[
        tuple[SkipKind, ...],
        _Many,
        _Some,
    ] = ("add",)
    branch_scale: Annotated[tuple[_Scale, ...], _Many, _Some] = (1.0,)
    learning_rate: Annotated[tuple[_Rate, ...], _Many, _Some] = (0.02,)
    arms: Annotated[tuple[str, ...], _Many, _Some] = ("skip",)
    seed: int = Field(default=0, ge=0, le=2**31 - 1001)
    seeds: int = Field(default=3, ge=1, le=1000)
    measure: Literal["gradient", "training"] = "gradient"
    steps: int = Field(default=100, ge=1, le=100_000)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "sgd"
    momentum: float = Field(default=0.9, ge=0, lt=1)
    across: Factor = "depth"
    by: Factor = "pattern"
    show: Quantity | None = None

    def __init__(self, /, **fields: Any) -> None:
        """StudyError lists every problem."""
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise _told(error) from None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """A study from plain data; StudyError lists every problem."""
        named = {str(k): v for k, v in fields.items()} if isinstance(fields, Mapping) else fields
        try:
            return cls.model_validate(named)
        except ValidationError as error:
            raise _told(error) from None

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """A study from TOML; StudyError says what is wrong."""
        try:
            return cls.of(_fields(text))
        except RecursionError:
            raise StudyError(_("This is no study: it is nested too deeply.")) from None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """A study from a TOML file; StudyError says what is wrong, OSError why it can't be read."""
        try:
            return cls.from_toml(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise StudyError(_("{path} is no text, so it holds no study.", path=path)) from None
        except StudyError as error:
            raise StudyError(f"{path}: {error}") from None

    def to_toml(self) -> str:
        """What `from_toml` reads; fields at their default are left out."""
        fields = self.model_dump(mode="json", exclude_defaults=True)
        return "".join(f"{name} = {_toml(_single(value))}\n" for name, value in fields.items())

    @property
    def shown(self) -> Quantity:
        """The quantity that is drawn first."""
        return self.show or ("ratio" if self.measure == "gradient" else "test_score")

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What can be drawn: losses and accuracy only after training."""
        return QUANTITIES if self.measure == "training" else OF_GRADIENT

    @property
    def score(self) -> str:
        """What that of the test split is called: accuracy, R², or a score where both occur."""
        names = {data_sets.info(name).score for name in self.data}
        return names.pop() if len(names) == 1 else "score"

    @property
    def varied(self) -> tuple[str, ...]:
        """The factors that take more than one value."""
        many = [name for name in _SWEPT if len(getattr(self, name)) > 1]
        ends = ["source", "target"] if any(p.name == "single" for p in self.pattern) else []
        return (*many, *(["arm"] if len(self.arms) > 1 else []), *ends)

    def values(self, factor: str) -> list[str | int | float]:
        """The values of a factor as runs call them, in the study's order."""
        if factor == "arm":
            return list(self.arms)
        held = getattr(self, factor, ())
        named = {"pattern": lambda p: p.name, "init": init_label}.get(factor, lambda value: value)
        return [named(value) for value in held]

    def most_runs(self) -> int:
        """Runs there are at most; fewer where combinations mean the same network."""
        drawn = sum(pattern.count(depth) for pattern in self.pattern for depth in self.depth)
        rest = [name for name in _SWEPT if name not in {"depth", "pattern"}]
        return drawn * prod(len(getattr(self, name)) for name in rest) * len(self.arms) * self.seeds

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for name in self.data:
            data_sets.info(name)
        for arm in self.arms:
            if arm not in STANDARD_ARMS:
                known = ", ".join(STANDARD_ARMS)
                raise ValueError(
                    _("There is no arm {arm}. Known are {known}.", arm=repr(arm), known=known)
                )
        return self

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        for name in (*_SWEPT, "arms"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise ValueError(_("{name} holds a value twice.", name=name))
        return self

    @model_validator(mode="after")
    def _is_a_sound_sweep(self) -> Self:
        if self.measure == "gradient" and len(self.learning_rate) > 1:
            raise ValueError(
                _(
                    "The gradient of the initial weights does not depend on the learning rate. "
                    'Set measure = "training".'
                )
            )
        if self.show not in {None, *self.quantities}:
            raise ValueError(
                _('{quantity} needs training. Set measure = "training".', quantity=self.show)
            )
        if self.across == self.by:
            raise ValueError(
                _("across and by are both {factor}; take two different factors.", factor=self.by)
            )
        if (runs := self.most_runs()) > MAX_RUNS:
            raise ValueError(
                _(
                    "This study has {runs} runs; at most {most} are allowed. Take fewer values or "
                    "seeds.",
                    runs=format(runs, ","),
                    most=format(MAX_RUNS, ","),
                )
            )
        return self


def _told(error: ValidationError) -> StudyError:
    return StudyError("\n".join(map(_readable, error.errors())))


def _readable(error: ErrorDetails) -> str:
    where = ".".join(str(part) for part in error["loc"] if isinstance(part, str))
    message: str
    match error["type"]:
        case "extra_forbidden" if len(error["loc"]) == 1:
            return _unknown(where)
        case "too_short":
            message = _("Give at least one value.")
        case "value_error" | "missing":
            message = said_of(error)
        case _:
            message = with_value(error)
    return _("{where}: {problem}", where=where, problem=message) if where else message


def _unknown(name: str) -> str:
    known = [*Study.model_fields]
    if near := meant_field(name, known):
        return _("There is no field {field}. Did you mean {near}?", field=repr(name), near=near)
    return _(
        "There is no field {field}. Known are {known}.", field=repr(name), known=", ".join(known)
    )


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _fields(text: str) -> dict[str, Any]:
    """Those of a TOML text; StudyError where it is none."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except ValueError as error:  # also of an integer that Python finds too long to read
        why = str(error).partition(";")[0]
        raise StudyError(_("This is no TOML: {why}.", why=why)) from None


def _toml(value: Any) -> str:
    """JSON and TOML agree on strings, numbers, truth and lists; tables are written inline."""
    if isinstance(value, dict):
        pairs = (f"{key} = {_toml(entry)}" for key, entry in value.items() if entry is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
