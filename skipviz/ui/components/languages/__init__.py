"""The switch of languages in the header, and the messages that the scripts of the page say.

The HTML of a page begins with the messages of its language (`head_script`), so that the first paint
and every component have them. Another language is fetched once, when it is chosen.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from skipviz.catalogues import Catalogue
from skipviz.language import LOCALES, NAMES, catalogue, language
from skipviz.ui.components.bundle import bundle

ADDRESS = "messages.json"  # relative to the address of the app
KEY = "languages"
_HERE = Path(__file__).parent


def language_switch(on_choose: Callable[[], None]) -> None:
    """Draw it; a click triggers `on_choose`, the state under `KEY` then holds `chosen`, a tag."""
    component = st.components.v2.component(
        "skipviz_languages", html='<div class="languages"></div>', css=_style(), js=_script()
    )
    spoken = language()
    data = {
        "spoken": _known(spoken),
        "others": [_known(tag) for tag in NAMES if tag != spoken],
    }
    component(key=KEY, data=data, on_chosen_change=on_choose)


def head_script() -> str:
    """For the head of a page: the messages of the language of this context."""
    tag = language()
    if tag not in LOCALES:
        return ""
    known = f'{{"en":{{}},"{tag}":{messages_json(tag)}}}'.replace("<", "\\u003c")
    return f'<script>globalThis.skipvizSpoken={{tag:"{tag}",known:{known}}}</script>'


@functools.cache
def messages_json(tag: str) -> str:
    """What the scripts say in a language, by what stands in their code."""
    found = catalogue(tag)
    said = dict(found.of_scripts) if isinstance(found, Catalogue) else {}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def html_tag(tag: str) -> str:
    """The name of a language in HTML (BCP 47).

    >>> html_tag("zh"), html_tag("en")
    ('zh-CN', 'en')
    """
    return LOCALES.get(tag, tag).replace("_", "-")


def _known(tag: str) -> dict[str, str]:
    """What the script is told of a language; its address changes with its messages."""
    digest = hashlib.sha256(messages_json(tag).encode()).hexdigest()[:12]
    address = f"{ADDRESS}?lang={tag}&v={digest}"
    return {"tag": tag, "name": NAMES[tag], "html": html_tag(tag), "messages": address}


@functools.cache
def _script() -> str:
    return bundle(_HERE, ("messages.js",), "switch.js")


@functools.cache
def _style() -> str:
    return (_HERE / "switch.css").read_text(encoding="utf-8")
