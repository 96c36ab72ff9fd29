"""What the page holds before Streamlit runs in it: the drawing, the headline and the gradient.

Streamlit's own code takes the browser seconds. Until then the HTML itself shows the network of the
link: an editor that can be drawn in, and the curves of the first picture, at the places where the
page will have them. `first_paint.js` takes each part away once the page has drawn its own, and
hands over what has been drawn.
"""

import functools
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import streamlit as st
from plotly.io.json import to_json_plotly

from skipviz.figures.style import Spec
from skipviz.runs.run import Run
from skipviz.ui.components import editor, live
from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.live import Chart
from skipviz.ui.playground.charts.views import Shown, curves, views_of
from skipviz.ui.playground.editor_panel import editor_view
from skipviz.ui.playground.page import STYLE as PLACES
from skipviz.ui.playground.results import found_html
from skipviz.ui.playground.scrubber import LATEST
from skipviz.ui.session.session import Session
from skipviz.ui.shell.page import STYLE

_HERE = Path(__file__).parent
_THEME = {
    "primary-color": "primaryColor",
    "background-color": "backgroundColor",
    "secondary-background-color": "secondaryBackgroundColor",
    "text-color": "textColor",
    "border-color": "borderColor",
}
"""Streamlit's names of colours in CSS, and in its settings."""


def head_html() -> str:
    """For the head of the page: how it looks. The styles of page and charts serve it later too."""
    return f"<style>{_styles()}</style>"


def body_html(session: Session) -> str:
    """For the beginning of the body: what a new session shows, in the visitor's theme.

    Without a first picture it is the drawing alone. Headline and charts cannot be reached and are
    not read out, for the page says the same a moment later.
    """
    run = session.shown
    charts = () if run is None or session.address.view else tuple(_charts(run))
    return (
        f'<div id="first-paint"><style>{_placed()}</style>'
        f'<div class="drawing"><template shadowrootmode="open"><style>{editor.styles()}</style>'
        '<div class="editor"></div></template></div>'
        f"{_data('first-view', editor_view(session, LATEST))}"
        f"{_data('first-figures', [figures for _, figures in charts])}"
        f"<script>{_script()}</script>"
        f"{_found(session, run, charts) if run is not None else ''}</div>"
    )


_Themed = tuple[Chart, tuple[Spec, Spec]]
"""A chart, and its figure in the light and in the dark theme."""


def _found(session: Session, run: Run, charts: Iterable[_Themed]) -> str:
    """The headline, and the charts of the first view where the address names no other."""
    framed = "".join(_frame(chart) for chart, _ in charts)
    return (
        f'<div class="head"{_UNREAD}>{found_html(session, run, LATEST)}</div>'
        f'<div class="skipviz-charts"{_UNREAD}>{framed}</div>'
    )


def _charts(run: Run) -> Iterator[_Themed]:
    """The gradient, and what has a row with it."""
    first = next(iter(views_of(run)))
    light, dark = (curves(first, Shown(run, LATEST, look, (), None, None)) for look in _LOOKS)
    for chart, other in zip(light[:2], dark[:2], strict=True):
        yield chart, (chart.figure, other.figure)


_LOOKS = ("light", "dark")
_UNREAD = ' aria-hidden="true" inert'


def _frame(chart: Chart) -> str:
    """`first_paint.js` draws in it."""
    fills = ' class="fills"' if chart.fills else ""
    return (
        f'<figure{fills} style="--span:{chart.span};--height:{chart.height}px">'
        f"<figcaption><strong>{escape(chart.title)}</strong><span>{escape(chart.note)}</span>"
        '</figcaption><div class="plot"></div></figure>'
    )


def _data(name: str, value: object) -> str:
    """JSON that cannot end the element it stands in: in its strings < may be written so."""
    text = to_json_plotly(value).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


@functools.cache
def _styles() -> str:
    colours = "".join(
        f"--st-{name}:light-dark({_set(f'light.{option}')},{_set(f'dark.{option}')});"
        for name, option in _THEME.items()
    )
    texts = (STYLE, live.STYLE, _HERE / "first_paint.css")
    joined = "\n".join(path.read_text(encoding="utf-8") for path in texts)
    return f"{joined}\n#first-paint{{{colours}}}"


@functools.cache
def _placed() -> str:
    """How the Playground alone is laid out: it goes with the picture, for other pages are not."""
    return PLACES.read_text(encoding="utf-8")


def _set(option: str) -> str:
    """As the server's settings have it, without what could end the style."""
    return str(st.get_option(f"theme.{option}")).translate(dict.fromkeys(map(ord, "<>{};")))


@functools.cache
def _script() -> str:
    """The editor's own modules as a classic script: a module would wait for Streamlit's."""
    joined = bundle(editor.HERE, (*editor.MODULES, *_BESIDE), _ENTRY)
    return f"{{{joined.replace('export default ', '')}\nstart();}}"


_BESIDE = ("handover.js", "../live/paths.js", "../live/sketch.js")
_ENTRY = "../../playground/first_paint/first_paint.js"  # seen from the editor
