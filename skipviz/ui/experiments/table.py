"""The quantities of an experiment: measured, expected, published."""

import html
import re

from skipviz.experiments import Experiment, Quantity, Setup
from skipviz.experiments.running import Measured, Progress
from skipviz.experiments.wording import band_text, measured_text


def table_html(experiment: Experiment, setup: Setup, progress: Progress) -> str:
    """Rows stand from the beginning, so that nothing moves when the numbers come."""
    names = {v.name for part in experiment.parts(setup) for v in part.variants}
    measured = {one.quantity.key: one for one in progress.measured}
    shown = [q for q in experiment.quantities if q.variant in names]
    published = any(quantity.published for quantity in shown)
    rows = "".join(_row(q, measured.get(q.key), setup, published) for q in shown)
    head = "".join(
        f"<th>{name}</th>"
        for name in ("Quantity", "Measured", "Expected", *(("Published",) if published else ()))
    )
    caption = "Median of the seeds [smallest, largest]."
    return (
        f'<table class="experiment-table"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def formula_html(text: str) -> str:
    """Text with s_q as s with a subscript."""
    return re.sub(r"_([a-zA-Z])\b", r"<sub>\1</sub>", html.escape(text))


def _row(quantity: Quantity, one: Measured | None, setup: Setup, published: bool) -> str:
    value, state = ("…", "") if one is None else (measured_text(one), _state(one))
    known = quantity.always or setup.default
    expected = band_text(quantity.band(setup.thin), quantity.form) if known else "not stated"
    cells = [
        f'<th scope="row">{formula_html(quantity.label)}</th>',
        f'<td class="{state}" data-label="Measured">{html.escape(value)}{_mark(state)}</td>',
        f'<td data-label="Expected">{html.escape(expected)}</td>',
    ]
    if published:
        cells.append(f'<td data-label="Published">{html.escape(quantity.published or "—")}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _state(one: Measured) -> str:
    return {True: "inside", False: "outside", None: ""}[one.inside]


def _mark(state: str) -> str:
    """Said in words as well as in colour."""
    return f'<span class="mark">{state}</span>' if state else ""
