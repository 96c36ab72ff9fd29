"""The house rules: imports point one way, and heavy packages load only where they are needed."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

import networkx as nx
import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "skipviz"

PAGES = ("playground", "experiments", "learn", "paths", "landscape", "studies", "model")

# From the ground up: a module imports from lower levels and from its own package only.
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"catalogues"}),
    frozenset({"types", "language"}),
    frozenset({"spec", "markup", "colours", "text", "request", "cluster"}),
    frozenset({"network"}),
    frozenset({"arms", "presets", "graph"}),
    frozenset({"settings", "charts"}),
    frozenset({"link", "limits", "data", "theory"}),
    frozenset({"probes"}),
    frozenset({"runs"}),
    frozenset({"paths", "lesion", "landscape", "measures", "own_model"}),
    frozenset({"experiments", "teaching"}),
    frozenset({"engine.model", "engine.own_model", "engine.exported"}),
    frozenset({"engine.callbacks"}),
    frozenset({"engine.probes"}),
    frozenset({"engine.attribution"}),
    frozenset({"engine.training"}),
    frozenset({"engine.paths", "engine.lesion", "engine.landscape"}),
    frozenset({"engine.experiments", "engine.measures"}),
    frozenset({"training", "attribution", "callbacks", "saving"}),  # the public doors to the engine
    frozenset({"jobs", "studies"}),
    frozenset({"answers"}),
    frozenset({"figures", "export"}),
    frozenset({"report"}),
    frozenset({"ui.routing"}),
    frozenset({"ui.components", "ui.channel"}),
    frozenset({"ui.session"}),
    frozenset({"ui.shell"}),
    frozenset({f"ui.{page}" for page in PAGES}),
    frozenset({"ui.serving"}),
    frozenset({"ui.asgi"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
STOREYS = ("engine", "ui")
HEIGHT = {name: level for level, names in enumerate(LEVELS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return part_named([part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts])


def part_named(parts: Sequence[str]) -> str:
    """The room of a module, below `skipviz`: engine and shell have several."""
    return ".".join(parts[:2]) if parts[0] in STOREYS and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Full names imported by a file, and whether at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        top = node in tree.body
        if isinstance(node, ast.Import):
            yield from ((alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((f"{node.module}.{alias.name}", top) for alias in node.names)


def test_every_part_has_its_level() -> None:
    parts = {part_of(path) for path in FILES} - {"__init__", "engine.__init__", "ui.__init__"}
    assert parts <= set(HEIGHT), f"Give {parts - set(HEIGHT)} a level in LEVELS."


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = part_of(path)
    for name, _ in imports(path):
        parts = name.split(".")
        if (
            parts[0] != "skipviz"
            or here in {"__init__", "engine.__init__", "ui.__init__"}
            or parts[1:] == ["__version__"]
        ):
            continue
        there = part_named(parts[1:])
        assert there == here or HEIGHT[there] < HEIGHT[here], f"{here} imports {name}"


def test_no_module_is_imported_by_what_it_imports() -> None:
    """Imports within functions and for types alone count too."""
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    graph = nx.DiGraph()
    for name, path in modules.items():
        for imported, _ in imports(path):
            found = _module_of(imported, modules)
            if found and found != name and not name.startswith(f"{found}."):
                graph.add_edge(name, found)
    circles = [sorted(each) for each in nx.strongly_connected_components(graph) if len(each) > 1]
    assert circles == []


def _module_of(name: str, modules: Container[str]) -> str:
    """The module that holds `name`; a package only hands names on to what lies in it."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_streamlit_is_imported_by_the_shell_only(path: Path) -> None:
    if not part_of(path).startswith("ui."):
        assert not [name for name, _ in imports(path) if name.startswith("streamlit")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_torch_is_imported_by_the_engine_only(path: Path) -> None:
    in_engine = path.is_relative_to(PACKAGE / "engine")
    if not in_engine and path.name not in {"preload.py", "worker.py"}:
        assert not [name for name, _ in imports(path) if name.split(".")[0] == "torch"]


@pytest.mark.parametrize(
    "module",
    [
        "skipviz",
        "skipviz.network",
        "skipviz.figures",
        "skipviz.own_model.saved",
        "skipviz.saving",
        "skipviz.callbacks",
        "skipviz.jobs",
        "skipviz.answers",
        "skipviz.experiments.running",
        "skipviz.teaching",
        "skipviz.ui.learn",
        "skipviz.ui.shell.navigation",
        "skipviz.studies",
        "skipviz.cli",
    ],
)
def test_the_page_never_loads_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_nothing_acts_by_what_a_button_returns() -> None:
    """A rerun before the button is reached would lose the click (`ui.components.button`)."""
    returned = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted((PACKAGE / "ui").rglob("*.py"))
        for node in _values(ast.parse(path.read_text(encoding="utf-8")))
        if ast.unparse(node.func).endswith(".button")
    ]
    assert returned == []


def _values(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls whose answer is used."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return (call for call in calls if id(call) not in alone)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_string_names_a_function(path: Path) -> None:
    """A name in a string breaks on a click, not in mypy: ask by a request (decision 20)."""
    strings = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
               if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
    named = [text for text in strings if re.search(r"\bskipviz(\.\w+)+:\w", text)]
    assert named == [] or path.name == "asgi.py", named


def test_the_page_is_run_where_its_workers_and_main_module_are_given_back() -> None:
    """By tests/app/conftest.py: processes started after AppTest would run its script."""
    runs = [p for p in (ROOT / "tests").rglob("*.py") if "streamlit.testing" in p.read_text()]
    outside = [p for p in runs if (ROOT / "tests" / "app") not in p.parents]
    assert [p.name for p in outside if p != Path(__file__)] == []


def test_importing_the_package_does_not_load_streamlit() -> None:
    code = "import sys, skipviz; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_entry_does_nothing_when_a_worker_imports_it() -> None:
    """Nothing stands outside the branch on its name, and under the name that a worker gives it no
    branch is taken: no name is bound, no package is imported."""
    body = ast.parse((ROOT / "app.py").read_text()).body
    outside = [node for node in body if not isinstance(node, ast.If | ast.Expr)]
    assert outside == []
    code = (
        "import runpy, sys; "
        "bound = runpy.run_path('app.py', run_name='__mp_main__'); "
        "names = [name for name in bound if not name.startswith('__')]; "
        "print(names, [m for m in ('skipviz', 'streamlit', 'numpy', 'torch') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    assert told.stdout.decode().strip() == "[] []"


def test_the_server_finds_the_app_and_serves_it_without_torch() -> None:
    """What `streamlit run app.py` looks for in the file, and what it then imports."""
    found = discover_asgi_app(ROOT / "app.py")
    assert found.import_string == "app:app"
    code = "import sys, app; sys.exit('torch' in sys.modules or not callable(app.app))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_pages_only_arrange() -> None:
    for page in (ROOT / "pages").glob("*.py"):
        defined = [
            node
            for node in ast.parse(page.read_text()).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert defined == [], f"{page.name} defines things; they belong in skipviz.ui"


def test_scripts_and_styles_are_packaged() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = declared["tool"]["setuptools"]["package-data"]["*"]
    needed = {f"*{path.suffix}" for path in PACKAGE.rglob("*") if path.suffix in {".js", ".css"}}
    assert needed | {"py.typed"} <= set(patterns)
