"""Charts that change in place: Plotly.react on charts that stay, so zoom and layout are kept.

`st.plotly_chart` mounts a new chart at every change of data.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from plotly.io.json import to_json_plotly

from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.plotly_asset import plotly_address
from skipviz.ui.components.served_script import ServedScript

_HERE = Path(__file__).parent
STYLE = _HERE / "live.css"
_MODULES = (
    "../languages/messages.js",
    "data.js",
    "menu.js",
    "moment.js",
    "paths.js",
    "sketch.js",
    "stream.js",
    "library.js",
    "chart.js",
)


@dataclass(frozen=True)
class Chart:
    """A figure with its title, a line on what it shows and how that is normalised, and its place.

    `figure` is a plotly figure as plain data ({"data": .., "layout": ..}).
    `height` is in pixels, at most where the chart `fills` what is left of the window; `span` in
    columns of a grid of six.
    """

    name: str
    figure: dict[str, Any]
    title: str
    note: str
    height: int = 320
    span: int = 6
    fills: bool = False

    @functools.cached_property
    def plain(self) -> dict[str, Any]:
        """As it is sent; encoded once, however often that is."""
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "height": self.height,
            "span": self.span,
            "fills": self.fills,
            "figure": to_json_plotly(self.figure),
        }


def live_charts(
    charts: Sequence[Chart],
    *,
    gradients: Mapping[str, Any] | None,
    key: str,
    stream: Mapping[str, object] | None = None,
) -> None:
    """Draw the charts; `gradients` repaints the network editor on the same page without a rerun.

    `stream` names the job whose newer steps come by `skipviz.ui.channel`, what is shown of it by
    its step, and the address and the token to come to it: curves and colours move with these
    steps. None where no newer ones are to be shown.
    """
    component = st.components.v2.component(
        "skipviz_live_charts",
        html='<div class="skipviz-charts"></div>',
        css=STYLE.read_text(),
        js=script().sent,
        isolate_styles=False,  # Plotly puts its style sheet into the page, not into a shadow root
    )
    component(
        key=key,
        data={
            "plotly": plotly_address(),
            "charts": [chart.plain for chart in charts],
            "gradients": gradients,
            "stream": stream,
        },
    )


@functools.cache
def script() -> ServedScript:
    return ServedScript("charts", bundle(_HERE, _MODULES, "live.js"))
