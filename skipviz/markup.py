"""What pages and notebooks share of HTML."""

from collections.abc import Iterable
from html import escape


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """An HTML table of texts; the first column is a header of its row."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(f"<tr>{_row(*texts)}</tr>" for texts in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row(first: str, *rest: str) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
    return f'<th scope="row">{escape(first)}</th>{cells}'
