"""The words of the glossary, listed."""

import html

import streamlit as st

from skipviz.teaching.glossary import GLOSSARY


def glossary() -> None:
    """The searchable list of all terms."""
    st.markdown("# Glossary")
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
