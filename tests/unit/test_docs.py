"""The docs run, lead somewhere, and name every room of the house."""

import re
from pathlib import Path

import pytest

from tests.unit.printed import assert_same_output

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
CODE = re.compile(r"```python(?: (\S+))?\n(.*?)```(?:\n\n```text\n(.*?)```)?", flags=re.DOTALL)
"""The name of a file, what stands in it, and what it prints, where a page says that."""
WITH_CODE = [page for page in DOCS if CODE.search(page.read_text(encoding="utf-8"))]


def test_the_entrance_is_among_the_pages_that_run() -> None:
    assert ROOT / "docs" / "how-it-works.md" in WITH_CODE


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # for what a page writes
    names: dict[str, object] = {}
    for file, block, told in CODE.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, file or page.name, "exec"), names)
        printed = capsys.readouterr().out
        if told:
            assert_same_output(printed, told)


def test_an_output_with_another_word_or_number_is_noticed() -> None:
    assert_same_output("loss 0.25, 3 layers\n", "loss 0.26, 3 layers\n")
    for other in ("loss 0.35, 3 layers", "loss 0.0, 3 layers", "loss 0.25, 4 layers", "loss 0.25"):
        with pytest.raises(AssertionError):
            assert_same_output("loss 0.25, 3 layers", other)


@pytest.mark.parametrize("page", [*DOCS, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_room_is_on_the_map_once() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+)\]", text.replace("\\_", "_"), flags=re.MULTILINE)
    entries = [*(ROOT / "skipviz").glob("*.py"), *(ROOT / "skipviz").glob("*/__init__.py")]
    rooms = {(path.parent if path.stem == "__init__" else path).stem for path in entries}
    assert sorted(listed) == sorted(rooms - {"skipviz"})
    inner = (path.parent for path in (ROOT / "skipviz").glob("*/*/__init__.py"))
    told = {f"{room.parent.name}.{room.name}" for room in inner}
    assert not {name for name in told if f"[{name}]" not in text and f"`{name}`" not in text}
