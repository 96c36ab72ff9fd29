"""Words of the glossary: marked in the text, defined on hover, focus or touch, and listed."""

import html
import re

import streamlit as st

from skipviz.teaching.glossary import GLOSSARY, MARK, definition


def marked(text: str) -> str:
    """Markdown whose [[terms]] are HTML with a definition that also opens by keyboard and touch."""
    return re.sub(MARK, _term, text.strip())


def _term(mark: re.Match[str]) -> str:
    term, shown = mark["term"], mark["shown"] or mark["term"]
    meaning = html.escape(definition(term), quote=True)
    label = html.escape(f"{shown}: {definition(term)}", quote=True)
    return (
        f'<span class="term" tabindex="0" role="note" aria-label="{label}" '
        f'data-meaning="{meaning}">{html.escape(shown)}</span>'
    )


def glossary() -> None:
    """The searchable list of all terms."""
    st.markdown("## Glossary")
    asked = st.text_input(
        "Search", placeholder="a word of a term or of its meaning", key="glossary_search"
    )
    found = {
        term: meaning
        for term, meaning in sorted(GLOSSARY.items(), key=lambda item: item[0].lower())
        if asked.strip().lower() in f"{term} {meaning}".lower()
    }
    entries = "".join(
        f"<dt>{html.escape(term)}</dt><dd>{html.escape(meaning)}</dd>"
        for term, meaning in found.items()
    )
    st.html(f'<dl class="glossary">{entries}</dl>' if found else "<p>No term has this word.</p>")
