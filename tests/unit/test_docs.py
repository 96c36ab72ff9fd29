"""The docs run, lead somewhere, and name every room of the house."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
CODE = re.compile(r"```python\n(.*?)```", flags=re.DOTALL)
WITH_CODE = [page for page in DOCS if CODE.search(page.read_text(encoding="utf-8"))]


def test_the_entrance_is_among_the_pages_that_run() -> None:
    assert ROOT / "docs" / "how-it-works.md" in WITH_CODE


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # for what a page writes
    names: dict[str, object] = {}
    for block in CODE.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, page.name, "exec"), names)


@pytest.mark.parametrize("page", [*DOCS, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_room_is_on_the_map_once() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+)\]", text, flags=re.MULTILINE)
    entries = [*(ROOT / "skipviz").glob("*.py"), *(ROOT / "skipviz").glob("*/__init__.py")]
    rooms = {(path.parent if path.stem == "__init__" else path).stem for path in entries}
    assert sorted(listed) == sorted(rooms - {"skipviz"})
