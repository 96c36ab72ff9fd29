"""Every command on README and in the docs runs as it stands there, on ports of its own.

What a reader runs in a folder of their own is run in one: with the files that a page speaks of,
and studies cut down to a few runs on one process. A server is asked for its page and ended.
"""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.test_open import GOOD
from tools import dask_processes
from tools.server import ROOT, ended_by_sigterm, free_port, running

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?:sh|bash|console|shell)\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
SCHEDULER = "tcp://10.0.0.1:8786"
NOT_RUN = {
    r"pip install ": "fetches packages; `make wheel` and the release workflow install them",
    r"docker |digest=": "needs Docker; a job of CI builds and asks the image",
}
SMALL = 'depth = [2, 4]\nwidth = 8\nnorm = ["none", "layer"]\npattern = ["none", "every 2"]\n'
PATIENCE = 600  # seconds until a command counts as hanging


def commands() -> list[str]:
    """Each once: the lines of the blocks, without comments, taken apart at &&."""
    texts = (page.read_text(encoding="utf-8") for page in PAGES)
    lines = (line for text in texts for block in BLOCK.findall(text) for line in block.splitlines())
    parts = (part for line in lines for part in re.sub(r"\s+#.*", "", line).split(" && "))
    return [*dict.fromkeys(part.strip() for part in parts if part.strip())]


def why_not(command: str) -> str | None:
    return next((why for start, why in NOT_RUN.items() if re.match(start, command)), None)


RUN = [command for command in commands() if why_not(command) is None]
SERVED = [
    command for command in RUN if re.search(r"(skipviz|streamlit) (app|run)|uvicorn", command)
]
CLUSTER = [command for command in RUN if re.match(r"([A-Z_]+=\S+ )*dask ", command)]
MADE = [command for command in RUN if command.startswith("make ")]
OPENED = [command for command in RUN if command.startswith("skipviz open")]
PLAIN = [each for each in RUN if each not in {*SERVED, *CLUSTER, *MADE, *OPENED}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader stands: the checkout, and what the pages take for granted."""
    place = tmp_path_factory.mktemp("reader")
    for name in ("app.py", "pages", "assets", ".streamlit", "skipviz"):
        (place / name).symlink_to(ROOT / name)
    (place / "docs" / "studies").mkdir(parents=True)
    for study in ("docs/studies/depth.toml", "sweep.toml"):
        (place / study).write_text(SMALL + "seeds = 1\n", encoding="utf-8")
    (place / "my_model.py").write_text(GOOD, encoding="utf-8")
    tools = place / "bin"
    tools.mkdir()
    (tools / "skipviz").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m skipviz.cli "$@"\n')
    (tools / "skipviz").chmod(0o755)
    return place


@pytest.fixture(scope="module")
def surroundings(folder: Path) -> dict[str, str]:
    """What is installed is found, and no browser opens."""
    tools = [str(folder / "bin"), str(Path(sys.executable).parent)]
    path = os.pathsep.join([*tools, os.environ["PATH"]])
    told = {"PATH": path, "PYTHONPATH": str(ROOT), "BROWSER": "true", "OMP_NUM_THREADS": "1"}
    return told | {"STREAMLIT_SERVER_HEADLESS": "true"}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with a worker, in place of that of the docs."""
    place = tmp_path_factory.mktemp("dask")
    with (
        dask_processes.scheduler(place) as address,
        dask_processes.workers(address, place, 1, "--no-nanny"),
    ):
        yield address


def ran(command: str, folder: Path, surroundings: dict[str, str]) -> str:
    made = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


@contextlib.contextmanager
def begun(
    command: str, folder: Path, surroundings: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on, ended with all it has started; soon or late, whoever reads it."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    arguments = {"cwd": folder, "env": os.environ | surroundings, "start_new_session": True}
    with ended_by_sigterm():
        process = subprocess.Popen(["env", *shlex.split(command)], **pipes, **arguments)  # type: ignore[call-overload]
        silent = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        silent.start()
        try:
            yield process
        finally:
            silent.cancel()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            process.stdout.close()


def test_there_are_commands_of_every_kind_and_no_excuse_without_one() -> None:
    assert min(map(len, (SERVED, CLUSTER, MADE, OPENED, PLAIN))) > 0
    for start in NOT_RUN:
        assert any(re.match(start, command) for command in commands()), start


@pytest.mark.parametrize("command", PLAIN)
def test_a_command_does_what_it_says(
    command: str, folder: Path, surroundings: dict[str, str], request: pytest.FixtureRequest
) -> None:
    if SCHEDULER in command:
        command = command.replace(SCHEDULER, request.getfixturevalue("scheduler"))
    if "--address" not in command:
        command = re.sub(r"(skipviz study.*?)(?: --workers \d+)?$", r"\1 --workers 1", command)
    if command.startswith("sqlite3 "):
        command = command.replace("32", "4")  # of the study that is cut down
    assert ran(command, folder, surroundings).strip()


@pytest.mark.parametrize("command", SERVED)
def test_a_server_serves_its_page(
    command: str, folder: Path, surroundings: dict[str, str], request: pytest.FixtureRequest
) -> None:
    if SCHEDULER in command:
        command = command.replace(SCHEDULER, request.getfixturevalue("scheduler"))
    words = shlex.split(command)
    told = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    port = free_port()
    option = "--server.port" if words[0] == "streamlit" else "--port"
    arguments = [word for word in words[len(told) :] if word not in {"--port", "8501"}]
    program = {"python": [sys.executable], "skipviz": [str(folder / "bin" / "skipviz")]}
    start = program.get(arguments[0], [str(Path(sys.executable).parent / arguments[0])])
    served = [*start, *arguments[1:], option, str(port)]
    log = folder / "served.log"
    with (
        running(served, log, folder, port, **surroundings, **told) as (address, _),
        urllib.request.urlopen(address, timeout=PATIENCE) as page,
    ):
        assert b"<title>" in page.read()
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("command", OPENED)
def test_a_model_is_opened(command: str, folder: Path, surroundings: dict[str, str]) -> None:
    with begun(command, folder, surroundings) as process:
        said = ""
        while not (address := re.search(r"http://\S+", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        with urllib.request.urlopen(address.group(), timeout=PATIENCE) as page:
            assert page.status == 200


@pytest.mark.parametrize("command", CLUSTER)
def test_a_part_of_a_cluster_starts(
    command: str, folder: Path, surroundings: dict[str, str], request: pytest.FixtureRequest
) -> None:
    is_scheduler = "dask scheduler" in command
    address = "" if is_scheduler else request.getfixturevalue("scheduler")
    port = free_port()
    command = command.replace(SCHEDULER, address)
    command += f" --host 127.0.0.1 --port {port}" if is_scheduler else " --host 127.0.0.1"
    awaited = "Scheduler at:" if is_scheduler else "Registered to:"
    with begun(command, folder, surroundings) as process:
        said = ""
        while awaited not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        if is_scheduler:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()


@pytest.mark.parametrize("command", MADE)
def test_make_knows_what_it_is_asked_for(command: str) -> None:
    """What it does is run by CI; here it is only looked up, for it sets up an environment."""
    assert ran(f"{command} --dry-run", ROOT, {}).strip()
