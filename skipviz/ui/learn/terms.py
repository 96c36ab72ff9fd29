"""The words of the glossary, listed."""

import html

import streamlit as st

from skipviz.language import SOURCE, _
from skipviz.teaching.glossary import GLOSSARY


def glossary() -> None:
    """The searchable list of all terms."""
    title, none = _("Glossary"), _("No term has this word.")
    st.markdown(f"# {title}")
    asked = st.text_input(
        _("Search"), placeholder=_("a word of a term or of its meaning"), key="glossary_search"
    )
    found = [
        (term, _(term), _(meaning))
        for term, meaning in sorted(GLOSSARY.items(), key=lambda item: item[0].lower())
        if asked.strip().lower() in f"{term} {_(term)} {_(meaning)}".lower()
    ]
    entries = "".join(
        f"<dt>{_headed(term, said)}</dt><dd>{html.escape(meaning)}</dd>"
        for term, said, meaning in found
    )
    listed = f'<dl class="glossary">{entries}</dl>'
    st.html(listed if found else f"<p>{html.escape(none)}</p>")


def _headed(term: str, said: str) -> str:
    """The term, and in other languages the English one, by which papers and the list go."""
    own = "" if said == term else f' <span lang="{SOURCE}">{html.escape(term)}</span>'
    return html.escape(said) + own
