"""ES modules of a component joined into one inline module.

Streamlit takes a component's script as one text. Ours are several small files with real imports,
so that Node can test them; here the imports between them are taken out again.
"""

import re
from pathlib import Path

_IMPORT = re.compile(
    r'^import \{[^}]*\} from "(?:\./|(?:\.\./)+(?:\w+/)+)\w+\.js";\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) )", re.MULTILINE)


def bundle(folder: Path, modules: tuple[str, ...], entry: str) -> str:
    """The modules in this order, then the entry with its default export.

    The entry may be in another folder.

    ValueError for an import or export written in a way this does not know.
    """
    inner = [_EXPORT.sub("", _without_imports(folder / name)) for name in modules]
    joined = "\n".join([*inner, _without_imports(folder / entry)])
    if (
        re.search(r"^import ", joined, re.MULTILINE)
        or len(re.findall(r"^export ", joined, re.M)) != 1
    ):
        raise ValueError(f"{folder}: modules must use plain named imports and exports only.")
    return joined


def _without_imports(path: Path) -> str:
    return _IMPORT.sub("", path.read_text(encoding="utf-8"))
