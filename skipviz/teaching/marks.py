"""Terms marked in texts: [[term]], or [[term|as written]]."""

import re

MARK = re.compile(r"\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]")


def terms(text: str) -> list[str]:
    """The terms marked in a text, in order."""
    return [mark["term"] for mark in MARK.finditer(text)]
