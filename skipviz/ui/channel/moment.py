"""One step of a run as it is sent: what the traces of its charts and its drawing would be given.

    uint32   length of the header, a multiple of 4
    header   JSON: job, step, charts, paint, sizes
    float32  the arrays one after the other, `sizes` their lengths; NaN is a gap

All little-endian. A trace names its x and y by the places of their arrays; equal arrays are sent
once. JSON has no NaN, so no number of a curve is in the header.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from skipviz.figures.style import Spec


@dataclass(frozen=True)
class Moment:
    """Figures of curves by the names of their charts, and the colours of the drawing.

    `figures` are plotly figures as plain data, of scatter traces; `paint` is what
    `skipviz.figures.editor_gradients` gives.
    """

    step: int
    figures: Mapping[str, Spec]
    paint: Mapping[str, Any]


def encoded(job: str, moment: Moment) -> bytes:
    """As it is sent. ValueError where something but a curve is NaN."""
    arrays = _Arrays()
    header = {
        "job": job,
        "step": moment.step,
        "charts": {name: _chart(figure, arrays) for name, figure in moment.figures.items()},
        "paint": moment.paint,
        "sizes": arrays.sizes,
    }
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *arrays.parts])


class _Arrays:
    """The arrays of one message by what they hold."""

    def __init__(self) -> None:
        self.parts: dict[bytes, int] = {}

    @property
    def sizes(self) -> list[int]:
        return [len(part) // 4 for part in self.parts]

    def place(self, values: Any) -> int:
        part = np.asarray(values, dtype="<f4").tobytes()
        return self.parts.setdefault(part, len(self.parts))


def _chart(figure: Spec, arrays: _Arrays) -> Spec:
    """Its traces, and how high the labels beside the curves stand."""
    notes = figure["layout"].get("annotations", [])
    return {
        "traces": [
            {
                "name": trace["name"],
                "mode": trace.get("mode"),
                "x": arrays.place(trace["x"]),
                "y": arrays.place(trace["y"]),
                "zeros": trace.get("meta", {}).get("zeros", []),
            }
            for trace in figure["data"]
        ],
        "labels": [note["y"] if note.get("yref") == "paper" else None for note in notes],
    }
