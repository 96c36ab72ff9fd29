"""Tests in a process of their own, in a copy of the code.

The processes are forked from a server that holds what takes long to import and nothing of ours.
"""

import contextlib
import gc
import multiprocessing
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_COPIED = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "build", "static")
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["torch", "pytest", "hypothesis", "networkx", "pydantic", "coverage", "sklearn.datasets"]
)
_MEMORY = 8 * 2**30  # bytes that a mutant may ask for


def copy_of_the_code(place: Path) -> Path:
    """All that tests need, at a new `place`."""
    return shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*_NOT_COPIED))


def run_apart(copy: Path, task: Callable[..., int], *arguments: object) -> int:
    """Call `task` in a new process in `copy`: what it returns, or minus the signal it died of.

    No process that it started outlives it.
    """
    process = _SERVER.Process(target=_run, args=(copy, task, arguments))
    process.start()
    process.join()
    assert process.pid is not None
    assert process.exitcode is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.exitcode


def _run(copy: Path, task: Callable[..., int], arguments: tuple[object, ...]) -> None:
    gc.freeze()  # what the server holds need not be searched for garbage
    os.setsid()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test here needs one; some are slow
    os.chdir(copy)
    sys.path[:] = [str(copy), *(each for each in sys.path if each not in {"", str(ROOT)})]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with Path("output.txt").open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    status = task(*arguments)
    sys.stdout.flush()
    os._exit(status)  # no thread that a test left behind holds it up
