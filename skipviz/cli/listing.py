"""`skipviz list`: the names that the other commands take."""

import argparse
from typing import Any

from skipviz import data, presets
from skipviz.language import _


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("list", help=_("the presets or the data sets, a line each"))
    parser.add_argument("what", choices=["presets", "data"])
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print them; the exit code."""
    kind = presets if arguments.what == "presets" else data
    titles = {name: _(kind.info(name).title) for name in kind.names()}
    widest = max(map(len, titles))
    for name, title in titles.items():
        print(f"{name.ljust(widest)}  {title}")
    return 0
