"""The app on a free loopback port, for the tests of the page and the pictures of README."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds


def running_app(
    log: Path, port: int | None = None, prefix: str = "", **environment: str
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """Start the app of this checkout; yields its address and process id, and ends it all.

    `prefix` is the path that it is served under, as "/lab"; the address is without it.
    """
    port = port or free_port()
    environment |= {"STREAMLIT_SERVER_BASE_URL_PATH": prefix} if prefix else {}
    return running(app_command(port), log, ROOT, port, prefix, **environment)


def app_command(port: int) -> list[str]:
    """What serves the app of the folder it is run in, on the loopback address."""
    options = {
        "server.port": str(port), "server.address": "127.0.0.1", "server.headless": "true",
        "server.fileWatcherType": "none",
    }  # fmt: skip
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", "app.py", *arguments]


@contextlib.contextmanager
def running(
    command: list[str], log: Path, folder: Path, port: int, prefix: str = "", **environment: str
) -> Iterator[tuple[str, int]]:
    """Start a command that serves the app on this port; all its processes are ended."""
    with ended_by_sigterm(), log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}{prefix}/_stcore/health", process, log)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            _end(process)


@contextlib.contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends what is done here as Ctrl+C does: with all that was started on the way.

    Otherwise it would end this process alone, and what has a session of its own would stay.
    """
    if threading.current_thread() is not threading.main_thread():  # others are sent no signals
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The app ended at once:\n{log.read_text()}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(address, timeout=1).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The app did not answer within {PATIENCE} s:\n{log.read_text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server and, by its process group, every worker it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
