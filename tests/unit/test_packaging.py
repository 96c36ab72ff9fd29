"""What is installed is what is tested: one set of files, one set of dependencies."""

import json
import re
import subprocess
import sys
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


def test_a_fresh_checkout_has_the_folder_that_streamlit_looks_for_at_its_start() -> None:
    assert (ROOT / "static" / ".gitkeep").is_file()
    assert "!/static/.gitkeep" in (ROOT / ".gitignore").read_text().splitlines()


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


def test_a_server_of_ones_own_choice_reads_the_settings_that_streamlit_run_reads() -> None:
    docker = (ROOT / "Dockerfile").read_text()
    of_container = dict(re.findall(r"^(?:ENV|   ) (\w+)=(\S+)", docker, re.MULTILINE))
    assert asgi.settings_in(of_container) == {"server.fileWatcherType": "none"}
    told = re.findall(r"`(STREAMLIT_\w+)=(\w+)`", (ROOT / "docs" / "hosting.md").read_text())
    assert asgi.settings_in(dict(told)) == {"server.xsrfCookieSameSite": "none"}
    others = {"STREAMLIT_SERVER_PORT": "81", "STREAMLIT_SERVER_RUN_ON_SAVE": "true"}
    assert asgi.settings_in(others) == {"server.port": 81, "server.runOnSave": True}
    assert asgi.config._main_script_path == str(app_folder() / "app.py")
    assert asgi.config.get_option("runner.postScriptGC") is False


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


DESCRIPTION = """
import json, setuptools
setuptools.setup = lambda **given: print(json.dumps(given["long_description"]))
exec(compile(open("setup.py", encoding="utf-8").read(), "setup.py", "exec"),
     {"__file__": "setup.py", "__name__": "setup"})
"""


def test_the_description_on_an_index_leads_to_the_repository_and_shows_its_pictures() -> None:
    made = subprocess.run(
        [sys.executable, "-c", DESCRIPTION], cwd=ROOT, capture_output=True, text=True, check=True
    )
    text = json.loads(made.stdout)
    raw = PROJECT["urls"]["Source"].replace("github.com", "raw.githubusercontent.com")
    targets = re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", text)
    assert len(targets) > 10
    for picture, target in targets:
        assert target.startswith(("https://", "#")), target
        here = f"{raw}/main/" if picture else f"{PROJECT['urls']['Source']}/blob/main/"
        path = target.removeprefix(here)
        if path != target:
            assert (ROOT / path.partition("#")[0]).exists(), target
    assert any(picture for picture, _ in targets)


def test_the_files_a_project_is_met_by_exist_and_agree() -> None:
    citation = (ROOT / "CITATION.cff").read_text()
    assert re.search(r"^version: (\S+)$", citation, re.MULTILINE)[1] == skipviz.__version__
    released = re.search(r'^date-released: "(\S+)"$', citation, re.MULTILINE)[1]
    assert f"## [{skipviz.__version__}] - {released}" in (ROOT / "CHANGELOG.md").read_text()
    assert f'repository-code: "{PROJECT["urls"]["Source"]}"' in citation
    for name in ("CODE_OF_CONDUCT.md", "SECURITY.md", ".github/PULL_REQUEST_TEMPLATE.md",
                 ".github/dependabot.yml", ".github/ISSUE_TEMPLATE/bug.yml"):  # fmt: skip
        assert (ROOT / name).stat().st_size > 100


def test_the_paper_cites_what_its_bibliography_has() -> None:
    paper = (ROOT / "paper" / "paper.md").read_text()
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "paper" / "paper.bib").read_text(), re.MULTILINE)
    assert sorted(set(re.findall(r"@(\w+\d{4})", paper))) == sorted(entries)


def test_the_source_archive_takes_in_tests_and_docs_and_what_they_read() -> None:
    manifest = (ROOT / "MANIFEST.in").read_text()
    for folder in ("docs", "tests", "notebooks", "tools", "pages", "paper", "deploy", ".github"):
        assert f"graft {folder}\n" in manifest
    for name in ("README.zh-CN.md", "requirements*.lock", "Dockerfile", "compose.yaml",
                 ".dockerignore", ".gitignore", "static/.gitkeep"):  # fmt: skip
        assert re.search(rf"^include .*(?<=\s){re.escape(name)}(?=\s)", manifest, re.MULTILINE)


def test_a_space_is_told_the_port_of_the_container() -> None:
    front = (ROOT / ".github" / "space.yml").read_text()
    told = re.search(r"^app_port: (\d+)$", front, re.MULTILINE)[1]
    assert f"PORT={told}" in (ROOT / "Dockerfile").read_text()


def test_workflows_run_commands_that_exist() -> None:
    known = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        for line in re.findall(r"run: make (.+)$", workflow.read_text(), re.MULTILINE):
            assert set(line.split()) <= known, workflow.name


def test_versions_of_python_are_those_that_are_declared_tried_and_told() -> None:
    told = {each.rpartition(" ")[2] for each in PROJECT["classifiers"] if " :: 3." in each}
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    tried = set(re.findall(r'"(3\.\d+)"', workflow.partition("audit:")[0]))
    assert told <= tried
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert lowest in told
    torch = requirements(PROJECT["dependencies"])["torch"].specifier
    oldest = next(each.version for each in torch if each.operator == ">=")
    assert f'torch: "{oldest}.0"' in workflow
