"""The command line: `skipviz study|train|export|list|open|app`, see `skipviz --help`."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from skipviz import __version__
from skipviz.cli import export, listing, open_model, serve, study, train
from skipviz.cli.errors import CommandError
from skipviz.cli.words import Help, speak_in_help
from skipviz.data import DataError
from skipviz.language import N_, _
from skipviz.network import NetworkError
from skipviz.studies import StudyError

EXPECTED = (CommandError, StudyError, NetworkError, DataError, OSError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. What goes wrong is a line each on stderr and code 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # "∂" is not in every encoding of a terminal
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output has enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except EXPECTED as error:
        for line in _text(error).splitlines():
            print(f"skipviz: {' '.join(line.split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("skipviz: stopped"), file=sys.stderr)
        return 130
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, **options)

    def error(self, message: str) -> NoReturn:
        raise CommandError(
            _("{message}. See {program} --help.", message=message, program=self.prog)
        )


def _text(error: Exception) -> str:
    """The message; of an error of the system its file and what is wrong with it."""
    if isinstance(error, OSError) and error.filename is not None:
        return _("{file}: {why}.", file=error.filename, why=error.strerror)
    return str(error)


def _parser() -> argparse.ArgumentParser:
    speak_in_help()
    parser = _Parser(prog="skipviz", description=_(_ABOUT))
    parser.add_argument(
        "--version",
        action="version",
        version=f"skipviz {__version__}",
        help=_("show program's version number and exit"),
    )
    commands = parser.add_subparsers(
        title=_("commands"), metavar="COMMAND", required=True, parser_class=_Parser
    )
    for command in (study, train, export, listing, open_model, serve):
        command.declare(commands)
    return parser


_ABOUT = N_(
    "Networks with skip connections: train them, sweep over them, see every layer's gradient."
)
