"""The factors of a study as widgets: several values each, in plain words."""

from collections.abc import Sequence
from functools import partial
from typing import Any, get_args

import streamlit as st

from skipviz import data
from skipviz.arms import STANDARD_ARMS
from skipviz.figures.studies import value_label
from skipviz.language import N_, _
from skipviz.markup import escape_markdown
from skipviz.network import SKIP_KINDS, Activation, Norm, Order
from skipviz.settings import Optimizer
from skipviz.studies import OF_GRADIENT, Study, StudyError
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.components.whole_number import whole_number

INITS = ("pytorch", "xavier", "he", "orthogonal", "zero")
PATTERNS = (
    "none", "every 1", "every 2", "residual 1", "residual 2", "residual 3", "dense", "dense add",
    "ends", "mirror", "single",
)  # fmt: skip
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
_FACTORS = {"arms": "arm"}
"""Fields that go by another name than their factor."""
MEASURES = {"gradient": N_("gradient at the start"), "training": N_("training")}


def factors(name: str, ready: Study) -> Study | None:
    """The study as the widgets say, or None where they cannot be, and then they say why."""
    form = _Form(name, ready.model_dump(mode="json"))
    form.several("pattern", _("Skips"), PATTERNS, help=_(_PATTERN_HELP), accept_new_options=True)
    form.numbers("depth", _("Depth"))
    form.numbers("width", _("Width"))
    form.several("activation", _("Activation"), get_args(Activation))
    form.several("init", _("Initial weights"), INITS)
    form.several("norm", _("Normalisation"), get_args(Norm))
    form.whole("seeds", _("Seeds"), 1, 50)
    form.one("measure", _("Measure"), tuple(MEASURES), MEASURES)
    if form.fields["measure"] == "training":
        form.whole("steps", _("Steps"), 1, 5000)
        form.numbers("learning_rate", _("Learning rate"))
        form.one("optimizer", _("Optimizer"), get_args(Optimizer), OPTIMIZERS)
    with st.expander(_("More")):
        form.several("data", _("Data"), data.names())
        form.several("arms", _("Arms"), tuple(STANDARD_ARMS))
        form.several("kind", _("Kind of skip"), SKIP_KINDS)
        form.several("join", _("Skips join"), ("output", "preactivation"))
        form.several("order", _("Order"), get_args(Order))
        form.numbers("branch_scale", _("Branch scale"))
        form.whole("batch_size", _("Batch size"), 1, 1024)
    return form.study()


_PATTERN_HELP = N_(
    "every K: a skip around every K-th layer. residual K: blocks of K layers, a skip around each. "
    "dense: each layer reads all before it. ends: from the first layer to the last. single: one "
    "network for every skip there can be. You can also type `residual 4` or `preset default`."
)


class _Form:
    """Widgets that write into `fields`; their keys hold the study they belong to."""

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self.fields = fields
        self._name = name

    def several(self, field: str, label: str, options: Sequence[str], **more: Any) -> None:
        """One value or more out of some."""
        held = self.fields[field]
        self.fields[field] = st.multiselect(
            label,
            list(dict.fromkeys([*options, *held])),
            held,
            format_func=partial(value_label, _FACTORS.get(field, field)),
            key=self._key(field),
            **more,
        )

    def numbers(self, field: str, label: str) -> None:
        """Numbers, with commas between them."""
        held = ", ".join(f"{value:g}" for value in self.fields[field])
        text = st.text_input(label, held, key=self._key(field), max_chars=200)
        self.fields[field] = [part.strip() for part in text.split(",") if part.strip()]

    def whole(self, field: str, label: str, low: int, high: int) -> None:
        """One whole number."""
        held = self.fields[field]
        self.fields[field] = whole_number(label, low, high, held, key=self._key(field))

    def one(
        self, field: str, label: str, options: Sequence[str], labels: dict[str, str] | None = None
    ) -> None:
        """One out of some."""
        index = options.index(self.fields[field])
        self.fields[field] = selectbox(
            label,
            options,
            index,
            format_func=lambda each: _(labels[each]) if labels else each,
            key=self._key(field),
        )

    def study(self) -> Study | None:
        """What the fields make; their errors are written below them."""
        if self.fields["measure"] == "gradient":
            self.fields["learning_rate"] = self.fields["learning_rate"][:1]
        if self.fields["measure"] == "gradient" and self.fields["show"] not in OF_GRADIENT:
            self.fields["show"] = None
        try:
            return Study.of(self.fields)
        except StudyError as error:
            st.error(escape_markdown(str(error)).replace("\n", "\n\n"))
            return None

    def _key(self, field: str) -> str:
        return f"study_{self._name}_{field}"
