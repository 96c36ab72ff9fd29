"""Brings the catalogues of messages up to date: `make messages`.

What the code says is looked for with Babel (babel.cfg) and written into the catalogue of every
language. What was translated before is kept where the message is still said; what is new has no
translation yet, and is listed. Other PO files beside a catalogue are taken into it and removed, so
that several people can translate at once, each in a file of their own.
"""

import ast
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from skipviz import presets
from skipviz.catalogues import FOLDER
from skipviz.language import LOCALES
from skipviz.network import SKIP_KINDS, Init, Readout
from skipviz.network.layers import LAYER_CLASSES
from skipviz.network.skips import SKIP_CLASSES
from skipviz.network.styles import Activation, InitScheme, Norm, Style
from skipviz.own_model.structure import Kind
from skipviz.ui.playground.inspector.fields import options_of

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "N_": None, "_n": (1, 2)}
NAME = "skipviz.po"
_DATES = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Report-Msgid')
"""Lines of a header that change without a message."""
Key = str | tuple[str, ...]


def said() -> Catalog:
    """Every message in the code, with the files that say it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    found = Catalog()
    for name, _line, message, _comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS
    ):
        found.add(message, locations=[(Path(name).as_posix(), 1)], context=context)
    for place, message in _names():
        found.add(message, locations=[(place, 1)])
    return found


def calls(
    file: IO[bytes], keywords: Iterable[str], _tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The messages of a Python file, also those said within others, which Babel's own does not see.

    Lines, functions and messages as Babel expects them of an extractor.
    """
    del options
    found = (node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call))
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node.func, ast.Name):
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            texts = [text for text in said if isinstance(text, str)]
            if node.func.id in keywords and texts:
                yield node.lineno, node.func.id, tuple(texts) if texts[1:] else texts[0], []


_KINDS = (
    *LAYER_CLASSES, *SKIP_KINDS, *get_args(Kind), *get_args(InitScheme), *get_args(Activation),
)  # fmt: skip


def _names() -> Iterator[tuple[str, str]]:
    """What the page says by `_` of names that the code has in a list of their own."""
    named = [kind.replace("_", " ") for kind in _KINDS]
    norms = [f"{norm} norm" for norm in get_args(Norm) if norm != "none"]
    for name in (*named, *norms, *get_args(Activation)):
        yield "skipviz/network", name
    for name in presets.names():
        yield "skipviz/presets", presets.info(name).title
        yield "skipviz/presets", presets.info(name).about
    for published in filter(None, (presets.info(name).published for name in presets.names())):
        yield "skipviz/presets", published
    for name in _options():
        yield "skipviz/ui/playground/inspector/fields.py", name


def _options() -> Iterator[str]:
    """What can be set of layers and skips, and the choices there are."""
    for model in (*LAYER_CLASSES.values(), *SKIP_CLASSES.values(), Readout, Style, Init):
        for option in options_of(model):
            yield option.message
            yield from (choice.replace("_", " ") for choice in option.choices)
            yield from option.choices if option.optional else ()  # said as they are: "as all (..)"
    readouts = get_args(Readout.model_fields["kind"].annotation)
    yield from (kind.replace("_", " ") for kind in readouts)


def folder_of(tag: str) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / LOCALES[tag] / "LC_MESSAGES"


def translated(folder: Path) -> dict[Key, Message]:
    """What is translated in the files of a folder, by what stands in the code."""
    paths = sorted(folder.glob("*.po"), key=lambda path: (path.name != NAME, path.name))
    found: dict[Key, Message] = {}
    for path in paths:
        with path.open("rb") as file:
            found |= {key_of(each): each for each in read_po(file) if each.id and is_whole(each)}
    return found


def is_whole(message: Message) -> bool:
    """Whether all its forms are translated."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(forms) and not message.fuzzy


def key_of(message: Message) -> Key:
    """What stands in the code."""
    return tuple(message.id) if isinstance(message.id, list | tuple) else str(message.id)


def merged(tag: str, template: Catalog) -> Catalog:
    """The catalogue of a language: what is said now, with what is translated of it."""
    known = translated(folder_of(tag))
    made = Catalog(LOCALES[tag], project="skipviz", header_comment=_header(tag))
    for message in template:
        if message.id:
            before = known.get(key_of(message))
            made.add(message.id, before.string if before else None, sorted(message.locations))
    return made


def write(tag: str, catalogue: Catalog) -> None:
    """Write it, and remove the other files, which it holds."""
    folder = folder_of(tag)
    folder.mkdir(parents=True, exist_ok=True)
    file = io.BytesIO()
    write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    kept = [line for line in file.getvalue().splitlines(True) if not line.startswith(_DATES)]
    (folder / NAME).write_bytes(b"".join(kept))
    for other in folder.glob("*.po"):
        if other.name != NAME:
            other.unlink()


def missing(catalogue: Catalog) -> Counter[str]:
    """How many messages are not translated, by the package that says them first."""
    left = [each for each in catalogue if each.id and not is_whole(each)]
    return Counter(str(Path(each.locations[0][0]).parent) for each in left)


def main() -> int:
    """All languages, one after the other."""
    template = said()
    for tag in LOCALES:
        catalogue = merged(tag, template)
        write(tag, catalogue)
        left = missing(catalogue)
        print(f"{tag}: {len(catalogue)} messages, {left.total()} not translated")
        for room, count in sorted(left.items()):
            print(f"  {count:5} in {room}")
    return 0


def _header(tag: str) -> str:
    return f"# What skipviz says, in {LOCALES[tag]}. Written by `make messages`; add translations."


if __name__ == "__main__":
    sys.exit(main())
