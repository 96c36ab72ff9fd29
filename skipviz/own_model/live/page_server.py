"""The process that serves the page of a model that runs here: on the loopback interface alone."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path
from time import monotonic
from typing import IO, NamedTuple

from skipviz.language import _
from skipviz.own_model.live.source import LOOPBACK, Source

VARIABLE = "SKIPVIZ_WATCH"
"""Tells the server where the model is: port, key, and the token of the page."""
PATIENCE = 90.0  # seconds until it must have come for the model
_PACKAGE = Path(__file__).parents[2]


class Place(NamedTuple):
    """Where a model is to be followed, and by what word of the address a visitor may."""

    port: int
    key: str
    token: str


def place_told() -> Place | None:
    """What the environment of this process says; None where it is no page of a model."""
    words = os.environ.get(VARIABLE, "").split()
    if len(words) != 3 or not words[0].isdigit():
        return None
    return Place(int(words[0]), words[1], words[2])


class PageServer:
    """Started with the source of a model; it ends by itself once the model has gone and nobody
    looks at what is left."""

    def __init__(self, source: Source, port: int | None = None) -> None:
        """OSError where the port is taken or the server does not come up."""
        self._token = secrets.token_urlsafe(32)
        self._port = free_port(port)
        with tempfile.TemporaryFile() as log:
            self._process = subprocess.Popen(
                _command(self._port),
                cwd=_PACKAGE.parent,
                env=_environment(source, self._token),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C is meant for the loop
            )
            self._wait(source, log)

    @property
    def runs(self) -> bool:
        """Whether it serves."""
        return self._process.poll() is None

    @property
    def address(self) -> str:
        """Of the page, with the token that lets in."""
        return f"http://{LOOPBACK}:{self._port}/model?watch={self._token}"

    def open(self, browser: bool) -> str:
        """Say where the page is, and open it in the browser where that is wanted."""
        print(_("Your model, live: {address}", address=self.address), flush=True)
        if browser:
            webbrowser.open(self.address)
        return self.address

    def end(self) -> None:
        """End it at once."""
        self._process.terminate()
        self._process.wait()

    def _wait(self, source: Source, log: IO[bytes]) -> None:
        """Until it has come for the model."""
        deadline = monotonic() + PATIENCE
        while not source.wait_for_reader(0.2):
            if not self.runs or monotonic() > deadline:
                if self.runs:
                    self.end()
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()
                raise OSError(
                    _(
                        "The page could not be served: {said}",
                        said=" ".join(said[-3:]) or _("no word."),
                    )
                )


def _command(port: int) -> list[str]:
    app = [sys.executable, "-m", "skipviz.cli", "app", "--address", LOOPBACK, "--port", str(port)]
    return [*app, "--headless", "--", "--server.fileWatcherType", "none"]


def _environment(source: Source, token: str) -> dict[str, str]:
    paths = [str(_PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        VARIABLE: f"{source.port} {source.key} {token}",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def free_port(port: int | None = None) -> int:
    """The port, or any free one; OSError where it cannot be had."""
    with socket.socket() as probe:
        if sys.platform != "win32":  # there it would let two listen
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port or 0))
        except OSError as error:
            raise OSError(
                _(
                    "Port {port} of {address}: {why}. Take another, or name none: then a free "
                    "one is found.",
                    port=port,
                    address=LOOPBACK,
                    why=error.strerror,
                )
            ) from error
        found: int = probe.getsockname()[1]
    return found
