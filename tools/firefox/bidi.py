"""A small client of WebDriver BiDi (https://w3c.github.io/webdriver-bidi), for one tab of Firefox.

Playwright drives only a Firefox of its own making. This one is what the system has.
"""

import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tools.server import free_port

NAMES = ("firefox-esr", "firefox")
START = 90  # seconds until Firefox listens
PATIENCE = 90.0  # seconds until a condition holds, on a busy machine
PAUSE = 0.1
HELP = "No Firefox. Debian: sudo apt-get install firefox-esr; Ubuntu: sudo snap install firefox."


class BidiError(RuntimeError):
    """What Firefox answered instead of a result."""


class Tab:
    """One tab; what its console says of errors is collected in `errors`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.errors: list[str] = []
        self.send("session.new", capabilities={})
        tree = self.send("browsingContext.getTree")
        self.context: str = tree["contexts"][0]["context"]
        self.send("session.subscribe", events=["log.entryAdded"])

    def send(self, method: str, **parameters: object) -> Any:
        """Send a command and wait for its result; events that come before it are heard."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE))
            if message.get("id") == number:
                break
            self._hear(message)
        if message["type"] == "error":
            raise BidiError(f"{method}: {message['error']}: {message['message']}")
        return message["result"]

    def size(self, width: int, height: int) -> None:
        """Of the page, in CSS pixels."""
        self._here("browsingContext.setViewport", viewport={"width": width, "height": height})

    def go(self, address: str) -> None:
        """Open an address and wait until the page is read."""
        self._here("browsingContext.navigate", url=address, wait="complete")

    def script(self, function: str, *arguments: str | float) -> Any:
        """What a JavaScript function returns for these arguments; a string, number or boolean."""
        said = self.send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[
                {"type": "string" if isinstance(each, str) else "number", "value": each}
                for each in arguments
            ],
            target={"context": self.context},
            awaitPromise=True,
        )
        if said["type"] == "exception":
            raise BidiError(said["exceptionDetails"]["text"])
        return said["result"].get("value")

    def wait_for(self, what: str, function: str, *arguments: str | float) -> Any:
        """Look again until a function returns something true, and return that."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.script(function, *arguments)):
            if time.monotonic() > deadline:
                raise BidiError(f"In vain waited for: {what}.")
            time.sleep(PAUSE)
        return found

    def pointer(self, *path: tuple[float, float]) -> None:
        """Press at the first place, move over the others as a hand does, and let go at the last."""
        first, *others = [{"x": round(x), "y": round(y)} for x, y in path]
        actions = [
            {"type": "pointerMove", **first},
            {"type": "pointerDown", "button": 0},
            *({"type": "pointerMove", "duration": 120, **each} for each in others),
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self._here("input.performActions", actions=[mouse])

    def picture(self, path: Path) -> None:
        """Write what is on the screen as PNG."""
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b64decode(self._here("browsingContext.captureScreenshot")["data"]))

    def _here(self, method: str, **parameters: object) -> Any:
        return self.send(method, context=self.context, **parameters)

    def _hear(self, message: dict[str, Any]) -> None:
        entry = message.get("params", {})
        if message.get("method") == "log.entryAdded" and entry["level"] == "error":
            self.errors.append(str(entry["text"]))


@contextlib.contextmanager
def opened_tab() -> Iterator[Tab]:
    """A tab of a headless Firefox with a profile of its own; both are gone afterwards."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise SystemExit(HELP)
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", "--no-remote", "--profile", profile]
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with _connected(f"ws://127.0.0.1:{port}/session") as socket:
                yield Tab(socket)
        finally:
            process.terminate()
            process.wait(30)


def _connected(address: str) -> ClientConnection:
    deadline = time.monotonic() + START
    while True:
        try:
            return connect(address, max_size=None, proxy=None)
        except (OSError, WebSocketException):
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
