"""Counting paths on the drawing itself, with `skipviz.graph`."""

from collections.abc import Iterator
from math import comb

import numpy as np

from skipviz import graph
from skipviz.charts import Axis, Curve, Lines, Panel
from skipviz.engine.experiments.findings import Findings
from skipviz.experiments.parts import PathCounts, Variant
from skipviz.language import _
from skipviz.types import Array


def path_counts(part: PathCounts) -> Iterator[Findings]:
    """Exact integers; shares are divided at the very end."""
    curves: list[Curve] = []
    values: dict[str, Array] = {}
    for place, variant in enumerate(part.variants, start=1):
        counts = graph.path_lengths(variant.network)
        found = _values(part, variant, counts)
        values |= {f"{variant.name}.{key}": np.full(part.seeds, v) for key, v in found.items()}
        curves.append(_shares(variant, counts))
        yield Findings(place / len(part.variants), [_panel(curves)], values)


def _values(part: PathCounts, variant: Variant, counts: dict[int, int]) -> dict[str, float]:
    depth, paths = variant.network.depth, sum(counts.values())
    off = max(abs(counts.get(k, 0) - comb(depth, k)) for k in range(depth + 1))
    deleted = graph.lesion(variant.network, layers=[(depth + 1) // 2])
    found = {
        "paths": float(paths),
        "mean": sum(length * count for length, count in counts.items()) / paths,
        "off": float(off),
        "after_deletion": float(deleted.share),
    }
    for low, high in part.spans:
        inside = sum(count for length, count in counts.items() if low <= length <= high)
        found[f"{low}_{high}"] = inside / paths
    return found


def _shares(variant: Variant, counts: dict[int, int]) -> Curve:
    lengths = np.arange(variant.network.depth + 1, dtype=np.float64)
    paths = sum(counts.values())
    shares = np.array([counts.get(int(k), 0) / paths for k in lengths])
    return variant.curve(lengths, shares, "steps")


def _panel(curves: list[Curve]) -> Panel:
    return Panel(
        "path_lengths",
        _("Paths by length"),
        _(
            "Share of all paths from the input to the readout that pass this many layers; counted "
            "on the drawing, exactly."
        ),
        Lines(
            tuple(curves),
            Axis(_("length of the path, in layers")),
            Axis(_("share of the paths"), from_zero=True),
        ),
    )
