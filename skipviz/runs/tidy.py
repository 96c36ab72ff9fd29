"""A recording as a tidy table: a row per number, with what it is of. pandas is imported here only.

Tidy as in Wickham, "Tidy Data", J. Stat. Software 59(10), 2014: every variable a column.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skipviz.language import _
from skipviz.probes.catalogue import PROBES
from skipviz.runs.rows import Rows
from skipviz.types import Steps

if TYPE_CHECKING:
    import pandas as pd

_MEANS = ("loss", "accuracy", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
_OF: dict[str, tuple[str, ...]] = dict.fromkeys(_MEANS, ()) | {
    probe.name: probe.axes for probe in PROBES if len(probe.axes) == 1
}
"""What a number of each quantity is of, besides step, arm and seed. Bins, time steps and places of
a plane are neither layers nor skips: such series stay arrays (`snapshot`)."""

Columns = dict[str, Any]


def tidy(
    series: Sequence[Rows],
    arms: Sequence[str],
    first_seed: int,
    skips: Sequence[str],
    quantities: Sequence[str] | None,
) -> "pd.DataFrame":
    """All numbers of these series that are of an arm, of a layer or of a skip.

    ValueError for a quantity that is not among them.
    """
    import pandas as pd

    known = [(rows, name) for rows in series for name in rows.names if name in _OF]
    names = [name for _, name in known]
    if unknown := sorted({*(quantities or ())} - {*names}):
        raise ValueError(
            _(
                "There is no quantity {name}. Known are {known}.",
                name=repr(unknown[0]),
                known=", ".join(names),
            )
        )
    chosen = [(rows, name) for rows, name in known if quantities is None or name in quantities]
    parts = [_part(rows.steps, name, rows.column(name)) for rows, name in chosen]
    which = np.repeat(np.arange(len(parts)), [len(part["value"]) for part in parts])
    layers = _joined(parts, "layer")
    return pd.DataFrame(
        {
            "step": _joined(parts, "step"),
            "arm": pd.Categorical.from_codes(_joined(parts, "arm"), [*arms]),
            "seed": _joined(parts, "seed") + first_seed,
            "layer": pd.arrays.IntegerArray(layers, layers == 0),
            "skip": pd.Categorical.from_codes(_joined(parts, "skip"), _distinct(skips)),
            "quantity": pd.Categorical.from_codes(which, [name for _, name in chosen]),
            "value": _joined(parts, "value").astype(np.float64),
        }
    )


def _part(steps: Steps, name: str, column: NDArray[Any]) -> Columns:
    """The columns of one quantity; arms and skips as places in their lists, -1 and 0 for none."""
    places = np.indices(column.shape, dtype=np.int64).reshape(column.ndim, -1)
    none = np.zeros(column.size, np.int64)
    return {
        "step": steps[places[0]],
        "arm": places[1],
        "seed": places[2],
        "layer": places[3] + 1 if _OF[name] == ("layers",) else none,
        "skip": places[3] if _OF[name] == ("skips",) else none - 1,
        "value": column.reshape(-1),
    }


def _joined(parts: Sequence[Columns], key: str) -> NDArray[Any]:
    return np.concatenate([part[key] for part in parts]) if parts else np.empty(0, np.int64)


def _distinct(names: Sequence[str]) -> list[str]:
    """A second skip from the same layer to the same layer is "1 → 3 (2)"."""
    counts = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [f"{name} ({n})" if n > 1 else name for name, n in zip(names, counts, strict=True)]
