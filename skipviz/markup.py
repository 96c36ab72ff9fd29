"""What pages and notebooks share of HTML and Markdown."""

import re
from collections.abc import Iterable
from html import escape

_MARKS = re.compile(r"([\\`*_\[\]<>$~#|&])")


def escape_markdown(text: str) -> str:
    """Markdown that shows the text itself: no links, pictures, formulas or HTML out of it.

    What begins any of these is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKS.sub(r"\\\1", text)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """An HTML table of texts; the first column is a header of its row."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(f"<tr>{_row(*texts)}</tr>" for texts in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row(first: str, *rest: str) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
    return f'<th scope="row">{escape(first)}</th>{cells}'
