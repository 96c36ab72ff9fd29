"""The quantities of an experiment: measured, expected, published."""

import html
import re

from skipviz.experiments import Experiment, Quantity, Setup
from skipviz.experiments.running import Measured, Progress
from skipviz.experiments.wording import band_text, measured_text
from skipviz.language import _
from skipviz.markup import escape_html


def table_html(experiment: Experiment, setup: Setup, progress: Progress) -> str:
    """Rows stand from the beginning, so that nothing moves when the numbers come."""
    names = {v.name for part in experiment.parts(setup) for v in part.variants}
    measured = {one.quantity.key: one for one in progress.measured}
    shown = [q for q in experiment.quantities if q.variant in names]
    published = any(quantity.published for quantity in shown)
    rows = "".join(_row(q, measured.get(q.key), setup, published) for q in shown)
    head = "".join(
        f"<th>{name}</th>"
        for name in (
            _("Quantity"),
            _("Measured"),
            _("Expected"),
            *((_("Published"),) if published else ()),
        )
    )
    caption = _("Median of the seeds [smallest, largest].")
    return (
        f'<table class="experiment-table"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def formula_html(text: str) -> str:
    """Text with s_q as s with a subscript."""
    return re.sub(r"_([a-zA-Z])\b", r"<sub>\1</sub>", escape_html(text))


def _row(quantity: Quantity, one: Measured | None, setup: Setup, published: bool) -> str:
    value, state = ("…", "") if one is None else (measured_text(one), _state(one))
    known = quantity.always or setup.default
    expected = band_text(quantity.band(setup.thin), quantity.form) if known else _("not stated")
    cells = [
        f'<th scope="row">{formula_html(_(quantity.label))}</th>',
        _cell(_("Measured"), escape_html(value) + _mark(state), f' class="{state}"'),
        _cell(_("Expected"), escape_html(expected)),
    ]
    if published:
        cells.append(_cell(_("Published"), escape_html(_(quantity.published) or "—")))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(label: str, inside: str, look: str = "") -> str:
    """On a phone it has the head of its column before it."""
    return f'<td{look} data-label="{html.escape(label)}">{inside}</td>'


def _state(one: Measured) -> str:
    return {True: "inside", False: "outside", None: ""}[one.inside]


def _mark(state: str) -> str:
    """Said in words as well as in colour."""
    words = {"inside": _("inside"), "outside": _("outside")}
    return f'<span class="mark">{words[state]}</span>' if state else ""
