"""The language in which sentences are said: gettext catalogues, and English where there is none.

A sentence is a whole message with named places, `_("Layer {layer} is cut off.", layer=3)`, said
in the language of the context it is made in. It remembers what it was made of, so that what was
kept, or came from another process, is said `again` in the language of who reads it.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache, wraps
from gettext import NullTranslations
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from skipviz import catalogues

SOURCE = "en"
"""The language of the messages in the code."""
NAMES: Mapping[str, str] = {SOURCE: "English", "zh": "中文"}
"""The languages there are, by the tag that links use, and by their own names."""
LOCALES: Mapping[str, str] = {"zh": "zh_CN"}
"""The folder of the catalogue of each language but the source."""
VARIABLE = "SKIPVIZ_LANG"
"""The variable with the language of a server, of the shell and of scripts."""
_chosen: ContextVar[str | None] = ContextVar("language", default=None)
_finders: list[Callable[[], str | None]] = []
_P = ParamSpec("_P")
_T = TypeVar("_T")
_RANGE = re.compile(r"\s*([A-Za-z]+)[\w-]*\s*(?:;\s*q=([01](?:\.\d*)?)\s*)?")


class _Origin(NamedTuple):
    """A message, its form for many with their number, and what stands in its places."""

    one: str
    many: str | None
    number: int
    values: Mapping[str, Any]


class Sentence(str):
    """Text that was said in one language and can be said `again` in another."""

    __slots__ = ("origin",)
    origin: _Origin

    @classmethod
    def of(cls, origin: _Origin) -> Self:
        """Say a message in the language of this context."""
        values = {name: again(value) for name, value in origin.values.items()}
        text = cls(_template(origin).format(**values) if values else _template(origin))
        text.origin = origin
        return text

    @classmethod
    def made(cls, one: str, many: str | None, number: int, values: Mapping[str, Any]) -> Self:
        """The same of a message and what stands in its places."""
        return cls.of(_Origin(one, many, number, values))

    def __str__(self) -> str:
        """Itself, so that an error says its sentence again as well."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of, (self.origin,)


class Continued(Sentence):
    """A sentence that goes on within another, and so begins small."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, text[:1].lower() + text[1:])


def _(message: str, /, **values: Any) -> Sentence:
    """A message in the language of this context, its places filled with `values`.

    Without values there are no places: braces in it are braces.

    >>> _("Layer {layer} is cut off.", layer=3)
    'Layer 3 is cut off.'
    """
    if not values:
        return _whole(message, language())
    return Sentence.of(_Origin(message, None, 1, values))


@lru_cache(4096)
def _whole(message: str, tag: str) -> Sentence:
    """A message without places; a page says most of its thousand messages at every rerun."""
    with speaking(tag):
        return Sentence.of(_Origin(message, None, 1, {}))


def _n(one: str, many: str, count: int, /, **values: Any) -> Sentence:
    """The message for one, or that for many; `{count}` stands for how many, with commas.

    >>> _n("{count} layer", "{count} layers", 1200)
    '1,200 layers'
    """
    return Sentence.of(_Origin(one, many, count, {"count": f"{count:,}", **values}))


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Mark a message for the catalogues that is said later, with `_`."""
    return message


def again(said: Any) -> Any:
    """A sentence in the language of this context; anything else as it is."""
    return type(said).of(said.origin) if isinstance(said, Sentence) else said


def again_within(data: Any) -> Any:
    """The same for every sentence in the fields of dataclasses, in tuples, lists and mappings."""
    if isinstance(data, Sentence):
        return again(data)
    if isinstance(data, tuple | list):
        parts = [again_within(each) for each in data]
        return data._make(parts) if hasattr(data, "_make") else type(data)(parts)
    if isinstance(data, dict):
        return {key: again_within(each) for key, each in data.items()}
    if is_dataclass(data) and not isinstance(data, type):
        found = {f.name: getattr(data, f.name) for f in fields(data) if f.init}
        return replace(data, **{name: again_within(each) for name, each in found.items()})
    return data


def said_once(make: Callable[_P, _T]) -> Callable[_P, _T]:
    """What a function says of the same arguments is made once in every language.

    For functions that depend on nothing but hashable arguments; nobody may change what they return.
    """

    def made(_tag: str, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return make(*args, **kwargs)

    kept: Callable[..., _T] = lru_cache(4096)(made)

    @wraps(make)
    def said(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return kept(language(), *args, **kwargs)

    return said


def template(message: str) -> str:
    """A message in the language of this context, its places open."""
    return message and catalogue(language()).gettext(message)  # "" is the head of a catalogue


def language() -> str:
    """The language of this context: spoken in it, found by who knows, or that of the server."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    found = (finder() for finder in _finders)
    return next(filter(None, found), None) or set_language() or SOURCE


def known(tag: str) -> str | None:
    """The language of a tag such as zh-CN, zh_CN.UTF-8 or ZH; None where it is not spoken here.

    >>> known("zh-Hans-CN"), known("de")
    ('zh', None)
    """
    name = re.split(r"[-_.]", tag.strip().lower())[0]
    return name if name in NAMES else None


def preferred(header: str) -> str | None:
    """The first language that Accept-Language asks for and there is (RFC 9110, 12.5.4).

    >>> preferred("de, en;q=0.5, zh-CN;q=0.8"), preferred("zh;q=0")
    ('zh', None)
    """
    asked = [
        (known(each[1]), float(each[2] or 1))
        for each in map(_RANGE.fullmatch, header.split(","))
        if each
    ]
    found = [(weight, tag) for tag, weight in asked if tag is not None and weight > 0]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def set_language() -> str | None:
    """The language that the variable sets; None where it sets none."""
    tag = os.environ.get(VARIABLE)
    return known(tag) if tag else None


def find_by(finder: Callable[[], str | None]) -> None:
    """Ask `finder` for the language of every context in which none was chosen."""
    if finder not in _finders:
        _finders.append(finder)


def speak(tag: str) -> None:
    """Say everything in this context in the language of a tag, English if it is not known."""
    _chosen.set(known(tag) or SOURCE)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = _chosen.set(known(tag) or SOURCE)
    try:
        yield
    finally:
        _chosen.reset(before)


@cache
def catalogue(tag: str) -> NullTranslations:
    """The messages of a language; those of the code themselves where it has no catalogue."""
    if tag not in LOCALES:
        return NullTranslations()
    return catalogues.read(catalogues.FOLDER / LOCALES[tag] / "LC_MESSAGES")


def _template(origin: _Origin) -> str:
    if origin.many is None:
        return template(origin.one)
    return catalogue(language()).ngettext(origin.one, origin.many, origin.number)
