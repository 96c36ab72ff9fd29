"""What is installed is what is tested: one set of files, one set of dependencies."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import skipviz
from skipviz.ui import asgi
from skipviz.ui.serving.pages import PICTURE
from skipviz.ui.shell.locations import app_folder, command

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirements(lines: list[str]) -> dict[str, Requirement]:
    found = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return {requirement.name: requirement for requirement in found}


def test_the_package_depends_on_what_the_app_is_served_with() -> None:
    served = requirements((ROOT / "requirements.txt").read_text().splitlines())
    assert set(requirements(PROJECT["dependencies"])) == set(served)


def test_the_pinned_torch_is_one_the_package_accepts() -> None:
    served = requirements((ROOT / "requirements.txt").read_text().splitlines())
    pin = next(iter(served["torch"].specifier))
    assert pin.operator == "=="
    assert requirements(PROJECT["dependencies"])["torch"].specifier.contains(pin.version)


@pytest.mark.parametrize("name", ["app.py", "pages/playground.py", ".streamlit/config.toml"])
def test_the_app_folder_holds_what_is_served(name: str) -> None:
    assert (app_folder() / name).is_file()


def test_the_command_serves_that_app() -> None:
    assert command("--server.port", "1")[2:] == [
        "streamlit", "run", str(app_folder() / "app.py"), "--server.port", "1",
    ]  # fmt: skip


def test_the_wheel_takes_in_every_file_that_is_served() -> None:
    setup = (ROOT / "setup.py").read_text()
    patterns = re.findall(r'"([^"]+)"', re.search(r"SERVED = \(([^)]*)\)", setup)[1])
    taken = {path for pattern in patterns for path in ROOT.glob(pattern)}
    used = {ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "assets").glob("*.svg")}
    read = {ROOT / ".streamlit" / "config.toml", ROOT / "assets" / PICTURE}
    examples = set((ROOT / "assets" / "models").glob("*.json"))
    assert used | read | examples == taken


def test_the_changes_of_this_version_are_told() -> None:
    headings = re.findall(r"^## \[(.*?)\](.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert headings[1][0] == skipviz.__version__
    assert re.fullmatch(r" - \d{4}-\d\d-\d\d", headings[1][1])


def test_the_container_gets_every_file_it_copies_and_starts_what_there_is() -> None:
    docker = (ROOT / "Dockerfile").read_text()
    lines = re.findall(r"^COPY (.+) \S+$", docker, re.MULTILINE)
    copied = [name for line in lines for name in line.split()]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    locks = {"requirements.txt", "requirements.lock", "requirements-torch.lock"}
    assert {"app.py", "pages", "skipviz", ".streamlit", "assets"} | locks == set(copied)
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_in
    assert f"!assets/{PICTURE}" in let_in
    assert "uvicorn skipviz.ui.asgi:app" in docker
    assert asgi.app is not None


def test_every_command_that_is_written_down_exists() -> None:
    known = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    written = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("**/*.md")]
    told = {
        name
        for path in written
        for code in re.findall(r"`+[^`]*`+", path.read_text())
        for name in re.findall(r"\bmake ([a-z]\w*)", code)
    }
    assert {"app", "test"} <= told <= known


SERVER = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def test_reruns_wait_for_each_other_so_that_no_click_is_lost() -> None:
    assert SERVER["runner"]["fastReruns"] is False


def test_no_message_relies_on_what_the_browser_may_have_dropped() -> None:
    largest = SERVER["server"]["maxMessageSize"] * 1e6
    assert SERVER["global"]["minCachedMessageSize"] > largest
