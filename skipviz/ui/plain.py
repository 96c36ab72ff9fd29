"""Text from outside, shown as it stands."""

import re

_MARKS = re.compile(r"([\\`*_\[\]<>$~#|&])")


def plain(text: str) -> str:
    """Markdown that shows the text itself: no links, pictures, formulas or HTML out of it.

    What begins any of these is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKS.sub(r"\\\1", text)
