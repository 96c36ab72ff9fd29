"""What the container installs is what is declared, every file by its hash; and what is audited."""

import json
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.audit import packages, told
from tools.lock import LOCK, ROOT, TORCH_LOCK, wanted

LOCKED = {canonicalize_name(name): v for name, v in packages(LOCK.read_text()).items()}
HASHED = re.compile(r"^[\w.-]+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+$", re.MULTILINE)


@pytest.mark.parametrize("requirement", wanted(), ids=lambda each: each.name)
def test_what_is_declared_is_locked_in_a_version_that_will_do(requirement: Requirement) -> None:
    version = LOCKED[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version)


def test_the_locked_torch_is_the_one_that_is_pinned() -> None:
    pinned = re.search(r"^torch==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert packages(TORCH_LOCK.read_text()) == {"torch": pinned[1]}
    assert "torch" not in LOCKED


@pytest.mark.parametrize("lock", [LOCK, TORCH_LOCK], ids=lambda path: path.name)
def test_every_locked_file_has_its_hash(lock) -> None:
    text = "\n".join(line for line in lock.read_text().splitlines() if not line.startswith("#"))
    assert HASHED.sub("", text).strip() == ""
    assert len(HASHED.findall(text)) == len(packages(text))


def test_the_container_installs_nothing_but_what_is_locked() -> None:
    docker = (ROOT / "Dockerfile").read_text()
    hashed = re.findall(r"pip install [^;&]*--require-hashes -r (\S+)", docker)
    assert hashed == [TORCH_LOCK.name, LOCK.name]
    others = [line for line in re.findall(r"pip install .*", docker) if "hashes" not in line]
    assert len(others) == 1  # torch for a GPU or another processor, whose hash nobody knows
    assert "grep '^torch=='" in others[0]
    base = r"^ARG BASE=python:3\.11-slim@sha256:[0-9a-f]{64}\nFROM \$\{BASE\}$"
    assert re.search(base, docker, re.MULTILINE)


PINNED = {"numpy": "2.4.6", "torch": "2.13.0"}
WELL = {"name": "numpy", "version": "2.4.6", "vulns": []}
ILL = {
    "name": "torch",
    "version": "2.13.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.14"]}],
}
SKIPPED = {"name": "torch", "skip_reason": "not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ([WELL, {**ILL, "vulns": []}], 0, "2 of 2 packages looked up, 0 advisories"),
        ([WELL, ILL], 1, "torch 2.13.0: PYSEC-1, fixed in 2.14"),
        ([WELL, SKIPPED], 2, "not looked up: torch 2.13.0 (not found on PyPI)"),
        ([WELL], 2, "not looked up: torch 2.13.0 (no answer)"),
    ],
)
def test_an_audit_says_what_it_could_not_look_up(found, code, words) -> None:
    text, ended = told(PINNED, json.dumps({"dependencies": found}), "")
    assert ended == code
    assert words in text


def test_an_audit_without_a_network_is_no_good_news() -> None:
    text, code = told(PINNED, "", "Traceback\nConnectionError: no route")
    assert code == 2
    assert text == "None of 2 packages could be looked up: ConnectionError: no route"
