"""What the figures of studies share: names of factors, numbers as text, ranges."""

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from skipviz import data
from skipviz.arms import arm_label
from skipviz.figures.style import positive_range
from skipviz.language import N_, _
from skipviz.studies.study import OF_GRADIENT, Quantity
from skipviz.studies.summary import Table
from skipviz.text import kind_text, norm_text, with_minus

THEORY = N_("theory")
FACTOR_LABELS = {
    "data": N_("data"), "depth": N_("depth (layers)"), "width": N_("width (units)"),
    "activation": N_("activation"), "init": N_("initial weights"), "norm": N_("normalisation"),
    "order": N_("order"), "pattern": N_("skips"), "join": N_("where skips join"),
    "kind": N_("kind of skip"), "branch_scale": N_("branch scale"),
    "learning_rate": N_("learning rate"), "arm": N_("arm"),
    "source": N_("skip from layer p"), "target": N_("skip to layer q"),
}  # fmt: skip
"""Said with `_`."""


def value_label(factor: str, value: object) -> str:
    """A value of a factor as people read it."""
    if isinstance(value, str):
        return _LABELS.get(factor, kind_text)(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _pattern_label(name: str) -> str:
    """A pattern of skips; what has a name of its own keeps it."""
    stepped = re.fullmatch(r"(every|residual) (\d+)", name)
    if stepped:
        return _(_STEPPED[stepped[1]], count=stepped[2])
    return _(_PATTERNS[name], pattern="") if name in _PATTERNS else name


def _init_label(scheme: str) -> str:
    """The scheme, with its gain where it has one: he × 0.5."""
    name, *gain = scheme.split(" × ")
    return " × ".join([kind_text(name), *gain])


_STEPPED = {"every": N_("every {count}"), "residual": N_("residual {count}")}
_PATTERNS = {
    "none": N_("no skips"), "dense": N_("dense{pattern}"), "dense add": N_("dense add"),
    "ends": N_("ends"), "mirror": N_("mirror"), "single": N_("single"),
}  # fmt: skip
"""Said with an empty `pattern`, which tells one from a word that the page says of layers."""
_LABELS: dict[str, Callable[[str], str]] = {
    "pattern": _pattern_label, "init": _init_label, "norm": norm_text, "arm": arm_label,
    "data": lambda name: _(data.info(name).title) if name in data.names() else name,
}  # fmt: skip


def number_text(value: float) -> str:
    """Short enough for a square: 0.013, 340, 7e−25."""
    if not math.isfinite(value):
        return ""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return with_minus(f"{float(f'{value:.2g}'):g}")
    mantissa, exponent = f"{value:.0e}".split("e")
    return with_minus(f"{mantissa}e{int(exponent)}")


def are_numbers(values: Sequence[object]) -> bool:
    """Whether they can be put on an axis as they are."""
    return all(isinstance(value, int | float) for value in values)


def span(cells: Table, quantity: Quantity) -> tuple[float, float]:
    """The range of an axis or a colour scale, for what is measured and what is predicted."""
    values = np.array(_values(cells, quantity), dtype=np.float64)
    if quantity in OF_GRADIENT:
        return positive_range(values)
    known = values[np.isfinite(values)]
    if quantity == "test_score":  # an R² far below 0 is drawn at the foot
        return float(np.clip(known.min(initial=0.0), -1.0, 0.0)), 1.0
    return 0.0, float(known.max(initial=1e-3))


def _values(cells: Table, quantity: Quantity) -> list[float]:
    found = [cell for row in cells.values() for cell in row.values()]
    ends = [value for cell in found for value in (cell.low, cell.mean, cell.high)]
    return ends + [cell.predicted for cell in found if quantity == "ratio"]


def count_runs(cells: Table) -> int:
    """How many runs the table is made of."""
    return sum(cell.runs for row in cells.values() for cell in row.values())
