"""The command line: `skipviz study|train|export|app`, see `skipviz --help`."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from skipviz.cli import export, serve, study, train
from skipviz.cli.faults import CommandError
from skipviz.data import DataError
from skipviz.network import NetworkError
from skipviz.studies import StudyError

EXPECTED = (CommandError, StudyError, NetworkError, DataError, OSError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. What goes wrong is one line on stderr and code 2."""
    try:
        arguments = _parser().parse_args(argv)
        code: int = arguments.run(arguments)
    except EXPECTED as error:
        print(f"skipviz: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("skipviz: stopped", file=sys.stderr)
        return 130
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message}. See {self.prog} --help.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="skipviz", description=_ABOUT)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=_Parser
    )
    for command in (study, train, export, serve):
        command.declare(commands)
    return parser


_ABOUT = "Networks with skip connections: train them, sweep over them, see every layer's gradient."
