"""Words of the glossary in a text: defined on hover, focus or touch."""

import html
import re
from functools import cache

from skipviz.language import N_, _
from skipviz.markup import escape_html, unbroken
from skipviz.teaching.glossary import MARK, definition

_IN_SENTENCES = {
    N_("starved"): "starved",
    N_("cut off"): "cut off",
    N_("chance"): "chance",
    N_("R²"): "R²",
    N_("vanishing"): "vanishing gradient",
    N_("explodes"): "exploding gradient",
    N_("largest gradient"): "gradient of the weights",
    N_("training loss"): "loss",
    N_("learned scale"): "branch scale",
    N_("learned scales"): "branch scale",
    N_("signal"): "signal",
}
"""How the verdict of a run says a term of the glossary."""


def term_html(term: str, shown: str) -> str:
    """A word with its definition, which also opens by keyboard and touch."""
    meaning = html.escape(definition(term), quote=True)
    return (
        f'<span class="term" tabindex="0" role="note" aria-description="{meaning}" '
        f'data-meaning="{meaning}">{escape_html(shown)}</span>'
    )


def marked(text: str) -> str:
    """Markdown whose [[terms]] are HTML with a definition."""
    return re.sub(
        MARK,
        lambda mark: term_html(mark["term"], mark["shown"] or mark["term"]),
        unbroken(text.strip()),
    )


def explained(text: str, known: set[str]) -> str:
    """Plain text as HTML with the terms of verdicts defined, but those `known` by now."""
    said = {str(_(word)): term for word, term in _IN_SENTENCES.items()}
    parts = _spoken(*said).split(text)  # what matched stands at the odd places
    return "".join(
        _once(part, said[part], known) if place % 2 else escape_html(part)
        for place, part in enumerate(parts)
    )


@cache
def _spoken(*words: str) -> re.Pattern[str]:
    """Finds whole words; Chinese has no gaps between them."""
    each = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9_])({each})(?![A-Za-z0-9_])")


def _once(word: str, term: str, known: set[str]) -> str:
    if term in known:
        return escape_html(word)
    known.add(term)
    return term_html(term, word)
