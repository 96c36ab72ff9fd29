"""What pages and notebooks share of HTML and Markdown."""

import re
from collections.abc import Iterable
from html import escape

_IN_A_NUMBER = re.compile(r"(?<=\d) (?=%|× ?10)|(?<=×) (?=10)")
_MARKS = re.compile(r"([\\`*_\[\]<>$~#|&])")


def escape_markdown(text: str) -> str:
    """Markdown that shows the text itself: no links, pictures, formulas or HTML out of it.

    What begins any of these is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKS.sub(r"\\\1", text)


def escape_html(text: str) -> str:
    """HTML that shows the text itself, with no line broken within a number.

    >>> escape_html("layer 1 gets 1.4 × 10⁻¹⁴ & 9 %").replace("\\u00a0", "~")
    'layer 1 gets 1.4~×~10⁻¹⁴ &amp; 9~%'
    """
    return unbroken(escape(text))


def unbroken(text: str) -> str:
    """With no gap in a number where a line could break."""
    return _IN_A_NUMBER.sub("\u00a0", text)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """An HTML table of texts; the first column is a header of its row."""
    top = "".join(f'<th scope="col">{escape_html(text)}</th>' for text in head)
    body = "".join(f"<tr>{_row(*texts)}</tr>" for texts in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row(first: str, *rest: str) -> str:
    cells = "".join(f"<td>{escape_html(text)}</td>" for text in rest)
    return f'<th scope="row">{escape_html(first)}</th>{cells}'
