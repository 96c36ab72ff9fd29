"""The words of the glossary, listed."""

import html

import streamlit as st

from skipviz.language import SOURCE, _
from skipviz.teaching.glossary import GLOSSARY, said


def glossary() -> None:
    """The searchable list of all terms."""
    title, none = _("Glossary"), _("No term has this word.")
    st.markdown(f"# {title}")
    asked = st.text_input(
        _("Search"), placeholder=_("a word of a term or of its meaning"), key="glossary_search"
    )
    entire = [(term, *said(term)) for term in sorted(GLOSSARY, key=str.lower)]
    found = [entry for entry in entire if asked.strip().lower() in " ".join(entry).lower()]
    entries = "".join(
        f"<dt>{_headed(term, word)}</dt><dd>{html.escape(meaning)}</dd>"
        for term, word, meaning in found
    )
    listed = f'<dl class="glossary">{entries}</dl>'
    st.html(listed if found else f"<p>{html.escape(none)}</p>")


def _headed(term: str, word: str) -> str:
    """The term, and in other languages the English one, by which papers and the list go."""
    english = "" if word == term else f' <span lang="{SOURCE}">{html.escape(term)}</span>'
    return html.escape(word) + english
