"""Chinese in tests: the catalogue from its .po files, and a look for English that was left over."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from unittest.mock import patch

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from skipviz import language

LOCALE = Path(language.__file__).with_name("locale") / "zh_CN" / "LC_MESSAGES"
_ALLOWED = re.compile(
    r"Batch Norm|Drop Path|Layer Norm|TensorFlow Playground|PyTorch|scikit-learn|Hugging Face"
)
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]+(?:[,.:;]?\s+[A-Za-z][A-Za-z'-]*)+")
_PLACE = re.compile(r"\{\w*\}")


@contextmanager
def chinese() -> Iterator[None]:
    """Everything is said in Chinese, as the catalogue stands in the source."""
    with patch.object(language, "catalogue", _catalogue), language.speaking("zh"):
        yield


def english_in(text: str, *names: str) -> list[str]:
    """Two or more English words in a row, and places that were not filled; `names` are allowed
    where no word follows that is none."""
    for name in names:
        text = re.sub(rf"{re.escape(name)}(?! ?[a-z])", "", text)
    return _ENGLISH.findall(_ALLOWED.sub("", text)) + _PLACE.findall(text)


@cache
def _catalogue(tag: str) -> NullTranslations:
    return _read() if tag == "zh" else NullTranslations()


def _read() -> NullTranslations:
    whole: NullTranslations = NullTranslations()
    for path in sorted(LOCALE.glob("*.po")):
        compiled = io.BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale="zh_CN"))
        compiled.seek(0)
        found = GNUTranslations(compiled)
        found.add_fallback(whole)
        whole = found
    return whole
