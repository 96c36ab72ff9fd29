"""`skipviz app`: the app in the browser."""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
from typing import Any

from skipviz.cli.errors import CommandError
from skipviz.language import _
from skipviz.ui.shell.locations import app_folder, command


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("app", help=_("open the app in the browser"))
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost", help=_("interface to listen on"))
    parser.add_argument("--headless", action="store_true", help=_("open no browser"))
    parser.add_argument(
        "more", nargs="*", metavar="-- OPTION", help=_("options of `streamlit run`, after --")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until it is ended; the exit code of Streamlit.

    The server takes the place of this process, so that whoever ends it ends the server.
    """
    served = command(*options(arguments))
    with contextlib.suppress(OSError):  # else Streamlit warns of a folder that the server makes
        (app_folder() / "static").mkdir(exist_ok=True)
    if sys.platform != "win32":  # there a program that takes a place is a child all the same
        os.execv(served[0], served)
    return subprocess.run(served, check=False).returncode


def options(arguments: argparse.Namespace) -> list[str]:
    """What is handed on to `streamlit run`."""
    if not 0 < arguments.port < 65536:
        raise CommandError(_("{port} is no port; take one from 1 to 65535.", port=arguments.port))
    _free(arguments.address, arguments.port)
    told = ["--server.port", str(arguments.port), "--server.address", arguments.address]
    told += ["--server.headless", "true"] if arguments.headless else []
    return [*told, *arguments.more]


def _free(address: str, port: int) -> None:
    """CommandError where nobody can listen: no such address, or somebody listens already."""
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        family, kind, *__, place = found
        with socket.socket(family, kind) as probe:
            if sys.platform != "win32":  # there it would let two listen
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except UnicodeError:  # a label of more than 63 characters, or none between two dots
        raise CommandError(_("{address} is no address.", address=address)) from None
    except OSError as error:
        raise CommandError(
            _(
                "Port {port} of {address}: {why}. Try another.",
                port=port,
                address=address,
                why=error.strerror,
            )
        ) from None
