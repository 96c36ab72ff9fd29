"""The catalogues of messages, read as they are written: PO files, of which there is no copy.

Programs usually compile them to MO files first. Those are binary: every branch that says something
else would be in conflict with every other, and one that was forgotten would say nothing of it.
What is read here is what Babel writes (`make messages`), and a test compares both.
"""

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("locale")
_FIELD = re.compile(r'(msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+(".*")$')
_ESCAPED = re.compile(r"\\(.)")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass
class Entry:
    """A message, its form for many, what it is in the other language, and where it is said."""

    one: str = ""
    many: str = ""
    said: dict[int, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    fuzzy: bool = False


class Catalogue(gettext.NullTranslations):
    """The messages of one language; those it does not have are said as they stand in the code."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        super().__init__()
        self._said: dict[str, dict[int, str]] = {}
        self._of_scripts: dict[str, str] = {}
        self._form: Callable[[int], int] = gettext.c2py("n != 1")
        for entry in entries:
            self._take(entry)

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self._said.get(message, {}).get(0, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form for so many."""
        otherwise = msgid1 if n == 1 else msgid2
        return self._said.get(msgid1, {}).get(self._form(n), otherwise)

    @property
    def of_scripts(self) -> Mapping[str, str]:
        """What the scripts of the page say."""
        return self._of_scripts

    def _take(self, entry: Entry) -> None:
        if not entry.one:
            self._form = gettext.c2py(_plural(entry.said.get(0, "")))
        said = {form: text for form, text in entry.said.items() if text}
        if entry.one and said and not entry.fuzzy:
            self._said[entry.one] = said
            if any(name.endswith(".js") for name in entry.files):
                self._of_scripts[entry.one] = said[0]


def read(folder: Path) -> Catalogue:
    """All catalogues of a folder as one; of what two of them say, the last by name counts."""
    found = sorted(folder.glob("*.po"))
    return Catalogue(entry for path in found for entry in entries(path.read_text("utf-8")))


def entries(text: str) -> Iterator[Entry]:
    """The entries of a PO file, its header first; those marked as obsolete are left out."""
    for block in re.split(r"\n\s*\n", text):
        entry, place = Entry(), None
        for line in map(str.strip, block.splitlines()):
            if line.startswith("#"):
                _remark(entry, line)
            elif named := _FIELD.match(line):
                place = named[1], int(named[2] or 0)
                _append(entry, place, named[3])
            elif line and place is not None:
                _append(entry, place, line)
        if place is not None:
            yield entry


def _remark(entry: Entry, line: str) -> None:
    if line.startswith("#:"):
        entry.files += [each.partition(":")[0] for each in line[2:].split()]
    elif line.startswith("#,"):
        entry.fuzzy |= "fuzzy" in line


def _append(entry: Entry, place: tuple[str, int], quoted: str) -> None:
    name, form = place
    text = _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), quoted[1:-1])
    if name == "msgid":
        entry.one += text
    elif name == "msgid_plural":
        entry.many += text
    else:
        entry.said[form] = entry.said.get(form, "") + text


def _plural(header: str) -> str:
    """How the form is chosen; as in English where the header does not say it."""
    found: Any = re.search(r"plural=([^;]+);", header)
    return found[1] if found else "n != 1"
