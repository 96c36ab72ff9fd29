"""What the page holds before Streamlit runs in it: the drawing, the headline and the gradient.

Streamlit's own code takes the browser seconds. Until then the HTML itself shows the network of the
link: an editor that can be drawn in, and the curves of the first picture, at the places where the
page will have them. `first_paint.js` takes each part away once the page has drawn its own, and
hands over what has been drawn.
"""

import functools
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

import streamlit as st

from skipviz.runs.run import Run
from skipviz.ui.components import editor, live
from skipviz.ui.components.bundle import bundle
from skipviz.ui.components.live import Chart
from skipviz.ui.playground.charts.views import Shown, curves, views_of
from skipviz.ui.playground.editor_panel import editor_view
from skipviz.ui.playground.first_paint.curve import curve_html
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
    view = json.dumps(editor_view(session, LATEST), separators=(",", ":"))
    return (
        f'<div id="first-paint"><style>{_placed()}</style>'
        f'<div class="drawing"><template shadowrootmode="open"><style>{editor.styles()}</style>'
        '<div class="editor"></div></template></div>'
        f'<script type="application/json" id="first-view">{_for_script(view)}</script>'
        f"<script>{_script()}</script>"
        f"{_found(session, run) if run is not None else ''}</div>"
    )


def _found(session: Session, run: Run) -> str:
    """The headline, and the charts of the first view where the address names no other."""
    shown = () if session.address.view else _charts(run)
    return (
        f'<div class="head"{_UNREAD}>{found_html(session, run, LATEST)}</div>'
        f'<div class="skipviz-charts"{_UNREAD}>{"".join(shown)}</div>'
    )


def _charts(run: Run) -> Iterable[str]:
    """The gradient with its curves; what has a row with it as an empty frame."""
    first = next(iter(views_of(run)))
    light, dark = (curves(first, Shown(run, LATEST, look, (), None, None)) for look in _LOOKS)
    if light:
        yield _figure(light[0], curve_html(light[0].figure, dark[0].figure))
    if len(light) > 1:
        yield _figure(light[1], "")


_LOOKS = ("light", "dark")
_UNREAD = ' aria-hidden="true" inert'


def _figure(chart: Chart, plot: str) -> str:
    fills = ' class="fills"' if chart.fills else ""
    return (
        f'<figure{fills} style="--span:{chart.span};--height:{chart.height}px">'
        f"<figcaption><strong>{escape(chart.title)}</strong><span>{escape(chart.note)}</span>"
        f'</figcaption><div class="plot">{plot}</div></figure>'
    )


def _for_script(text: str) -> str:
    """JSON that cannot end the element it stands in: in its strings < may be written so."""
    return text.replace("<", "\\u003c")


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
    joined = bundle(editor.HERE, editor.MODULES, _ENTRY)
    return f"{{{joined.replace('export default ', '')}\nstart();}}"


_ENTRY = "../../playground/first_paint/first_paint.js"  # seen from the editor
