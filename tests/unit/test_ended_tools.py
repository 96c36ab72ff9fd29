"""A tool that is told to end takes what it has started with it."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil

from tools.server import ROOT

PATIENCE = 60  # seconds
TOOL = """
import sys, threading
from pathlib import Path
from tools.server import free_port, running

port, folder = free_port(), Path(sys.argv[1])
command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
with running(command, folder / "log", folder, port) as (_, process):
    print(process, flush=True)
    threading.Event().wait()
"""


def test_sigterm_ends_what_was_started_in_a_session_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "_stcore").mkdir()
    (tmp_path / "_stcore" / "health").touch()
    command = [sys.executable, "-c", TOOL, str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as tool:
        started = psutil.Process(int(tool.stdout.readline()))
        tool.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs([started], timeout=PATIENCE)
        for each in alive:
            each.kill()
        assert alive == []
        assert tool.wait(PATIENCE) != 0
