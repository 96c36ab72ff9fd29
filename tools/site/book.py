"""The book: the chapters of the page Learn as pages, in the same words.

What a chapter measures when it is opened is measured here on the network the app opens with, or on
the example of the chapter; what a reader has to ask for there is only named.
"""

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import plotly
from plotly.io.json import to_json_plotly

from skipviz import presets
from skipviz.answers import answer
from skipviz.figures import layer_curves_spec, layer_heatmap_spec, training_curves_spec
from skipviz.figures.chart import HEIGHT, chart_spec
from skipviz.language import N_, SOURCE, _, again, language
from skipviz.measures.requests import SkipAtHand
from skipviz.measures.results import Result
from skipviz.runs.requests import Training
from skipviz.runs.run import Run
from skipviz.runs.verdict import verdict
from skipviz.teaching import CHAPTERS, GLOSSARY, Chapter, Section
from skipviz.teaching.chapter import View
from skipviz.teaching.glossary import MARK, said

EXAMPLE = "forward_skip"  # the network of chapters that speak of the reader's own
WORDS = "glossary"
_CHAPTER = re.compile(r"\]\((?:learn)?\?chapter=(\w+)[^)]*\)")
_PAGE = re.compile(r"\[([^\]]+)\]\(\w+\)")  # of the app, which has none here
_EXPERIMENT = re.compile(r"\]\(experiments\?e=\w+\)")
_ABOUT = N_(
    "The chapters of the page **Learn**. There every figure is measured on your own network, and "
    "more of them on request; here on the network the app opens with, or on the example of a "
    "chapter."
)
_ANSWERS: list[tuple[Any, list[Any]]] = []


def write(folder: Path, figures: bool) -> None:
    """A page per chapter, the glossary, and an entrance, in the language of this context."""
    folder.mkdir(parents=True)
    for chapter in CHAPTERS:
        text = "\n\n".join(_chapter(chapter, figures))
        (folder / f"{chapter.id}.md").write_text(f"{text}\n", encoding="utf-8")
    (folder / f"{WORDS}.md").write_text(_glossary(), encoding="utf-8")
    (folder / "index.md").write_text(_entrance(), encoding="utf-8")
    if figures:
        bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        shutil.copy(bundle, folder.parent / "scripts" / "plotly.min.js")


def _entrance() -> str:
    pages = "\n".join([*(chapter.id for chapter in CHAPTERS), WORDS])
    title, about = _("The book"), _(_ABOUT)
    return f"# {title}\n\n{about}\n\n```{{toctree}}\n:maxdepth: 1\n\n{pages}\n```\n"


def _glossary() -> str:
    terms = [(term, *said(term)) for term in sorted(GLOSSARY, key=str.lower)]
    entries = [f"({_anchor(term)})=\n\n**{word}**: {meaning}" for term, word, meaning in terms]
    title = _("Glossary")
    return "\n\n".join([f"# {title}", *entries]) + "\n"


def _chapter(chapter: Chapter, figures: bool) -> Iterator[str]:
    yield f"# {_(chapter.title)}"
    yield _(chapter.summary)
    for place, section in enumerate(chapter.sections):
        yield f"## {_(section.title)}"
        yield marked(_(section.text))
        if figures:
            yield from _measured(section, f"{chapter.id}-{place}")


def marked(text: str) -> str:
    """Words of the glossary as links to it; links into the app as links to what stands here."""
    text = _CHAPTER.sub(r"](\1.md)", _EXPERIMENT.sub("](../docs/experiments.md)", text))
    text = _PAGE.sub(r"**\1**", text)
    return MARK.sub(lambda m: f"[{m['shown'] or m['term']}](#{_anchor(m['term'])})", text)


def _anchor(term: str) -> str:
    """A name for a place; names are those of the whole site, which has a book per language."""
    book = "" if language() == SOURCE else f"{language()}-"
    return f"term-{book}" + "".join(c if c.isalnum() else "-" for c in term.lower())


def _measured(section: Section, name: str) -> Iterator[str]:
    if section.starts == "on request":
        later = _("The page Learn measures this on request.")
        yield f"*{later}*"
        return
    request = _request(section)
    if isinstance(request, Training):
        info = request.own.info if request.own else None
        run = Run(request.network, request.settings, _answered(request), info=info)
        yield _said_first(str(verdict(run)))
        for view in section.views:
            yield _figure(f"{name}-{view}", _spec(run, view))
    else:
        *__, result = _answered(request)
        yield from _result(result, name)


def _said_first(said: str) -> str:
    measured = _("Measured:")
    return f"> **{measured}** {said}"


def _answered(request: Any) -> list[Any]:
    """What answers it, computed once for the books of all languages."""
    for asked, answered in _ANSWERS:
        if asked == request:
            return answered
    _ANSWERS.append((request, list(answer(request))))
    return _ANSWERS[-1][1]


def _request(section: Section) -> Any:
    live = section.live
    if isinstance(live, type):
        network = presets.load(EXAMPLE)
        return live(network, "digits", 0, network.skips[0].ends)
    assert not isinstance(live, SkipAtHand)
    return live


def _spec(run: Run, view: View) -> Mapping[str, Any]:
    match view:
        case "training":
            return training_curves_spec(run)
        case "heatmap":
            return layer_heatmap_spec(run)
        case _:
            return layer_curves_spec(run, view)


def _result(result: Result, name: str) -> Iterator[str]:
    yield _said_first(again(result.verdict))
    yield from (f"$$\n{formula}\n$$" for formula in result.formulas)
    if result.numbers:
        rows = "\n".join(
            f"| {again(number.label)} | {again(number.text)} |" for number in result.numbers
        )
        yield f"| | |\n|---|---|\n{rows}"
    if result.table is not None:
        head, *lines = result.table.head, ("---",) * len(result.table.head), *result.table.rows
        said = [" | ".join(map(again, line)) for line in (head, *lines)]
        yield "\n".join(f"| {line} |" for line in said)
    if result.figure is not None:
        yield _figure(name, chart_spec(result.figure))
    yield f"*{again(result.note)}*"


def _figure(name: str, spec: Mapping[str, Any]) -> str:
    """A chart that the browser draws, on a light ground, as wide as the page."""
    drawn: str = to_json_plotly({"data": spec["data"], "layout": spec["layout"]})
    figure = drawn.replace("</", "<\\/")
    place = html.escape(name)
    return (
        "```{raw} html\n"
        f'<div class="measured" id="{place}" style="height:{HEIGHT}px"></div>'
        f'<script>addEventListener("load", () => Plotly.newPlot("{place}", '
        f"Object.assign({figure}, {{config: {{responsive: true, displaylogo: false}}}})))"
        "</script>\n"
        "```"
    )
