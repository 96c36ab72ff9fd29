"""What reports of drawn networks and of models of one's own share."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from skipviz.figures import gradient_flow, gradient_heatmap, training_curves
from skipviz.figures.style import arm_style
from skipviz.language import _
from skipviz.network.drawing import Paint
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import Message, pieces_of
from skipviz.text import sentences

_INSTEAD = """<script>
if (!window.Plotly) {
  const said = document.currentScript.previousElementSibling;
  said.hidden = false;
  said.previousElementSibling.hidden = true;
}
</script>"""
"""Shows the sentence before it, and hides the empty chart before that."""


def said(messages: Iterable[Message]) -> str:
    """Sentences, arms in their colours."""
    return "".join(_piece(text, arm) for text, arm in pieces_of(messages))


def _piece(text: str, arm: str | None) -> str:
    safe = escape(text)
    return safe if arm is None else f'<b style="color:{arm_style(arm).light}">{safe}</b>'


def figure(svg: str, caption: str, paints: Sequence[Paint]) -> str:
    """A drawing whose boxes have these paints, with what it shows."""
    if any(paint.zero for paint in paints):
        caption = sentences([caption, _("Struck through: exactly 0.")])
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def arms_section(table: str, run: Recording) -> str:
    """What every arm reached, and which of them broke down."""
    failures = "".join(
        f"<li>{escape(_('{run}: {arm}', run=run.label_of(f.arm), arm=f.text(run.layers)))}</li>"
        for f in run.failures
        if f.arm in run.distinct_arms
    )
    title = escape(_("Arms"))
    return f"<section><h2>{title}</h2>{table}<ul>{failures}</ul></section>"


def charts(run: Recording, offline: bool) -> str:
    """Gradients and losses; `offline` with the library that draws them."""
    shown: list[tuple[str, Any, int]] = [
        (_("Gradient of weights, per layer"), gradient_flow(run), 420),
        (_("Gradient of weights, layers × steps"), gradient_heatmap(run), 110 + 90 * len(run.arms)),
    ]
    if run.tells_loss:
        title = _("Loss")
        if run.drawn is not None:
            title = _("Loss and {score}", score=run.info.score_text)
        shown.append((title, training_curves(run), 420))
    undrawn = _undrawn(offline)
    libraries = [True if offline else "cdn", *[False] * (len(shown) - 1)]
    sections = [
        f"<section><h2>{escape(title)}</h2>{_html(drawn, height, library)}{undrawn}</section>"
        for (title, drawn, height), library in zip(shown, libraries, strict=True)
    ]
    return "".join(sections)


def _undrawn(offline: bool) -> str:
    """Said in the place of a chart where there is none: without a library, and without scripts."""
    why = (
        _("This chart could not be drawn: scripts do not run here.")
        if offline
        else _(
            "This chart could not be drawn: it needs scripts, and plotly.js from the internet. "
            "Numbers of the first and the last step are in the tables below."
        )
    )
    text = escape(why)
    return f'<p class="undrawn" hidden>{text}</p>{_INSTEAD}<noscript><p>{text}</p></noscript>'


def _html(drawn: Any, height: int, library: bool | str) -> str:
    """The first chart brings or names the library for all."""
    html: str = drawn.to_html(
        full_html=False,
        include_plotlyjs=library,
        default_height=f"{height}px",
        config={"displaylogo": False, "responsive": True},
    )
    return html


def folded(title: str, inside: str) -> str:
    """What opens on a click."""
    return f"<details><summary>{escape(title)}</summary>{inside}</details>"
