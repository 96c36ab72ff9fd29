"""Words of the glossary in a text: defined on hover, focus or touch."""

import html
import re

from skipviz.teaching.glossary import MARK, definition

_IN_SENTENCES = {
    "starved": "starved",
    "cut off": "cut off",
    "chance": "chance",
    "R²": "R²",
    "vanishing": "vanishing gradient",
    "explodes": "exploding gradient",
    "largest gradient": "gradient of the weights",
    "training loss": "loss",
    "learned scale": "branch scale",
    "learned scales": "branch scale",
    "signal": "signal",
}
"""How the verdict of a run says a term of the glossary."""
_SPOKEN = re.compile(rf"\b({'|'.join(sorted(_IN_SENTENCES, key=len, reverse=True))})(?!\w)")


def term_html(term: str, shown: str) -> str:
    """A word with its definition, which also opens by keyboard and touch."""
    meaning = html.escape(definition(term), quote=True)
    return (
        f'<span class="term" tabindex="0" role="note" aria-description="{meaning}" '
        f'data-meaning="{meaning}">{html.escape(shown)}</span>'
    )


def marked(text: str) -> str:
    """Markdown whose [[terms]] are HTML with a definition."""
    return re.sub(
        MARK, lambda mark: term_html(mark["term"], mark["shown"] or mark["term"]), text.strip()
    )


def explained(text: str, known: set[str]) -> str:
    """Plain text as HTML with the terms of verdicts defined, but those `known` by now."""
    parts = _SPOKEN.split(text)  # what matched stands at the odd places
    return "".join(
        _once(part, known) if place % 2 else html.escape(part) for place, part in enumerate(parts)
    )


def _once(word: str, known: set[str]) -> str:
    term = _IN_SENTENCES[word]
    if term in known:
        return html.escape(word)
    known.add(term)
    return term_html(term, word)
