"""What argparse itself says, in the language of the shell, and help in lines that fit it."""

import argparse
import re

from skipviz.language import N_, template
from skipviz.text import columns_of

WORDS = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
)
_PIECES = re.compile(r"[\u2e80-\uffff][，。；：、）”]*|[^\s\u2e80-\uffff]+[，。；：、）”]*|\s+")


def speak_in_help() -> None:
    """Let argparse look up its words in our catalogues, by the gettext it has."""
    argparse._ = template  # type: ignore[attr-defined]


class Help(argparse.HelpFormatter):
    """Lines break between Chinese characters, each as wide as two letters."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        if text.isascii():
            return super()._split_lines(text, width)
        lines = [""]
        for piece in _PIECES.findall(" ".join(text.split())):
            if columns_of(lines[-1] + piece.rstrip()) > width:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
        return [line.rstrip() for line in lines]

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in self._split_lines(text, width))
